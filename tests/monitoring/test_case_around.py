"""What cases say elsewhere: 工作台, data health, household's and person's page, households that close."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from households.models import Household, Membership, Registration
from households.services.household import (
    close_household,
    merge_households,
    move_household,
    reopen_household,
    split_household,
)
from monitoring.checks import case as checks
from monitoring.models import Case, CaseEvent, Step
from monitoring.panels.case import household_cases, person_cases
from monitoring.services.case_step import correct_step
from monitoring.todos.case import steps, studies
from paibou.lib.figures import Kind, Window, figures
from reports import engine
from reports.engine import Asked
from tests.factories.accounts import DivisionFactory
from tests.factories.households import HelperAssignmentFactory, RegistrationFactory, VisitFactory
from tests.factories.monitoring_case import MeasureFactory
from tests.monitoring.walk import APPROVED, a_case, a_household, a_user, take, take_until

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 20)


@pytest.fixture
def station() -> User:
    DivisionFactory(code="341702106200", name="佳山村")
    return a_user()


def helped(case: Case, user: User) -> Case:
    MeasureFactory(case=case, by=user, first_day=date(2025, 3, 20))
    HelperAssignmentFactory(household=case.household)
    return case


def test_the_workbench_names_one_household_and_counts_many(station):
    alone = take_until(a_case(station), Step.AUTHORISED, station)
    for _ in range(3):
        take_until(a_case(station), Step.VERIFIED, station)

    lines = steps(station, date(2025, 3, 7))

    assert [(line.what, line.count, line.due_on, line.late) for line in lines] == [
        (f"{alone.household} 入户核查", 1, date(2025, 3, 6), 1),
        ("佳山村 民主评议", 3, date(2025, 3, 14), 0),
    ]
    assert lines[1].url.startswith(reverse("monitoring:paper_add", args=["meeting"]))


def test_the_workbench_of_those_who_change_nothing_has_no_steps(station):
    a_case(station)

    assert steps(a_user(User.Role.VILLAGE_OFFICER, "341702106200", "cun"), DAY) == []


def test_studies_wait_in_the_last_two_months_of_a_half_year(station):
    take_until(a_case(station), Step.ENTERED, station)

    assert studies(station, date(2025, 10, 20)) == []
    assert [(line.count, line.due_on) for line in studies(station, date(2025, 11, 10))] == [(1, date(2025, 12, 31))]


# ── data health: each rule has a row that breaks it, and one that does not ──


def test_a_register_without_a_case_and_a_case_without_a_register_are_found(station):
    stray = RegistrationFactory(household=a_household(), kind=Registration.Kind.MONITORED)
    fine = take_until(a_case(station), Step.ENTERED, station)
    bare = take_until(a_case(station), Step.ENTERED, station)
    Registration.objects.filter(household=bare.household).withdraw()

    assert list(checks.registered_without_case(station, DAY)) == [stray]
    assert list(checks.case_without_registration(station, DAY)) == [bare]
    assert fine.state == "monitored"


def test_a_household_taken_up_without_a_measure_is_found_after_ten_days(station):
    case = take_until(a_case(station), Step.ENTERED, station)
    helped(take_until(a_case(station), Step.ENTERED, station), station)

    assert list(checks.without_first_measure(station, date(2025, 3, 25))) == []
    assert list(checks.without_first_measure(station, date(2025, 3, 26))) == [case]


def test_a_month_without_a_visit_is_found(station):
    missed = take_until(a_case(station), Step.ENTERED, station)
    seen = take_until(a_case(station), Step.ENTERED, station)
    VisitFactory(household=seen.household, on=date(2025, 9, 5), by=station)

    assert list(checks.not_visited_last_month(station, DAY)) == [missed]


def test_an_open_case_of_a_closed_household_is_found(station):
    case = a_case(station)
    case.household.closed_on, case.household.close_reason = date(2025, 9, 1), "整户迁出"
    case.household.save(update_fields=["closed_on", "close_reason"])

    assert list(checks.open_case_of_a_closed_household(station, DAY)) == [case]


def test_a_kind_that_does_not_fit_is_found(station):
    case = take_until(a_case(station), Step.ENTERED, station)
    RegistrationFactory(household=case.household)

    assert list(checks.kind_does_not_fit(station, DAY)) == [case]


def test_a_case_counted_in_two_years_is_found(station):
    case = take_until(a_case(station), Step.ENTERED, station)
    take_until(a_case(station), Step.ENTERED, station)
    Case.objects.filter(pk=case.pk).update(system_on=date(2026, 1, 3))

    assert list(checks.two_periods(station, DAY)) == [case]


def test_a_case_whose_household_has_moved_is_found(station):
    case = a_case(station)
    Case.objects.filter(pk=case.pk).update(village_code="341702106201")

    assert list(checks.village_differs(station, DAY)) == [case]


# ── panels ──


def test_the_household_shows_its_times_under_monitoring(station):
    first = take_until(a_case(station), Step.ELIMINATED, station)
    second = a_case(station, first.household, clue_on=date(2025, 10, 15))

    shown = household_cases(first.household, station, DAY)

    assert [(facts.case, step and step.what) for facts, step in shown["lines"]] == [
        (second, "申请及承诺授权"),
        (first, None),
    ]
    assert shown["may_open"] is False


def test_the_person_shows_what_was_decided_for_him(station):
    case = take_until(a_case(station), Step.APPROVED, station)
    person = case.household.head
    stranger = a_household().head

    [decision] = person_cases(person, station, DAY)["decisions"]

    assert (decision.step, decision.on) == (Step.APPROVED, APPROVED)
    assert person_cases(stranger, station, DAY) is None


def test_the_panels_stand_on_the_pages(client, station):
    case = take_until(a_case(station), Step.APPROVED, station)
    client.force_login(station)

    with time_machine.travel(DAY, tick=False):
        household = client.get(reverse("households:household_detail", args=[case.household_id])).content.decode()
        person = client.get(reverse("households:person_detail", args=[case.household.head_id])).content.decode()

    assert reverse("monitoring:case_detail", args=[case.pk]) in household
    assert "监测决定" in person


# ── households that close ──


def test_a_household_that_closes_ends_its_case_with_the_people_of_the_day_before(station):
    case = take_until(a_case(station), Step.ENTERED, station)

    close_household(
        household=case.household,
        on=date(2025, 9, 1),
        reason="户主去世",
        by=station,
        today=DAY,
        left=Membership.Left.DEATH,
    )

    case.refresh_from_db()
    event = CaseEvent.objects.known().get(step=Step.ENDED)
    [row] = Registration.objects.known().filter(household=case.household)
    assert (case.state, case.end_reason, case.ended_on, event.people) == ("ended", "gone", date(2025, 9, 1), 3)
    assert (row.valid_from, row.valid_to) == (APPROVED, date(2025, 9, 1))


@pytest.mark.parametrize(("state", "until"), [("未消除", Step.ENTERED), ("风险已消除", Step.ELIMINATED)])
def test_who_closes_a_household_reads_which_case_ends_with_it(client, station, state, until):
    case = take_until(a_case(station), until, station)
    plain = a_household()
    Household.objects.filter(pk=case.household_id).update(number="340100")
    client.force_login(station)

    def lead(name, household, **asked):
        return client.get(reverse(f"households:{name}", args=[household.pk]), asked).context["lead"]

    assert lead("household_close", plain) == "成员、在册登记、帮扶联系人到这一天为止；以前的情况都留着。"
    assert lead("household_close", case.household) == (
        f"成员、在册登记、帮扶联系人、监测案件（边缘易致贫户，{state}）到这一天为止；以前的情况都留着。"
    )
    assert lead("household_merge", plain, other="340100") == (
        f"给合进来的每个人选与户主的关系；那一户到这一天销户，监测案件（边缘易致贫户，{state}）随着终止。"
    )


@pytest.mark.parametrize(
    ("until", "head", "unfinished"),
    [(Step.COMPARED, "终止时", "村内公示"), (Step.RISK_ASSESSED, "纳入时", "消除：公示")],
)
def test_the_page_of_a_case_that_ended_with_its_household_shows_its_people_and_no_step_as_running(
    client, station, until, head, unfinished
):
    case = take_until(a_case(station, a_household(2)), until, station)
    publicity = Step.PUBLICISED if until == Step.COMPARED else Step.RISK_PUBLICISED
    take(case, publicity, station, detail={})
    people = list(case.household.memberships.values_list("person__name", flat=True))
    with time_machine.travel(date(2025, 11, 1), tick=False):
        close_household(household=case.household, on=DAY, reason="整户迁出", by=station, today=date(2025, 11, 1))
        client.force_login(station)

        answer = client.get(reverse("monitoring:case_detail", args=[case.pk]))

    html = answer.content.decode()
    [entry] = [each for each in answer.context["entries"] if each.title == unfinished]
    assert (entry.look, entry.tag) == ("is-done", "没有办完")
    assert "进行中" not in html
    assert f"<h2>{head}的家庭成员</h2>" in html
    assert f"{head} 2 人" in html
    assert sorted(one.name for one in answer.context["frozen"]) == sorted(people)


def test_a_household_that_goes_into_another_ends_its_case_as_merged(station):
    case = take_until(a_case(station), Step.ENTERED, station)

    close_household(
        household=case.household, on=date(2025, 9, 1), reason="合户", by=station, today=DAY, into=a_household()
    )

    case.refresh_from_db()
    assert case.end_reason == "merged"


def registered(household) -> list[tuple]:
    rows = Registration.objects.known().filter(household=household, kind="monitored")
    return list(rows.values_list("valid_from", "valid_to"))


def test_a_closing_taken_back_takes_back_the_end_of_its_case(station):
    case = take_until(a_case(station), Step.ENTERED, station)
    closed = close_household(household=case.household, on=date(2025, 9, 1), reason="整户迁出", by=station, today=DAY)

    reopen_household(household=closed, by=station)

    case.refresh_from_db()
    end = CaseEvent.objects.get(case=case, step=Step.ENDED)
    assert (case.state, case.ended_on, case.end_reason) == ("monitored", None, "")
    assert (end.withdrawn_at is None, end.withdrawn_by, end.withdrawn_why) == (False, station, "撤回销户")
    assert registered(closed) == [(APPROVED, None)]
    assert not checks.registered_without_case(station, DAY)


def test_a_case_ended_on_its_own_stays_ended_when_a_closing_is_taken_back(station):
    case = take_until(a_case(station), Step.ENTERED, station)
    take(case, Step.ENDED, station, on=date(2025, 9, 1), detail={"reason": "gone"}, note="整户迁出")
    closed = close_household(household=case.household, on=date(2025, 9, 1), reason="整户迁出", by=station, today=DAY)

    reopen_household(household=closed, by=station)

    case.refresh_from_db()
    assert (case.state, case.ended_on) == ("ended", date(2025, 9, 1))
    assert registered(closed) == [(APPROVED, date(2025, 9, 1))]


def test_a_household_closed_again_after_its_closing_was_taken_back_ends_its_case_on_the_new_day(station):
    case = take_until(a_case(station), Step.ELIMINATED, station)
    closed = close_household(household=case.household, on=date(2025, 10, 15), reason="误销", by=station, today=DAY)
    reopen_household(household=closed, by=station)
    case.refresh_from_db()
    assert case.state == "eliminated"

    close_household(household=closed, on=date(2025, 10, 18), reason="整户迁出", by=station, today=DAY)

    case.refresh_from_db()
    assert (case.state, case.ended_on) == ("ended", date(2025, 10, 18))
    assert registered(closed) == [(APPROVED, date(2025, 10, 18))]


def test_a_household_taken_up_again_closes_with_its_last_case(station):
    first = take_until(a_case(station), Step.ELIMINATED, station)
    again = a_case(station, first.household, clue_on=date(2025, 10, 15))

    closed = close_household(household=first.household, on=date(2025, 10, 18), reason="整户迁出", by=station, today=DAY)

    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.state, first.ended_on) == ("eliminated", None)
    assert (again.state, again.ended_on) == ("ended", date(2025, 10, 18))
    assert registered(closed) == [(APPROVED, date(2025, 10, 18))]

    reopen_household(household=closed, by=station)
    again.refresh_from_db()
    assert (again.state, again.ended_on) == ("identifying", None)
    assert registered(closed) == [(APPROVED, None)]


def test_a_register_without_a_case_stands_again_when_a_closing_is_taken_back(station):
    household = RegistrationFactory(household=a_household(), kind="monitored", valid_from=APPROVED).household
    closed = close_household(household=household, on=date(2025, 9, 1), reason="误销", by=station, today=DAY)

    reopen_household(household=closed, by=station)

    assert registered(closed) == [(APPROVED, None)]


def test_a_case_moves_with_its_household_and_its_decisions_stay(station):
    DivisionFactory(code="341702106201", name="竹溪村")
    case = take_until(a_case(station), Step.ENTERED, station)
    old = case.household

    new = move_household(household=old, village_code="341702106201", on=date(2025, 6, 1), by=station, today=DAY)
    take(case, Step.ENDED, station, on=date(2025, 9, 1), detail={"reason": "cleared"})
    correct_step(
        event=case.events.known().get(step=Step.APPROVED), why="批复晚一天", by=station, today=DAY, on=date(2025, 3, 16)
    )

    case.refresh_from_db()
    decided = dict(case.events.known().filter(step__in=Step.freezing()).values_list("step", "household"))
    assert (case.household, case.village_code) == (new, "341702106201")
    assert decided == {Step.APPROVED: old.pk, Step.ENDED: new.pk}
    assert case.events.known().get(step=Step.APPROVED).people == 3
    assert registered(old) == [(date(2025, 3, 16), date(2025, 6, 1))]
    assert registered(new) == [(date(2025, 6, 1), date(2025, 9, 1))]


def test_a_household_split_off_gets_a_case_linked_to_the_first(station):
    case = take_until(a_case(station), Step.ENTERED, station)
    person = case.household.memberships.last().person
    new = split_household(
        household=case.household, relations={person: "户主"}, on=date(2025, 6, 1), by=station, today=DAY
    )

    second = a_case(station, new, clue_on=date(2025, 6, 5))

    assert second.predecessor == case
    case.refresh_from_db()
    assert case.state == "monitored"


@pytest.mark.parametrize("taken_up_too", [False, True])
def test_a_household_that_goes_back_to_those_who_split_from_it_ends_its_case(station, taken_up_too):
    case = take_until(a_case(station), Step.ENTERED, station)
    child = case.household.memberships.last().person
    new = split_household(
        household=case.household, relations={child: "户主"}, on=date(2025, 6, 1), by=station, today=DAY
    )
    if taken_up_too:
        a_case(station, new, clue_on=date(2025, 6, 2))
    relations = {row.person_id: "其他" for row in case.household.memberships.known().filter(valid_to=None)}

    merge_households(
        household=new, other=case.household, relations=relations, on=date(2025, 7, 1), by=station, today=DAY
    )

    case.refresh_from_db()
    assert (case.state, case.end_reason, case.household.pk != new.pk) == ("ended", "merged", True)


def test_a_household_taken_up_again_where_it_moved_to_no_longer_counts_as_eliminated(station):
    DivisionFactory(code="341702106201", name="竹溪村")
    case = take_until(a_case(station), Step.ELIMINATED, station)
    new = move_household(
        household=case.household, village_code="341702106201", on=date(2025, 10, 15), by=station, today=DAY
    )
    slug, since, until = "monitoring.eliminated_of_identified.households", date(2025, 1, 1), date(2025, 12, 1)
    before = timezone.now()
    take_until(a_case(station, new, clue_on=date(2025, 10, 21)), Step.APPROVED, station)

    counted = [
        engine.value(Asked(figures[slug], Window.until(until, known_at, since=since, kind=Kind.PERIOD)), ["341702106"])
        for known_at in (before, timezone.now())
    ]

    assert counted == [1, 0]
