from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

import reports.tasks  # noqa: F401 -- so that the job finds its body
from accounts.models import AccessLog, User
from exchange import jobs
from monitoring.models import Step
from reports.models import Report
from reports.services.report import build_report, confirm_equation, finalise_report
from tests.factories.accounts import TOWNSHIP, DivisionFactory, GrantFactory
from tests.factories.households import HouseholdFactory
from tests.factories.monitoring import AlertFactory
from tests.factories.monitoring_case import CaseEventFactory, CaseEventMemberFactory, CaseFactory
from tests.factories.reports import ReportFactory

pytestmark = pytest.mark.django_db
VILLAGE = f"{TOWNSHIP}201"


@pytest.fixture
def enter(client: Client) -> Callable[..., Client]:
    DivisionFactory(code=TOWNSHIP, name="牌楼镇")
    DivisionFactory(code=VILLAGE, name="竹溪村")

    def come_in(role: str = User.Role.STATION, prefix: str = TOWNSHIP) -> Client:
        user = GrantFactory(prefix=prefix, user__role=role).user
        client.force_login(user)
        client.user = user
        return client

    return come_in


@pytest.fixture
def station(enter: Callable[..., Client]) -> Client:
    return enter()


def taken_up(people: int = 1) -> None:
    case = CaseFactory(household=HouseholdFactory(village_code=VILLAGE), state="eliminated")
    event = CaseEventFactory(case=case, step=Step.APPROVED, on=date(2025, 3, 1), people=people)
    for _ in range(people):
        CaseEventMemberFactory(event=event)


def built(**columns: object) -> Report:
    return build_report(report=ReportFactory(**columns))


def line(report: Report, slug: str, kind: str = "period") -> int:
    return report.lines.get(slug=slug, kind=kind).pk


def text(answer) -> str:
    return answer.content.decode()


def test_asking_for_a_report_leads_to_its_page_which_waits_for_the_job(station) -> None:
    answer = station.post(
        reverse("reports:report_create"),
        {"division": 1_000, "span": "free", "start": "2025-01-01", "end": "2025-10-20"},
    )
    assert answer.status_code == 422

    division = next(iter(answer.context["form"].fields["division"].queryset))
    answer = station.post(
        reverse("reports:report_create"),
        {"division": division.pk, "span": "free", "start": "2025-01-01", "end": "2025-10-20"},
    )
    report = Report.objects.get()
    waiting = text(station.get(answer["Location"]))
    assert station.get(reverse("reports:report_progress", args=[report.pk])).headers.get("HX-Refresh") is None
    jobs.run(report.job_id)

    assert "正在算" in waiting
    assert station.get(reverse("reports:report_progress", args=[report.pk])).headers["HX-Refresh"] == "true"
    assert "建档立卡脱贫人口" in text(station.get(answer["Location"]))


def test_every_number_of_the_paper_leads_to_its_rows(station) -> None:
    taken_up(people=2)
    report = built()
    page = text(station.get(reverse("reports:report_detail", args=[report.pk])))

    assert page.count('class="fig"') == 17
    for each in report.lines.all():
        assert reverse("reports:line_detail", args=[each.pk]) in page


def test_a_number_shows_its_definition_its_villages_and_its_pair(station) -> None:
    taken_up(people=2)
    report = built()

    page = text(station.get(reverse("reports:line_detail", args=[line(report, "monitoring.identified.households")])))

    assert "期内县级审定纳入的户，一户计一次" in page
    assert '<tr><td>竹溪村</td><td class="num">1</td><td class="num">2</td></tr>' in page
    assert 'aria-current="true">1户</a>' in page


def test_the_last_final_report_stands_beside_the_number(station) -> None:
    AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1))
    finalise_report(report=built(end=date(2025, 6, 30)), by=station.user)
    AlertFactory(village_code=VILLAGE, received_on=date(2025, 8, 1))

    page = text(station.get(reverse("reports:line_detail", args=[line(built(), "alerts.medical.count")])))

    assert '<tr><td>竹溪村</td><td class="num">2</td><td class="num">1</td></tr>' in page


