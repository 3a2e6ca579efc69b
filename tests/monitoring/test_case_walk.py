"""Random walks of a case: whatever staff try, the rules of the domain hold."""

from contextlib import suppress
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from households.models import Membership, Registration
from monitoring.models import Case, CaseEvent, CaseEventMember, Step
from monitoring.services.case import open_case
from monitoring.services.case_step import advance_case, correct_step, withdraw_step
from monitoring.services.measure import add_measure
from paibou.lib.refused import Refused
from tests.factories.households import MembershipFactory
from tests.monitoring.walk import CLUE, ROAD, a_household, a_user, an_income

TODAY = date(2025, 12, 1)
ORDER = [  # pairs of the domain page: the first is not after the second
    *[(step, Step.PUBLICISED) for step in (Step.AUTHORISED, Step.VERIFIED, Step.ASSESSED)],
    (Step.CLUE, Step.AUTHORISED),
    (Step.REVIEWED, Step.APPROVED),
    (Step.APPROVED, Step.ANNOUNCED),
    (Step.ANNOUNCED, Step.ENTERED),
    (Step.APPROVED, Step.RISK_VERIFIED),
    (Step.RISK_VERIFIED, Step.RISK_ASSESSED),
    (Step.RISK_ASSESSED, Step.RISK_PUBLICISED),
    (Step.RISK_REVIEWED, Step.ELIMINATED),
    (Step.LABELLED, Step.ELIMINATED),
    (Step.APPROVED, Step.ENDED),
]
ENDS = [
    (Step.PUBLICISED, Step.REVIEWED),
    (Step.COMPARED, Step.REVIEWED),
    (Step.RISK_PUBLICISED, Step.RISK_REVIEWED),
]
ACTS = st.tuples(
    st.sampled_from(
        ["next"] * 8 + ["any", "correct", "withdraw", "back", "refuse", "birth", "death", "measure", "again"]
    ),
    st.integers(0, 400),
    st.sampled_from(list(Step)),
)


class Walk:
    def __init__(self, start: int) -> None:
        self.user = a_user()
        self.household = a_household(2)
        self.day = CLUE
        self.frozen: dict[int, list[int]] = {}
        self.open()
        for _ in range(start):
            self.do_next(8, Step.STUDIED)

    def open(self) -> None:
        with suppress(Refused):
            self.case = open_case(
                household=self.household, kind="marginal", channel="cadre", clue_on=self.day, risks=["因病"],
                by=self.user, today=TODAY,
            )  # fmt: skip
            an_income(self.case)

    def standing(self) -> dict[str, CaseEvent]:
        return {event.step: event for event in self.case.events.known() if event.outcome == "passed"}

    def act(self, kind: str, number: int, step: Step) -> None:
        with suppress(Refused):
            getattr(self, f"do_{kind}")(number, step)

    def do_next(self, number: int, step: Step) -> None:
        self.day = min(TODAY, self.day + timedelta(days=number % 9))
        self.case.refresh_from_db()
        done = self.standing()
        self.write(next((each for each in ROAD if each not in done and each != Step.LABELLED), step), self.day)

    def do_any(self, number: int, step: Step) -> None:
        on = CLUE + timedelta(days=number)
        self.write(step, on, **({"ends_on": on + timedelta(days=number % 8)} if step in Step.lasting() else {}))

    def write(self, step: Step, on: date, **changes) -> None:
        ends_on = on + timedelta(days=6) if step in Step.lasting() else None
        detail = {"reason": "cleared", "kind": "sudden"} if step in (Step.ENDED, Step.RECLASSIFIED) else {}
        if step in Step.publicities() and ends_on <= TODAY:
            detail = {"result": "none"}
        given = {"ends_on": ends_on, "detail": detail, "note": "已核实", **changes}
        advance_case(case=self.case, step=step, on=on, by=self.user, today=TODAY, **given)

    def do_correct(self, number: int, step: Step) -> None:
        if event := self.standing().get(step):
            on = CLUE + timedelta(days=number)
            changes = {"on": on, "ends_on": on + timedelta(days=6)} if step in Step.lasting() else {"on": on}
            correct_step(event=event, why="写错", by=self.user, today=TODAY, **changes)

    def do_withdraw(self, number: int, step: Step) -> None:
        if event := self.standing().get(step):
            withdraw_step(event=event, why="写错", by=self.user, today=TODAY)

    def do_back(self, number: int, step: Step) -> None:
        done = self.standing()
        due = next((each for each in ROAD if each not in done and each != Step.LABELLED), Step.REVIEWED)
        self.write(due, self.day, ends_on=None, outcome="sent_back", detail={"back_to": step})

    def do_refuse(self, number: int, step: Step) -> None:
        if number % 4 == 0:
            self.write(step, self.day, ends_on=None, outcome="refused", detail={})

    def do_birth(self, number: int, step: Step) -> None:
        MembershipFactory(household=self.household, relation="孙女", valid_from=CLUE + timedelta(days=number))

    def do_death(self, number: int, step: Step) -> None:
        member = Membership.objects.filter(household=self.household, valid_to=None).last()
        gone = CLUE + timedelta(days=number)
        if member and member.valid_from < gone:
            Membership.objects.filter(pk=member.pk).update(valid_to=gone, left="death")

    def do_measure(self, number: int, step: Step) -> None:
        add_measure(
            case=self.case, kind="健康帮扶", who="章立群", first_day=self.day + timedelta(days=number % 5),
            by=self.user, today=TODAY,
        )  # fmt: skip

    def do_again(self, number: int, step: Step) -> None:
        self.open()

    def check(self) -> None:
        for case in Case.objects.known().filter(household=self.household):
            check_case(case)
        assert Case.objects.open().filter(household=self.household).count() <= 1
        for event in CaseEvent.objects.filter(household=self.household, step__in=Step.freezing(), outcome="passed"):
            people = sorted(CaseEventMember.objects.filter(event=event).values_list("person_id", flat=True))
            assert self.frozen.setdefault(event.pk, people) == people
            assert event.people == len(people)
        check_register(self.household)


