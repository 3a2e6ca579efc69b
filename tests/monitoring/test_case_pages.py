"""Pages of cases: what they show, to whom, in how many statements."""

import io
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import AccessLog, Setting, User
from households.models import Household
from monitoring.models import Case, CaseEvent, CasePaperProof, Measure, Paper, Step
from monitoring.services.case_step import correct_step
from tests.factories.accounts import DivisionFactory
from tests.factories.households import VisitFactory
from tests.factories.monitoring_case import CasePaperProofFactory, MeasureFactory, PaperFactory
from tests.monitoring.walk import a_case, a_household, a_user, an_income, take, take_until

pytestmark = pytest.mark.django_db
ELSEWHERE = "341702107201"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(date(2025, 12, 1), tick=False):
        yield


@pytest.fixture
def station() -> User:
    DivisionFactory(code="341702106", name="牌楼镇")
    DivisionFactory(code="341702106200", name="佳山村")
    return a_user()


@pytest.fixture
def desk(client: Client, station: User) -> Client:
    client.force_login(station)
    return client


def page(client: Client, name: str, *args, **query) -> str:
    answer = client.get(reverse(f"monitoring:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def send(client: Client, name: str, *args, follow: bool = True, **data):
    return client.post(reverse(f"monitoring:{name}", args=args), data, follow=follow)


def test_the_list_shows_the_next_step_and_its_limit(desk, station):
    case = take_until(a_case(station, clue_on=date(2025, 11, 25)), Step.AUTHORISED, station)

    html = page(desk, "case_list")

    assert case.household.head.name in html
    assert "入户核查" in html
    assert "超期 3 天" in html
    assert "佳山村" in html


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_more_rows(rows, desk, station, django_assert_num_queries):
    for _ in range(rows):
        take_until(a_case(station), Step.VERIFIED, station)

    with django_assert_num_queries(17):
        page(desk, "case_list")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_case_costs_the_same_for_more_rows(rows, desk, station, django_assert_num_queries):
    case = take_until(a_case(station, a_household(rows)), Step.ENTERED, station)
    for number in range(rows):
        MeasureFactory(case=case, by=station)
        VisitFactory(household=case.household, by=station, on=date(2025, 6, number + 1))
        take_until(a_case(station), Step.VERIFIED, station)

    with django_assert_num_queries(27):
        page(desk, "case_detail", case.pk)


def test_views_count_in_words(desk, station):
    take_until(a_case(station), Step.ENTERED, station)
    a_case(station)

    assert "识别中 1 户，未消除 1 户（其中兜底 0 户），已消除 0 户" in page(desk, "case_list")
    assert "符合条件 1 户" in page(desk, "case_list", view="identifying")


def test_a_list_that_was_narrowed_in_place_exports_what_it_shows(desk, station):
    a_case(station)
    url, asked = reverse("monitoring:case_list"), {"view": "identifying", "q": "没有此人"}

    shown = desk.get(url, {"view": "identifying"}, headers={"HX-Request": "true"}).content.decode()
    none = desk.get(url, asked, headers={"HX-Request": "true"}).content.decode()

    assert f'{reverse("monitoring:case_export")}?view=identifying">导出这 1 户' in shown
    assert 'id="export" hx-swap-oob="true"></span>' in none


def test_a_late_case_is_found_by_its_limit(desk, station):
    late = take_until(a_case(station), Step.VERIFIED, station)
    on_time = a_case(station, clue_on=date(2025, 12, 1))

    html = page(desk, "case_list", due="late")

    assert late.household.head.name in html
    assert on_time.household.head.name not in html


def test_a_case_of_another_township_is_nowhere(desk, station):
    theirs = take_until(a_case(station, a_household(village=ELSEWHERE)), Step.ENTERED, station)
    event = theirs.events.get(step=Step.APPROVED)
    measure = MeasureFactory(case=theirs, by=station)

    assert theirs.household.head.name not in page(desk, "case_list", view="all")
    for name, key in [
        ("case_detail", theirs.pk),
        ("case_income", theirs.pk),
        ("measure_add", theirs.pk),
        ("measure_correct", measure.pk),
        ("event_correct", event.pk),
        ("case_open", theirs.household_id),
    ]:
        assert desk.get(reverse(f"monitoring:{name}", args=[key])).status_code == 404
    assert desk.get(reverse("monitoring:case_step", args=[theirs.pk, "studied"])).status_code == 404


def test_a_district_reader_looks_and_changes_nothing(client, station):
    case = take_until(a_case(station), Step.ENTERED, station)
    client.force_login(a_user(User.Role.DISTRICT_READER, "341702", "qu"))

    html = page(client, "case_detail", case.pk)

    assert "登记帮扶措施</a>" not in html
    assert client.get(reverse("monitoring:case_step", args=[case.pk, "ended"])).status_code == 403
    assert send(client, "measure_add", case.pk).status_code == 403


def test_only_a_case_that_was_taken_up_or_whose_household_is_gone_offers_its_end(desk, station):
    early, gone, late = a_case(station), a_case(station), take_until(a_case(station), Step.APPROVED, station)
    Household.objects.filter(pk=gone.household_id).update(closed_on=date(2025, 9, 1), close_reason="整户迁出")

    offers = [reverse("monitoring:case_step", args=[case.pk, "ended"]) in page(desk, "case_detail", case.pk)
              for case in (early, gone, late)]  # fmt: skip

    assert offers == [False, True, True]


def test_a_household_is_opened_by_hand_and_taken_back(desk, station):
    household = a_household()

    answer = send(
        desk,
        "case_open",
        household.pk,
        kind="marginal",
        channel="cadre",
        clue_on="2025-11-28",
        main_risk="因学",
        risks="因病",
    )
    case = Case.objects.get()

    assert (case.risks, case.clue_on) == (["因学", "因病"], date(2025, 11, 28))
    assert "已立案" in answer.content.decode()
    send(desk, "case_withdraw", case.pk)
    assert not Case.objects.known().exists()


def test_a_refusal_stands_in_the_form_with_what_was_typed(desk, station):
    household = a_household(lifted=True)

    answer = send(
        desk,
        "case_open",
        household.pk,
        kind="marginal",
        channel="cadre",
        clue_on="2025-11-28",
        main_risk="因病",
        note="孙女上大学",
    )

    assert answer.status_code == 422
    assert "这一户是脱贫户，不能列为边缘易致贫户" in answer.content.decode()
    assert "孙女上大学" in answer.content.decode()


def test_a_step_is_registered_from_its_form_and_undone(desk, station):
    case = a_case(station, clue_on=date(2025, 11, 28))

    send(desk, "case_step", case.pk, "authorised", on="2025-11-29", signers="2", filled_by="章立群")
    event = case.events.get(step=Step.AUTHORISED)

    assert event.detail == {"filled_by": "章立群", "signers": 2}
    assert "2 名成年人签字按手印" in page(desk, "case_detail", case.pk)
    send(desk, "event_withdraw", event.pk)
    event.refresh_from_db()
    assert event.withdrawn_why == "刚登记就撤销"


def test_a_check_at_home_writes_the_visit_too(desk, station):
    case = take_until(a_case(station), Step.AUTHORISED, station)

    send(desk, "case_step", case.pk, "verified", on="2025-03-05", visitor="章立群、朱建平", findings="化疗中")

    visit = case.household.visits.get()
    assert (visit.kind, visit.on, visit.findings) == ("case", date(2025, 3, 5), "化疗中")
    send(desk, "event_withdraw", case.events.known().get(step=Step.VERIFIED).pk, why="走错户")
    assert not case.household.visits.known().exists()


def test_a_wrong_day_is_said_in_the_form(desk, station):
    case = take_until(a_case(station), Step.AUTHORISED, station)

    answer = send(desk, "case_step", case.pk, "verified", on="2025-03-01", visitor="章立群", findings="在家")

    assert answer.status_code == 422
    assert "入户核查 3月1日早于申请及承诺授权（3月4日），请核对" in answer.content.decode()
    assert not case.household.visits.exists()


def test_a_case_is_turned_down_from_its_page(desk, station):
    case = take_until(a_case(station), Step.VERIFIED, station)

    send(desk, "case_turn_down", case.pk, "assessed", on="2025-03-07", back_to="verified", note="缺收入")

    event = case.events.get(outcome="sent_back")
    assert event.detail == {"back_to": "verified"}
    assert "退回到入户核查" in page(desk, "case_detail", case.pk)


def test_a_comparison_comes_back_from_its_form(desk, station):
    case = take_until(a_case(station), Step.ASSESSED, station)
    sent = take(case, Step.COMPARED, station, ends_on=None, detail={"asked": 6})

    send(desk, "event_finish", sent.pk, ends_on="2025-03-10", returned="6", found="农用三轮一辆", explained="on")

    event = case.events.known().get(step=Step.COMPARED)
    assert event.detail == {"asked": 6, "returned": 6, "found": "农用三轮一辆", "explained": True}
    assert "已返回 6 / 6 部门；农用三轮一辆，已说明" in page(desk, "case_detail", case.pk)


def test_a_correction_stays_crossed_through_with_who_and_why(desk, station):
    case = take_until(a_case(station), Step.AUTHORISED, station)
    event = case.events.get(step=Step.AUTHORISED)

    send(desk, "event_correct", event.pk, on="2025-03-05", note="", why="日期写错")

    html = page(desk, "case_detail", case.pk)
    assert "<del>3月4日</del>" in html
    assert "周敏更正：日期写错" in html


def test_an_explanation_is_added_to_a_comparison(desk, station):
    case = take_until(a_case(station), Step.ASSESSED, station)
    event = take(case, Step.COMPARED, station, detail={"asked": 6, "found": "小型轿车一辆"})

    send(
        desk, "event_correct", event.pk,
        on="2025-03-07", ends_on="2025-03-10", found="小型轿车一辆", explained="on", why="补说明",
    )  # fmt: skip

    assert case.events.known().get(step=Step.COMPARED).detail == {
        "asked": 6,
        "found": "小型轿车一辆",
        "explained": True,
    }


def test_a_comparison_and_the_day_in_the_system_are_corrected_where_they_were_wrong(desk, station):
    case = take_until(a_case(station), Step.ANNOUNCED, station)
    CaseEvent.objects.filter(step=Step.COMPARED).update(detail={"asked": 5, "returned": 9})
    take(case, Step.ENTERED, station, detail={"who": "周敏", "system_on": "2025-03-04"})
    compared, entered = (case.events.get(step=step) for step in (Step.COMPARED, Step.ENTERED))

    send(desk, "event_correct", compared.pk, on="2025-03-07", ends_on="2025-03-10", returned="5", why="写错")
    send(desk, "event_correct", entered.pk, on="2025-03-17", system_on="2025-03-16", why="写错")

    html = page(desk, "case_detail", case.pk)
    assert "已返回 5 / 5 部门" in html
    assert "周敏；系统识别时间 3月16日" in html
    case.refresh_from_db()
    assert case.system_on == date(2025, 3, 16)


def test_income_of_the_months_before_the_clue_is_kept_with_the_case(desk, station):
    case = a_case(station)

    send(desk, "case_income", case.pk, wages="26,400", medical_own="3万")

    case.refresh_from_db()
    assert (case.income.first_day, case.income.last_day) == (date(2024, 3, 1), date(2025, 2, 28))
    assert "−30,000.00" in page(desk, "case_detail", case.pk)


def test_income_is_not_changed_after_the_approval(desk, station):
    case = take_until(a_case(station), Step.APPROVED, station)

    answer = send(desk, "case_income", case.pk, wages="26,400")

    assert answer.status_code == 422
    assert "已经审定，核查的收支不再改" in answer.content.decode()


def test_a_measure_is_registered_corrected_and_taken_back(desk, station):
    case = take_until(a_case(station), Step.APPROVED, station)
    given = {"kind": "健康帮扶", "against": "因病", "who": "章立群", "first_day": "2025-03-16", "amount_yuan": "1,200"}

    send(desk, "measure_add", case.pk, **given)
    send(desk, "measure_correct", case.measures.get().pk, **given, is_done="on")

    measure = Measure.objects.known().get()
    assert (measure.is_done, measure.amount_yuan) == (True, 1200)
    assert Measure.objects.count() == 2
    send(desk, "measure_withdraw", measure.pk)
    assert not Measure.objects.known().exists()


def test_a_measure_before_the_approval_is_refused(desk, station):
    case = take_until(a_case(station), Step.APPROVED, station)

    answer = send(desk, "measure_add", case.pk, kind="健康帮扶", who="章立群", first_day="2025-03-10")

    assert "帮扶措施从识别以后开始：不早于审定日 2025年3月15日" in answer.content.decode()


def test_the_workbook_has_what_the_list_shows_and_is_logged(desk, station):
    take_until(a_case(station), Step.ENTERED, station)

    answer = send(desk, "case_export")

    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert AccessLog.objects.get(kind="export").what == "导出监测对象 在办"


def test_missing_originals_are_said(desk, station):
    case = take_until(a_case(station), Step.VERIFIED, station)

    html = page(desk, "case_detail", case.pk)

    assert "缺 2 件" in html  # 授权书, 核查表


def test_papers_are_complete_only_once_one_was_due(desk, station):
    case = a_case(station)
    assert "还没有要交的" in page(desk, "case_detail", case.pk)

    take(case, Step.AUTHORISED, station)
    CasePaperProofFactory(case=case, kind="申请及承诺授权书", by=station)

    assert '<span class="soft">齐</span>' in page(desk, "case_detail", case.pk)


def test_a_publicity_says_how_long_it_lasts_where_nobody_is_at_the_step(desk, station):
    Setting.objects.create(name="case_publicity_days", prefix="341702106", valid_from=date(2025, 1, 1), value=7)

    assert "不早于公示起后 7 天" in page(desk, "paper_add", "publicity")


# ── papers ──


def test_a_meeting_is_made_for_two_households_at_once_and_taken_back(desk, station):
    cases = [take_until(a_case(station), Step.VERIFIED, station) for _ in range(2)]
    ticks = {f"take_{case.pk}": "on" for case in cases} | {f"outcome_{case.pk}": "passed" for case in cases}

    answer = send(desk, "paper_add", "meeting", on="2025-03-07", place="村委会", expected="23", present="19", **ticks)

    paper = Paper.objects.get()
    assert "已登记 评议会议 2 户" in answer.content.decode()
    assert paper.events.count() == 2
    send(desk, "paper_withdraw", paper.pk)
    assert not CaseEvent.objects.known().filter(step=Step.ASSESSED).exists()


def test_a_paper_begun_at_a_case_has_it_ticked_and_its_village_only(desk, station):
    here = take_until(a_case(station), Step.VERIFIED, station)
    there = take_until(a_case(station, a_household(village="341702106201")), Step.VERIFIED, station)

    answer = desk.get(reverse("monitoring:case_step", args=[here.pk, "assessed"]), follow=True)

    html = answer.content.decode()
    assert f'name="take_{here.pk}"' in html
    assert f'name="take_{there.pk}"' not in html
    assert "另有 1 户在别的村，分开登记" in html


def test_the_posted_list_shows_no_private_data(desk, station):
    household = a_household(3)
    head = household.head
    household.phone, household.group = "13900000012", "红庙组"
    household.save(update_fields=["phone", "group"])
    head.health = ["患大病"]
    head.save(update_fields=["health"])
    case = take_until(a_case(station, household), Step.COMPARED, station)
    send(desk, "paper_add", "publicity", on="2025-03-08", ends_on="2025-03-13", **{f"take_{case.pk}": "on"})

    html = page(desk, "paper_print", Paper.objects.get().pk)

    assert head.name in html
    assert "红庙组" in html
    for private in (head.id_number, head.id_number[-4:], "13900000012", "139****0012", "患大病", "因病"):
        assert private not in html


def test_a_publicity_gets_its_result_on_its_page(desk, station):
    case = take_until(a_case(station), Step.COMPARED, station)
    send(desk, "paper_add", "publicity", on="2025-03-08", ends_on="2025-03-13", **{f"take_{case.pk}": "on"})
    paper = Paper.objects.get()

    send(desk, "paper_end", paper.pk, result="none")

    assert case.events.known().get(step=Step.PUBLICISED).detail["result"] == "none"
    assert "无异议" in page(desk, "paper_detail", paper.pk)


def test_one_household_is_taken_out_on_the_papers_page(desk, station):
    case = take_until(a_case(station), Step.VERIFIED, station)
    send(desk, "paper_add", "meeting", on="2025-03-07", **{f"take_{case.pk}": "on"})
    paper = Paper.objects.get()

    send(desk, "paper_take_out", paper.events.get().pk, why="本人不在家")

    assert "本人不在家" in page(desk, "paper_detail", paper.pk)


def test_a_paper_is_corrected_with_its_households(desk, station):
    case = take_until(a_case(station), Step.VERIFIED, station)
    send(desk, "paper_add", "meeting", on="2025-03-07", **{f"take_{case.pk}": "on"})

    send(desk, "paper_correct", Paper.objects.get().pk, on="2025-03-08", place="祠堂", why="改期")

    assert case.events.known().get(step=Step.ASSESSED).on == date(2025, 3, 8)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_paper_of_labels_shows_what_speaks_against_each(rows, desk, station, django_assert_num_queries):
    cases = [take_until(a_case(station, a_household(1)), Step.ENTERED, station) for _ in range(rows)]

    with django_assert_num_queries(17):
        html = page(desk, "paper_add", "approval", step="labelled")
    url = f"{reverse('monitoring:paper_add', args=['approval'])}?step=labelled"
    answer = desk.post(url, {"on": "2025-11-20", f"take_{cases[0].pk}": "on"})

    head = cases[0].household.head.name
    assert html.count("的劳动技能；全家没有低保或特困。仍要标注的，写明理由</p>") == rows
    assert f"没有登记{head}的劳动技能；全家没有低保或特困。仍要标注的，写明理由</p>" in html
    assert answer.status_code == 422


def test_the_studies_go_from_one_household_to_the_next(desk, station):
    first, second = [take_until(a_case(station), Step.ENTERED, station) for _ in range(2)]

    sent = {"case": first.pk, "on": "2025-12-01", "finding": "风险未消除，继续监测帮扶", "note": ""}
    answer = send(desk, "study_list", **sent)
    again = send(desk, "study_list", **sent)

    assert "这一户刚才已经研判过" in again.content.decode()
    assert not second.events.filter(step=Step.STUDIED).exists()
    assert first.events.get(step=Step.STUDIED).note == "风险未消除，继续监测帮扶"
    assert str(second.household) in answer.content.decode()
    assert "还有 1 户没有研判" in answer.content.decode()


def test_the_numbers_over_the_list_are_of_what_it_was_narrowed_to(desk, station):
    shown, other = a_case(station), a_case(station)
    kind = next(kind for kind in Case.Kind.values if kind != shown.kind)
    Case.objects.filter(pk=other.pk).update(kind=kind)

    for headers in ({}, {"HX-Request": "true"}):
        html = desk.get(reverse("monitoring:case_list"), {"kind": kind}, headers=headers).content.decode()
        assert "识别中 1 户" in html
        assert f"?kind={kind}&amp;view=identifying" in html
    assert "识别中 2 户" in page(desk, "case_list")


@pytest.mark.parametrize("rows", [1, 3])
def test_papers_cost_the_same_for_more_rows(rows, desk, station, django_assert_num_queries):
    cases = [take_until(a_case(station), Step.VERIFIED, station) for _ in range(rows)]
    ticks = {f"take_{case.pk}": "on" for case in cases}
    send(desk, "paper_add", "meeting", on="2025-03-07", **ticks)

    with django_assert_num_queries(7):
        page(desk, "paper_list")
    with django_assert_num_queries(11):
        page(desk, "paper_detail", Paper.objects.get().pk)
    with django_assert_num_queries(12):
        page(desk, "paper_add", "publicity")


def test_a_case_that_was_corrected_and_ended_still_shows(desk, station):
    case = take_until(a_case(station), Step.ELIMINATED, station)
    correct_step(
        event=case.events.known().get(step=Step.CLUE),
        why="早两天",
        by=station,
        today=date(2025, 12, 1),
        on=date(2025, 3, 1),
    )
    an_income(case)

    html = page(desk, "case_detail", case.pk)

    assert "稳定消除风险 · 回访到 2026年4月" in html


def test_papers_to_sign_are_printed_filled_until_their_original_is_here(desk, station):
    case = take_until(a_case(station), Step.VERIFIED, station)
    CasePaperProofFactory(case=case, kind="申请及承诺授权书", by=station)

    html = page(desk, "case_print", case.pk)

    assert "<h1>申请及承诺授权书</h1>" not in html
    assert "<h1>入户核查表</h1>" in html
    assert html.count("手印</th>") == html.count("<article")
    assert case.household.head.id_number not in html


def test_an_original_is_photographed_back_and_looked_at_with_a_log(desk, station):
    case = take_until(a_case(station), Step.AUTHORISED, station)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    picture.name = "a.png"
    picture.seek(0)

    send(desk, "case_proof_add", case.pk, kind="申请及承诺授权书", photo=picture)
    proof = CasePaperProof.objects.get()
    answer = desk.get(reverse("monitoring:proof_photo", args=[proof.pk]))

    assert "原件已传" in page(desk, "case_detail", case.pk)
    assert (answer["Content-Type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert AccessLog.objects.get(kind="file").what == "看材料 申请及承诺授权书"
    send(desk, "proof_drop", proof.pk)
    assert not CasePaperProof.objects.exists()


def test_what_is_no_picture_is_no_original(desk, station):
    case = a_case(station)

    answer = send(desk, "case_proof_add", case.pk, kind="申请及承诺授权书", photo=io.BytesIO(b"x" * 20))

    assert answer.status_code == 422
    assert not CasePaperProof.objects.exists()


def test_an_original_of_another_township_is_not_found(desk, station):
    theirs = CasePaperProofFactory(case=a_case(station, a_household(village=ELSEWHERE)), by=station)

    assert desk.get(reverse("monitoring:proof_photo", args=[theirs.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_studies_and_the_workbook_cost_the_same_for_more_rows(rows, desk, station, django_assert_num_queries):
    for _ in range(rows):
        take_until(a_case(station), Step.ENTERED, station)

    with django_assert_num_queries(18):
        page(desk, "study_list")
    with django_assert_num_queries(13):
        send(desk, "case_export")


@pytest.mark.parametrize("name", ["paper_detail", "paper_print", "paper_end", "paper_correct", "paper_withdraw"])
def test_a_paper_of_another_township_is_nowhere(name, desk, station):
    theirs = PaperFactory(
        kind=Paper.Kind.PUBLICITY, village_code=ELSEWHERE, on=date(2025, 3, 8), ends_on=date(2025, 3, 13), by=station
    )

    assert desk.get(reverse(f"monitoring:{name}", args=[theirs.pk])).status_code == 404
    assert reverse("monitoring:paper_detail", args=[theirs.pk]) not in page(desk, "paper_list")


def test_a_household_of_another_township_is_on_no_paper(desk, station):
    theirs = take_until(a_case(station, a_household(village=ELSEWHERE)), Step.VERIFIED, station)

    send(desk, "paper_add", "meeting", on="2025-03-07", **{f"take_{theirs.pk}": "on"})

    assert not Paper.objects.exists()


def test_what_waits_and_what_was_exported_is_ones_own(desk, station):
    theirs = take_until(a_case(station, a_household(village=ELSEWHERE)), Step.ENTERED, station)

    assert str(theirs.household) not in page(desk, "study_list")
    send(desk, "case_export")
    assert AccessLog.objects.get(kind="export").rows == 0