def test_htmx_gets_the_desk_alone(station) -> None:
    report = built()

    answer = station.get(
        reverse("reports:line_detail", args=[line(report, "alerts.medical.count")]), headers={"HX-Request": "true"}
    )

    assert text(answer).startswith('<div class="desk" id="desk">')


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_behind_a_number_has_its_rows_masked_in_a_fixed_number_of_statements(
    station, rows, django_assert_num_queries
) -> None:
    alerts = [AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1)) for _ in range(rows)]
    url = reverse("reports:line_rows", args=[line(built(), "alerts.medical.count")])

    with django_assert_num_queries(12):
        page = text(station.get(url))

    assert [alert.name in page for alert in alerts] == [True] * rows
    assert not any(alert.id_number in page for alert in alerts)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_report_takes_a_fixed_number_of_statements(station, rows, django_assert_num_queries) -> None:
    for _ in range(rows):
        taken_up()
    url = reverse("reports:report_detail", args=[built().pk])

    with django_assert_num_queries(12):
        station.get(url)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_reports_takes_a_fixed_number_of_statements(station, rows, django_assert_num_queries) -> None:
    for _ in range(rows):
        ReportFactory()

    with django_assert_num_queries(10):
        station.get(reverse("reports:report_list"))


def test_a_broken_equation_is_amber_and_can_be_confirmed(station) -> None:
    taken_up(people=0)
    report = built()
    page = text(station.get(reverse("reports:report_detail", args=[report.pk])))
    assert page.count("fig--off") == 4

    for each in ("period", "cumulative"):
        since = {"period": "2025-01-01", "cumulative": "2021-01-01"}[each]
        key = f"people monitoring.identified.households {each} {since}"
        asked = text(station.get(reverse("reports:report_confirm", args=[report.pk]), {"key": key}))
        assert "户 ≤ " in asked
        answer = station.post(reverse("reports:report_confirm", args=[report.pk]), {"key": key, "reason": "成员待补录"})
        assert answer.status_code == 302

    page = text(station.get(reverse("reports:report_detail", args=[report.pk])))
    assert ("fig--off" in page, page.count("成员待补录")) == (False, 2)


def test_a_draft_with_open_questions_is_not_made_final(station) -> None:
    taken_up(people=0)
    report = built()

    answer = station.post(reverse("reports:report_finalise", args=[report.pk]))

    assert (answer.status_code, "还有 2 条对不上" in text(answer)) == (422, True)


def test_a_draft_is_made_final_and_shows_what_changed_since(station) -> None:
    report = built()
    answer = station.post(reverse("reports:report_finalise", args=[report.pk]))
    late = AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1))

    page = text(station.get(reverse("reports:report_changes", args=[report.pk])))

    assert answer.status_code == 302
    assert "报了 0 条，现在是 1 条" in page
    assert late.name in page
    assert "新计入" in page


def test_the_dialog_of_the_final_form_says_what_moved_meanwhile(station) -> None:
    report = built()
    AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1))

    assert "有 1 个数变了" in text(station.get(reverse("reports:report_finalise", args=[report.pk])))


def test_a_final_report_offers_neither_counting_again_nor_a_final_form(station) -> None:
    report = finalise_report(report=built(), by=station.user)

    page = text(station.get(reverse("reports:report_detail", args=[report.pk])))
    again = station.post(reverse("reports:report_again", args=[report.pk]))

    assert reverse("reports:report_again", args=[report.pk]) not in page
    assert "定稿…" not in page
    assert (again.status_code, "已经定稿" in text(again)) == (422, True)


def test_the_word_document_says_the_numbers_of_the_report(station) -> None:
    taken_up(people=2)
    report = built()

    answer = station.get(reverse("reports:report_word", args=[report.pk]))

    said = "\n".join(each.text for each in Document(BytesIO(answer.content)).paragraphs)
    assert "今年共风险识别1户2人，对0户未消除风险对象进行综合研判" in said
    assert "{" not in said
    assert "attachment" in answer["Content-Disposition"]


