from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

import reports.tasks  # noqa: F401 -- so that the job finds its body
from accounts.services.division import recode_division
from accounts.services.setting import set_value
from exchange import jobs
from exchange.models import Job
from monitoring.models import CaseEvent, CaseEventMember, Step
from paibou.lib.refused import Refused
from reports.models import Report
from reports.queries.changes import changes_since, moved_meanwhile
from reports.queries.report import equations_of, rebuilt
from reports.services.report import ask_again, ask_report, build_report, confirm_equation, finalise_report
from tests.factories.accounts import DivisionFactory, GrantFactory
from tests.factories.households import HouseholdFactory
from tests.factories.monitoring import AlertFactory
from tests.factories.monitoring_case import CaseEventFactory, CaseEventMemberFactory, CaseFactory
from tests.factories.reports import ReportFactory
from tests.oracle.township import TOWNSHIP, Township

pytestmark = pytest.mark.django_db
START, END = date(2025, 1, 1), date(2025, 10, 20)


@pytest.fixture
def township():
    return DivisionFactory(code=TOWNSHIP, name="牌楼镇")


@pytest.fixture
def clerk():
    return GrantFactory(prefix=TOWNSHIP).user


def values_of(report: Report) -> dict[tuple[str, str, str], int]:
    return {line.key: int(line.value) for line in report.lines.all()}


def taken_up(on: date, people: int, household=None, **dates) -> CaseEvent:
    """A household taken up on a day, with its people."""
    case = CaseFactory(household=household or HouseholdFactory(village_code=f"{TOWNSHIP}201"), state="eliminated")
    event = CaseEventFactory(case=case, step=Step.APPROVED, on=on, people=people, **dates)
    for _ in range(people):
        CaseEventMemberFactory(event=event, **dates)
    return event


def test_a_report_is_built_by_its_job(township, clerk) -> None:
    report = ask_report(division=township, start=START, end=END, by=clerk, today=END)

    jobs.run(report.job_id)

    report.refresh_from_db()
    assert (report.state, report.lines.count(), report.job.state) == (Report.State.DRAFT, 17, Job.State.DONE)
    assert report.job.outcome == "2025年1月1日 – 10月20日的总结算好了，17 个数"


def test_built_twice_a_report_has_its_lines_once(township, clerk) -> None:
    report = ask_report(division=township, start=START, end=END, by=clerk, today=END)

    for _ in range(2):
        build_report(report=report)

    assert report.lines.count() == 17


@pytest.mark.parametrize(("start", "end"), [(START, END + timedelta(days=1)), (END, START)])
def test_a_period_to_come_or_turned_round_is_refused(township, clerk, start, end) -> None:
    with pytest.raises(Refused):
        ask_report(division=township, start=start, end=end, by=clerk, today=END)


def test_lines_keep_value_villages_and_keys(township, clerk) -> None:
    event = taken_up(date(2025, 3, 1), people=2)
    report = build_report(report=ReportFactory())

    line = report.lines.get(slug="monitoring.identified.people", kind="period")

    people = sorted(CaseEventMember.objects.filter(event=event).values_list("person_id", flat=True))
    assert (int(line.value), line.by_village, line.keys) == (2, {f"{TOWNSHIP}201": "2"}, people)


def test_an_alert_of_another_township_is_not_counted() -> None:
    AlertFactory(village_code="341702107200", received_on=date(2025, 3, 1))

    report = build_report(report=ReportFactory())

    assert report.lines.get(slug="alerts.medical.count").value == 0


def test_a_final_report_comes_out_again_whatever_was_entered_since(clerk) -> None:
    Township(5)
    report = finalised(build_report(report=ReportFactory()), clerk)
    before = values_of(report)
    first = CaseEvent.objects.filter(village_code__startswith=TOWNSHIP, step=Step.APPROVED).known().first()
    CaseEvent.objects.filter(pk=first.pk).withdraw()
    taken_up(date(2025, 3, 1), people=3)

    again = {each.key: int(each.value) for each in rebuilt(report)}

    assert again == before
    assert moved_meanwhile(report, timezone.now()) > 0


def finalised(report: Report, by) -> Report:
    for each in equations_of(report):
        if not each.is_settled:
            confirm_equation(report=report, key=each.key, reason="已核对原始名册", by=by)
    return finalise_report(report=report, by=by)