def expected_state(events: list[CaseEvent]) -> str:
    """The state that the events say, told in plain words."""
    state = "identifying"
    for event in events:
        if event.outcome == "refused" and state == "identifying":
            state = "refused"
        elif event.outcome == "passed":
            state = {
                "approved": "monitored", "labelled": "labelled", "eliminated": "eliminated", "ended": "ended",
            }.get(event.step, state)  # fmt: skip
    return state


def check_case(case: Case) -> None:
    events = sorted(case.events.known(), key=lambda event: event.position)
    assert case.state == expected_state(events)
    sent_back = [event.position for event in events if event.outcome != "passed"]
    latest = {event.step: event for event in events if event.outcome == "passed"}
    for event in events:
        assert event.on <= TODAY
        if event.step in Step.publicities() and event.outcome == "passed":
            assert event.ends_on >= event.on + timedelta(days=5)
    for before, after in [*ORDER, *ENDS]:
        one, other = latest.get(before), latest.get(after)
        if one and other and not any(other.position < turn for turn in sent_back):
            end = one.ends_on if (before, after) in ENDS else one.on
            assert one.position < other.position or after in (Step.PUBLICISED, Step.ENDED, Step.ELIMINATED)
            assert end <= other.on, (before, after)
    assert case.approved_on or case.end_reason != "cleared"
    for measure in case.measures.known():
        assert case.approved_on <= measure.first_day


def check_register(household) -> None:
    days = set()
    for case in Case.objects.known().filter(household=household, approved_on__isnull=False):
        end = case.ended_on or TODAY + timedelta(days=1)
        days |= {case.approved_on + timedelta(days=n) for n in range((end - case.approved_on).days)}
    registered = set()
    for row in Registration.objects.known().filter(household=household, kind="monitored"):
        end = row.valid_to or TODAY + timedelta(days=1)
        registered |= {row.valid_from + timedelta(days=n) for n in range((end - row.valid_from).days)}
    assert registered == days


class Walks(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(start=st.integers(0, len(ROAD) - 1), acts=st.lists(ACTS, min_size=5, max_size=30))
    def test_no_walk_breaks_a_rule(self, start, acts):
        walk = Walk(start)

        for kind, number, step in acts:
            walk.act(kind, number, step)
            walk.check()
