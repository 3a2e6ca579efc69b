"""农户: opened, closed, split, merged, moved."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Division, User
from households.facts import HOUSEHOLD_FACTS, put
from households.models import HelperAssignment, Household, Membership, Person, Registration
from households.services.carrying import carry_circumstances, shift_circumstances
from households.services.dated import refuse_future, rewrite_all, stand
from households.services.following import household_closed, household_reopened
from households.services.helper import assign_helper, end_helper
from households.services.membership import hand_over_head, move_people, replace_memberships
from households.services.registration import end_registration, register_household
from households.services.spells import rebuild_spells
from households.words import HEAD
from paibou.lib.refused import Refused
from paibou.lib.sealing import digest
from paibou.lib.wording import full_day

Joined, Left = Membership.Joined, Membership.Left
COPIED = (
    "phone",
    "phone_digest",
    "bank",
    "bank_account",
    "bank_account_digest",
    "filed_on",
    "lifted_year",
    "main_cause",
    "flags",
)


@transaction.atomic
def open_household(
    *,
    village_code: str,
    on: date,
    by: User | None,
    today: date,
    facts: Mapping[str, Any] | None = None,
    predecessor: Household | None = None,
) -> Household:
    """A new household of a village from the day on. Refused for a place that is no village of today."""
    refuse_future(on, today)
    if not Division.objects.villages().filter(code=village_code).exists():
        raise Refused("没有这个村，或者这个村已经撤并，请选现在的村")
    household = Household(village_code=village_code, opened_on=on, predecessor=predecessor)
    for field, value in (facts or {}).items():
        put(household, HOUSEHOLD_FACTS[field], value)
    household.phone_digest, household.bank_account_digest = digest(household.phone), digest(household.bank_account)
    return stand(household)


@transaction.atomic
def close_household(
    *,
    household: Household,
    on: date,
    reason: str,
    by: User | None,
    today: date,
    left: Membership.Left = Left.OTHER,
    into: Household | None = None,
) -> Household:
    """Close the household: memberships, registrations and helpers still standing end on the day.

    Refused when it is closed, or when somebody joined or was registered on or after that day.
    """
    refuse_future(on, today)
    if not reason:
        raise Refused("销户要写明原因")
    members = list(Membership.objects.known().filter(Q(valid_to=None) | Q(valid_to__gt=on), household=household))
    _refuse_late(members, on)
    at = timezone.now()
    replace_memberships([(row, {"valid_to": on, "left": left}) for row in members], at=at, by=by)
    for row in members:
        carry_circumstances(person=row.person, on=on, to=None, at=at, by=by)
    if left == Left.DEATH:
        Person.objects.filter(pk__in=[row.person_id for row in members]).update(died_on=on)
    _end_what_stands(household, on, reason, by, today)
    moved = Household.objects.filter(pk=household.pk, closed_on=None, opened_on__lte=on).update(
        closed_on=on, close_reason=reason
    )
    if not moved:
        raise Refused(f"这一户已经销户，或 {full_day(household.opened_on)} 才开户，请核对日期")
    household.closed_on, household.close_reason = on, reason
    rebuild_spells([household.pk])
    household_closed(household=household, into=into, on=on, reason=reason, by=by)
    return household


@transaction.atomic
def reopen_household(*, household: Household, by: User | None) -> Household:
    """Take back a closing that was wrong: what ended that day stands again. Refused when its people live elsewhere."""
    day = household.closed_on
    if day is None:
        raise Refused("这一户没有销户")
    at = timezone.now()
    members = Membership.objects.known().filter(household=household, valid_to=day).exclude(left=Left.DEATH)
    registrations = Registration.objects.known().filter(household=household, valid_to=day)
    helpers = HelperAssignment.objects.known().filter(household=household, valid_to=day)
    people = [row.person_id for row in members]
    household.closed_on, household.close_reason = None, ""
    stand(household)
    rewrite_all([(row, {"valid_to": None, "left": "", "by": by}) for row in members], at=at)
    rewrite_all([(row, {"valid_to": None, "end_reason": "", "by": by}) for row in registrations], at=at)
    rewrite_all([(row, {"valid_to": None, "by": by}) for row in helpers], at=at)
    for person_id in people:
        shift_circumstances(person_id=person_id, household_id=household.pk, before=day, now=None, next_id=None, at=at)
    rebuild_spells([household.pk])
    household_reopened(household=household, by=by)
    return household


@transaction.atomic
def split_household(
    *,
    household: Household,
    relations: Mapping[Person, str],
    on: date,
    by: User | None,
    today: date,
    new_head: Person | None = None,
    facts: Mapping[str, Any] | None = None,
    keeps: Sequence[Registration.Kind] = (Registration.Kind.LIFTED,),
) -> Household:
    """分户: the people of `relations` (one is 户主) found a household of their own in the village from the day on.

    It is on file in those kinds of `keeps` that the old one is on file in that day. Refused when nobody would stay.
    """
    rows = _present(household, [person.pk for person in relations])
    heads = [person for person, relation in relations.items() if relation == HEAD]
    if len(heads) != 1:
        raise Refused("分出去的户要有一位户主，也只能有一位")
    leaving = {row.person_id for row in rows}
    if not Membership.objects.known().filter(household=household, valid_to=None).exclude(person__in=leaving).exists():
        raise Refused("没有人留在原户；整户搬走请用“整户迁移”")
    new = open_household(
        village_code=household.village_code,
        on=on,
        by=by,
        today=today,
        facts={"group": household.group, "natural_village": household.natural_village, **(facts or {})},
        predecessor=household,
    )
    hand_over_head(household=household, leaving=leaving, on=on, new_head=new_head, by=by, today=today)
    by_pk = {person.pk: relation for person, relation in relations.items()}
    move_people(rows=rows, to=new, relations=by_pk, on=on, joined=Joined.SPLIT, left=Left.SPLIT, by=by, today=today)
    _register_alike(household, new, keeps, on, by, today)
    return new


@transaction.atomic
def merge_households(
    *,
    household: Household,
    other: Household,
    relations: Mapping[int, str],
    on: date,
    by: User | None,
    today: date,
) -> Household:
    """合户: everybody of `other` belongs to `household` from the day on, and `other` closes.

    `relations` gives the relation to the head by person. On file afterwards is what `household` is on file as.
    """
    if other.pk == household.pk:
        raise Refused("同一户不用合户")
    rows = _present(other)
    if missing := [row.person.name for row in rows if relations.get(row.person_id, HEAD) == HEAD]:
        raise Refused(f"{'、'.join(missing)}合进来以后与户主是什么关系，请选定")
    if rows:
        move_people(
            rows=rows,
            to=household,
            relations=relations,
            on=on,
            joined=Joined.MERGED,
            left=Left.MERGED,
            by=by,
            today=today,
        )
    close_household(
        household=other, on=on, reason=f"合入{household}", left=Left.MERGED, by=by, today=today, into=household
    )
    return household


@transaction.atomic
def move_household(
    *,
    household: Household,
    village_code: str,
    on: date,
    by: User | None,
    today: date,
    facts: Mapping[str, Any] | None = None,
) -> Household:
    """整户迁移 to another village: closed there, opened here, with the same number, people, registrations and helpers."""
    if village_code == household.village_code:
        raise Refused("这一户就在这个村，请选要迁到的村")
    rows = _present(household)
    if not rows:
        raise Refused("这一户现在没有成员，不能迁移")
    kinds = list(
        Registration.objects.as_of(on).filter(household=household, valid_to=None).values_list("kind", flat=True)
    )
    helpers = list(HelperAssignment.objects.as_of(on).filter(household=household, valid_to=None))
    number, head = household.number, household.head
    new = open_household(village_code=village_code, on=on, by=by, today=today, facts=facts, predecessor=household)
    for column in COPIED:
        setattr(new, column, getattr(household, column))
    stand(new)
    move_people(rows=rows, to=new, relations={}, on=on, joined=Joined.MOVED_IN, left=Left.MOVED_OUT, by=by, today=today)
    _register_alike(household, new, kinds, on, by, today)
    for row in helpers:
        assign_helper(
            household=new, name=row.name, unit=row.unit, phone=row.phone, user=row.user, on=on, by=by, today=today
        )
    close_household(household=household, on=on, reason="整户迁移", left=Left.MOVED_OUT, by=by, today=today, into=new)
    new.number, new.head = number, head
    return stand(new)


def _present(household: Household, only: Sequence[int] | None = None) -> list[Membership]:
    rows = Membership.objects.known().filter(household=household, valid_to=None).select_related("person", "household")
    found = [row for row in rows if only is None or row.person_id in only]
    if only is not None and len(found) != len(set(only)):
        raise Refused("选的人里有的现在不是这一户的成员，请重新选")
    return found


def _refuse_late(members: Sequence[Membership], on: date) -> None:
    for row in members:
        if on <= row.valid_from:
            raise Refused(f"{row.person.name} {full_day(row.valid_from)} 才入户，销户要晚于这一天")


def _register_alike(
    household: Household, new: Household, kinds: Sequence[str], on: date, by: User | None, today: date
) -> None:
    """Put the new household on file as the old one is that day, in the kinds asked for."""
    for row in Registration.objects.as_of(on).filter(household=household, kind__in=kinds):
        register_household(
            household=new,
            kind=Registration.Kind(row.kind),
            on=on,
            by=by,
            today=today,
            without_benefits=row.without_benefits,
        )


def _end_what_stands(household: Household, on: date, reason: str, by: User | None, today: date) -> None:
    for row in Registration.objects.known().filter(household=household, valid_to=None):
        end_registration(
            household=household, kind=Registration.Kind(row.kind), on=on, reason=reason, by=by, today=today
        )
    for helper in HelperAssignment.objects.known().filter(household=household, valid_to=None):
        end_helper(assignment=helper, on=on, by=by, today=today)