def test_the_annex_has_a_sheet_for_each_number_and_is_written_in_the_log(station) -> None:
    alert = AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1))
    report = built()

    answer = station.post(reverse("reports:report_annex", args=[report.pk]), {"reason": ""})

    book = load_workbook(BytesIO(answer.content))
    assert len(book.sheetnames) == 18
    rows = [[cell.value for cell in row] for row in book["16 医保部门反馈预警"].iter_rows()]
    assert [row[:3] for row in rows] == [["序号", "村", "姓名"], [1, "竹溪村", alert.name]]
    assert rows[1][3] != alert.id_number
    assert AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT, reason="").count() == 1


def test_full_numbers_take_a_reason_and_the_right(station, enter) -> None:
    alert = AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1))
    url = reverse("reports:line_annex", args=[line(built(), "alerts.medical.count")])

    full = station.post(url, {"reason": "报区里核对"})
    refused = enter(User.Role.DISTRICT_READER).post(url, {"reason": "想看看"})

    assert load_workbook(BytesIO(full.content)).worksheets[1]["D2"].value == alert.id_number
    assert refused.status_code == 403


def test_what_a_household_is_taken_up_by_in_another_period_is_shown(station) -> None:
    case = CaseFactory(household=HouseholdFactory(village_code=VILLAGE), state="monitored")
    for step, on in ((Step.APPROVED, date(2024, 12, 30)), (Step.ANNOUNCED, date(2025, 1, 3))):
        CaseEventFactory(case=case, step=step, on=on)

    page = text(station.get(reverse("reports:report_dates", args=[built().pk])))

    assert "2024年12月30日" in page
    assert "下面 1 户按别的日期会算到另一个时段" in page


def test_all_figures_are_shown_with_what_they_count(station) -> None:
    AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1))

    page = text(station.get(reverse("reports:figure_list")))
    one = text(
        station.get(
            reverse("reports:figure_detail", args=["alerts.medical.count"]),
            {"start": "2025-01-01", "end": "2025-10-20"},
        )
    )

    assert "期内收到的市、区两级医保部门的预警" in page
    assert "医保部门反馈预警 1 条" in one


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"end": "2099-10-20"}, "截止日期 2099年10月20日 还没到"),
        ({"start": "2025-10-20", "end": "2025-10-19"}, "起始日期 2025年10月20日 晚于截止日期 2025年10月19日"),
    ],
)
def test_days_to_come_or_turned_round_are_not_looked_through(station, asked, sentence) -> None:
    page = text(station.get(reverse("reports:figure_detail", args=["alerts.medical.count"]), asked))

    assert f"<b>日期没用上</b>{sentence}" in page


def test_only_who_may_make_a_report_is_offered_one(enter) -> None:
    url, link = reverse("reports:report_list"), reverse("reports:report_create")
    pages = [text(enter(*who).get(url)) for who in ((), (User.Role.VILLAGE_OFFICER, VILLAGE))]

    assert ["还没有总结" in page for page in pages] == [True, True]
    assert [link in page for page in pages] == [True, False]


def test_a_figure_that_is_not_declared_is_not_found(station) -> None:
    assert station.get(reverse("reports:figure_detail", args=["no.such"])).status_code == 404


def test_a_village_cadre_does_not_find_the_report_of_his_township(enter) -> None:
    report = built()
    cadre = enter(User.Role.VILLAGE_OFFICER, VILLAGE)

    pages = [
        reverse("reports:report_detail", args=[report.pk]),
        reverse("reports:line_rows", args=[line(report, "alerts.medical.count")]),
    ]

    assert [cadre.get(url).status_code for url in pages] == [404, 404]


def test_a_reason_given_stays_with_the_final_report(station) -> None:
    taken_up(people=0)
    report = built()
    for kind, since in (("period", "2025-01-01"), ("cumulative", "2021-01-01")):
        key = f"people monitoring.identified.households {kind} {since}"
        confirm_equation(report=report, key=key, reason="成员待补录", by=station.user)
    finalise_report(report=report, by=station.user)

    assert text(station.get(reverse("reports:report_detail", args=[report.pk]))).count("成员待补录") == 2


def test_the_page_says_as_known_when(station) -> None:
    report = built()
    Report.objects.filter(pk=report.pk).update(known_at=datetime(2025, 10, 21, 1, 0, tzinfo=UTC))

    page = text(station.get(reverse("reports:line_rows", args=[line(report, "alerts.medical.count")])))

    assert "按 2025-10-21 09:00 所知" in page