def test_what_was_entered_since_is_a_list_by_figure(clerk) -> None:
    gone = taken_up(date(2025, 2, 1), people=1)
    report = finalised(build_report(report=ReportFactory()), clerk)
    CaseEvent.objects.filter(pk=gone.pk).withdraw()
    CaseEventMember.objects.filter(event=gone).withdraw()
    late = taken_up(date(2025, 3, 1), people=2)

    changes = {(c.line.slug, c.line.kind): c for c in changes_since(report, timezone.now())}

    households = changes["monitoring.identified.households", "period"]
    assert ([row.pk for row in households.came], [row.pk for row in households.went]) == ([late.pk], [gone.pk])
    assert (households.difference, changes["monitoring.identified.people", "period"].difference) == (0, 1)
    assert set(changes) == {
        (f"monitoring.identified.{unit}", kind)
        for unit in ("households", "people")
        for kind in ("period", "cumulative")
    }


def test_an_alert_closed_or_corrected_in_other_ways_changes_no_report(clerk) -> None:
    alert = AlertFactory(village_code=f"{TOWNSHIP}201", received_on=date(2025, 3, 1))
    report = finalised(build_report(report=ReportFactory()), clerk)

    type(alert).objects.filter(pk=alert.pk).update(state="closed")

    assert changes_since(report, timezone.now()) == []


def test_a_merged_village_is_named_as_the_reason_of_another_sum_by_village(township, clerk) -> None:
    old, new = (DivisionFactory(code=f"{TOWNSHIP}{n}", name=name) for n, name in ((201, "大山村"), (202, "佳山村")))
    AlertFactory(village_code=old.code, received_on=date(2025, 3, 1))
    report = finalised(build_report(report=ReportFactory()), clerk)

    recode_division(old=old, new=new, on=date(2026, 1, 1), today=date(2026, 1, 1))

    (change,) = changes_since(report, timezone.now())
    assert (change.difference, change.came, change.went) == (0, [], [])
    assert change.recoded == ["大山村已于 2026年1月1日并入佳山村，报告里大山村 1 现计入佳山村"]
    assert report.lines.get(slug="alerts.medical.count").by_village == {old.code: "1"}


def test_a_broken_equation_stops_the_final_report_until_somebody_says_why(clerk) -> None:
    taken_up(date(2025, 3, 1), people=0)
    report = build_report(report=ReportFactory())
    broken = [each for each in equations_of(report) if not each.holds]
    assert [each.text for each in broken] == [
        "风险识别 1 户 ≤ 风险识别人口 0 人",
        "累计风险识别 1 户 ≤ 累计风险识别人口 0 人",
    ]

    with pytest.raises(Refused, match="还有 2 条对不上"):
        finalise_report(report=report, by=clerk)
    for each in broken:
        confirm_equation(report=report, key=each.key, reason="成员待补录", by=clerk)

    assert finalise_report(report=report, by=clerk).is_final


def test_a_reason_holds_for_the_numbers_it_was_given_for(clerk) -> None:
    taken_up(date(2025, 3, 1), people=0)
    report = build_report(report=ReportFactory())
    for each in equations_of(report):
        if not each.holds:
            confirm_equation(report=report, key=each.key, reason="成员待补录", by=clerk)
    taken_up(date(2025, 4, 1), people=0)

    build_report(report=report)

    assert [each.is_settled for each in equations_of(report) if not each.holds] == [False, False]


@pytest.mark.parametrize("reason", ["", " 好 "])
def test_a_broken_equation_wants_a_reason_worth_the_name(clerk, reason) -> None:
    taken_up(date(2025, 3, 1), people=0)
    report = build_report(report=ReportFactory())
    key = next(each.key for each in equations_of(report) if not each.holds)

    with pytest.raises(Refused, match="写明照报的原因"):
        confirm_equation(report=report, key=key, reason=reason, by=clerk)


def test_what_agrees_cannot_be_confirmed(clerk) -> None:
    report = build_report(report=ReportFactory())

    with pytest.raises(Refused, match="已经相符"):
        confirm_equation(report=report, key=equations_of(report)[0].key, reason="随便写写", by=clerk)


