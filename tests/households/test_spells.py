"""Random histories: nobody is in two households, spells are what plain Python makes of the rows, the past is not touched."""

import random
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from households.models import Household, Membership, OnFileSpell, Person, Registration
from households.services.membership import correct_membership, end_membership, join_household, transfer_member
from households.services.registration import (
    correct_registration,
    end_registration,
    register_household,
    withdraw_registration,
)
from paibou.lib.refused import Refused
from tests.factories.households import HouseholdFactory, PersonFactory

TODAY = date(2025, 12, 31)
FIRST = date(2020, 1, 1)
days = st.integers(0, 2190).map(lambda n: FIRST + timedelta(n))
acts = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1), st.integers(0, 1), days, days), min_size=6, max_size=24)
Kind = Registration.Kind


def act(number: int, household: Household, person: Person, day: date, other: date) -> None:
    """One random event or correction; what a rule forbids does not happen."""
    row = Membership.objects.known().filter(person=person).order_by("-valid_from").first()
    registration = Registration.objects.known().filter(household=household).order_by("-valid_from").first()
    common = {"by": None, "today": TODAY}
    match number:
        case 0:
            join_household(household=household, person=person, relation="子", joined="other", on=day, **common)
        case 1 if row:
            end_membership(membership=row, on=day, left="lost", **common)
        case 2:
            transfer_member(
                person=person, household=household, relation="子", on=day, joined="other", left="other", **common
            )
        case 3 if row:
            end = other if other > day else None
            left = "other" if end else ""
            correct_membership(membership=row, valid_from=day, valid_to=end, left=left, **common)
        case 4:
            kind = Kind.LIFTED if day < other else Kind.MONITORED
            register_household(household=household, kind=kind, on=day, **common)
        case 5 if registration:
            end_registration(household=household, kind=Kind(registration.kind), on=day, reason="其他", **common)
        case 6 if registration:
            if day == other:
                withdraw_registration(registration=registration)
            else:
                end = other if other > day else None
                correct_registration(
                    registration=registration, by=None, valid_from=day, valid_to=end, end_reason="其他"
                )


def holding(rows, day, known_at=None):
    """Plain Python's `as_of`."""
    for row in rows:
        known = (
            row.withdrawn_at is None
            if known_at is None
            else (row.recorded_at <= known_at and (row.withdrawn_at is None or row.withdrawn_at > known_at))
        )
        if known and row.valid_from <= day and (row.valid_to is None or row.valid_to > day):
            yield row


def expected_spells(day, known_at=None):
    registrations = list(holding(Registration.objects.all(), day, known_at))
    return sorted(
        (m.household_id, m.person_id, r.kind)
        for m in holding(Membership.objects.all(), day, known_at)
        for r in registrations
        if r.household_id == m.household_id
    )


def spells(day, known_at=None):
    rows = OnFileSpell.objects.as_of(day, known_at).values_list("household_id", "person_id", "kind")
    return sorted(rows)


def telling_days():
    """The days on which any row, withdrawn or not, begins or ends: in between nothing changes."""
    rows = [*Membership.objects.all(), *Registration.objects.all()]
    return sorted({day for row in rows for day in (row.valid_from, row.valid_to) if day})


class TestHistories(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(acts=acts, seed=st.integers(0, 10**6))
    def test_no_overlap_and_spells_follow_and_the_past_stays(self, acts, seed):
        households = [HouseholdFactory(opened_on=FIRST) for _ in range(2)]
        people = [PersonFactory(born_on=date(1980, 1, 1)) for _ in range(2)]
        drawn = random.Random(seed)  # noqa: S311 -- days to look at, drawn again for the same seed
        seen: list[tuple[date, object, list, list]] = []
        for number, which, who, day, other in acts:
            try:
                act(number, households[which], people[who], day, other)
            except Refused:
                continue
            instant = Membership.objects.order_by("-recorded_at").values_list("recorded_at", flat=True).first()
            if instant:
                probe = drawn.choice(telling_days())
                seen.append((probe, instant, spells(probe, instant), expected_spells(probe, instant)))

        for person in people:
            rows = Membership.objects.known().filter(person=person).order_by("valid_from")
            for one, following in pairwise(rows):
                assert one.valid_to
                assert one.valid_to <= following.valid_from
        for probe in telling_days():
            assert spells(probe) == expected_spells(probe)
        for probe, instant, then_spells, then_expected in seen:
            assert then_spells == then_expected == spells(probe, instant) == expected_spells(probe, instant)