def test_eighteen_reviewed_need_not_be_twelve_eliminated_and_six_labelled() -> None:
    report = build_report(report=ReportFactory())

    speaks_of = [{line.slug for line in each.lines} for each in equations_of(report)]

    assert not any("monitoring.reviewed.households" in slugs and len(slugs) > 1 for slugs in speaks_of)


def test_more_eliminated_than_taken_up_or_more_in_a_period_than_since_is_found() -> None:
    report = build_report(report=ReportFactory())
    report.lines.filter(slug="monitoring.eliminated_of_identified.households").update(value=2)
    report.lines.filter(slug="monitoring.identified.households", kind="period").update(value=1)

    broken = {each.text for each in equations_of(report) if not each.holds}

    assert {"累计识别后消除风险 2 户 ≤ 累计风险识别 0 户", "风险识别 1 户 ≤ 累计风险识别 0 户"} <= broken


def test_a_draft_that_no_longer_comes_out_is_not_made_final(clerk) -> None:
    alert = AlertFactory(village_code=f"{TOWNSHIP}201", received_on=date(2025, 3, 1))
    report = build_report(report=ReportFactory())
    type(alert).objects.filter(pk=alert.pk).update(received_on=date(2024, 3, 1))  # what no service does

    with pytest.raises(Refused, match="被改写过"):
        finalise_report(report=report, by=clerk)


def test_a_final_report_is_neither_built_nor_made_final_again(clerk) -> None:
    report = finalised(build_report(report=ReportFactory()), clerk)

    for act in (
        lambda: build_report(report=report),
        lambda: finalise_report(report=report, by=clerk),
        lambda: ask_again(report=report, by=clerk),
    ):
        with pytest.raises(Refused, match="定稿"):
            act()


def test_a_draft_asked_for_again_takes_what_is_known_by_then(township, clerk) -> None:
    report = ask_report(division=township, start=START, end=END, by=clerk, today=END)
    jobs.run(report.job_id)
    AlertFactory(village_code=f"{TOWNSHIP}201", received_on=date(2025, 3, 1))

    jobs.run(ask_again(report=report, by=clerk).job_id)

    assert report.lines.get(slug="alerts.medical.count").value == 1


def test_a_report_is_counted_in_ten_statements_or_less(django_assert_max_num_queries) -> None:
    report = ReportFactory()

    with django_assert_max_num_queries(10):
        rebuilt(report)


def test_an_entry_made_for_a_past_day_is_not_known_to_an_earlier_instant() -> None:
    with time_machine.travel(datetime(2025, 11, 1, tzinfo=UTC)):
        taken_up(date(2025, 3, 1), people=1)

    early = ReportFactory(known_at=datetime(2025, 10, 25, tzinfo=UTC))
    late = ReportFactory(known_at=datetime(2025, 11, 2, tzinfo=UTC))

    found = [{each.key: each.value for each in rebuilt(report)} for report in (early, late)]
    key = ("monitoring.identified.households", "period", "2025-01-01")
    assert [values[key] for values in found] == [0, 1]


def test_an_attempt_that_was_taken_over_leaves_no_lines(township, clerk) -> None:
    report = ask_report(division=township, start=START, end=END, by=clerk, today=END)
    mine = jobs.claim(job_id=report.job_id)
    Job.objects.filter(pk=mine.pk).update(attempt=mine.attempt + 1)

    jobs._perform(mine)

    report.refresh_from_db()
    assert (report.state, report.lines.count()) == (Report.State.BUILDING, 0)


def test_a_setting_counts_cases_by_the_day_of_the_announcement(clerk) -> None:
    DivisionFactory(code=TOWNSHIP, name="牌楼镇")
    event = taken_up(date(2024, 12, 30), people=2)
    CaseEventFactory(case=event.case, step=Step.ANNOUNCED, on=date(2025, 1, 3))
    before = build_report(report=ReportFactory())
    set_value(name="report_counted_by", prefix=TOWNSHIP, valid_from=date(2025, 1, 1), value="公告日", by=clerk)

    after = build_report(report=ReportFactory())

    found = [
        [
            int(report.lines.get(slug=f"monitoring.identified.{unit}", kind="period").value)
            for unit in ("households", "people")
        ]
        for report in (before, after)
    ]
    assert (found, after.counted_by) == ([[0, 0], [1, 2]], "announced")
