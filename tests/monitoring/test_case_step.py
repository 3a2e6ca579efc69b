"""Steps of a case: their order, their days, what they freeze, how they are turned down and corrected."""

from datetime import date, timedelta

import pytest

from accounts.models import Setting
from households.models import Membership, OnFileSpell, Person, Registration
from monitoring.models import Case, CaseEvent, CaseEventMember, Step
from monitoring.services.case_step import advance_case, correct_step, finish_step, withdraw_step
from paibou.lib.refused import Refused
from tests.factories.households import GuaranteeFactory, MembershipFactory, SafeguardFactory
from tests.factories.monitoring_case import MeasureFactory
from tests.monitoring.walk import (
    APPROVED,
    CLUE,
    ROAD,
    TODAY,
    a_case,
    a_household,
    a_user,
    an_income,
    take,
    take_until,
)

pytestmark = pytest.mark.django_db
MONITORED = Registration.Kind.MONITORED


def refusal(service, **arguments) -> str:
    with pytest.raises(Refused) as caught:
        service(**arguments)
    return str(caught.value)


def step_refused(case: Case, step: Step, user, **changes) -> str:
    with pytest.raises(Refused) as caught:
        take(case, step, user, **changes)
    return str(caught.value)


def on_file(case: Case) -> list[tuple]:
    rows = Registration.objects.known().filter(household=case.household, kind=MONITORED).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_to", "end_reason"))


# ── the whole road ──


def test_the_whole_road_ends_in_elimination_and_the_household_stays_on_file():
    user = a_user()

    case = take_until(a_case(user), Step.ELIMINATED, user)

    assert (case.state, case.approved_on, case.elimination) == ("eliminated", APPROVED, "steady")
    assert on_file(case) == [(APPROVED, None, "")]
    assert CaseEvent.objects.known().count() == len(ROAD)  # with the clue, without the label


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (Step.VERIFIED, "还没做申请及承诺授权，不能登记入户核查；先登记申请及承诺授权"),
        (Step.PUBLICISED, "还没做申请及承诺授权，不能登记村内公示；先登记申请及承诺授权"),
        (Step.STUDIED, "现在是“识别中”，不能登记综合研判"),
        (Step.RISK_VERIFIED, "现在是“识别中”，不能登记消除：入户核实"),
    ],
)
def test_a_step_out_of_order_names_what_is_missing(step, sentence):
    user = a_user()

    assert step_refused(a_case(user), step, user, on=CLUE + timedelta(days=5)) == sentence


def test_a_step_is_registered_once():
    user = a_user()
    case = take_until(a_case(user), Step.AUTHORISED, user)

    assert step_refused(case, Step.AUTHORISED, user) == "申请及承诺授权已经登记过；写错了先更正那一条"


def test_another_order_that_a_county_sets_is_followed():
    user = a_user()
    words = ["申请及承诺授权", "数据比对", "入户核查", "民主评议"]
    Setting.objects.create(name="case_order", prefix="341702", valid_from=date(2025, 1, 1), value=words)
    case = take_until(a_case(user), Step.AUTHORISED, user)

    sentence = step_refused(case, Step.VERIFIED, user)

    assert sentence == "还没做数据比对，不能登记入户核查；先登记数据比对"


def test_review_waits_for_publicity_and_comparison_to_be_over():
    user = a_user()
    case = take_until(a_case(user), Step.COMPARED, user)
    an_income(case)
    public = take(case, Step.PUBLICISED, user, detail={})

    sentence = step_refused(case, Step.REVIEWED, user)
    finish_step(event=public, by=user, today=TODAY, detail={"result": "none"})

    assert sentence == "还没登记公示结果，不能登记乡镇审核；先登记村内公示"
    assert take(case, Step.REVIEWED, user).outcome == "passed"


def test_review_wants_the_income():
    user = a_user()
    case = take_until(a_case(user), Step.PUBLICISED, user)

    assert step_refused(case, Step.REVIEWED, user) == "还没有登记核查的收支，不能审核；先登记线索前 12 个月的收入和支出"


def test_an_income_outside_the_range_wants_a_study():
    user = a_user()
    case = take_until(a_case(user), Step.PUBLICISED, user)
    an_income(case, 30000)
    case.refresh_from_db()

    sentence = step_refused(case, Step.REVIEWED, user)

    assert sentence == (
        "人均 10,000.00 元，不低于监测范围 8,000 元，和“边缘易致贫户”不合；仍要审核的，写明综合研判理由"
    )
    assert take(case, Step.REVIEWED, user, note="大病支出还在增加").note == "大病支出还在增加"


def test_what_the_comparison_found_is_explained_before_the_review():
    user = a_user()
    case = take_until(a_case(user), Step.ASSESSED, user)
    compared = take(case, Step.COMPARED, user, detail={"found": "小型轿车一辆"})
    take(case, Step.PUBLICISED, user)
    case.income = an_income(case)

    sentence = step_refused(case, Step.REVIEWED, user)
    correct_step(
        event=compared, why="已说明", by=user, today=TODAY, detail={"found": "小型轿车一辆", "explained": True}
    )

    assert sentence == "比对发现“小型轿车一辆”，农户还没说明；说明了到比对那一步更正，仍要审核的写明理由"
    assert take(case, Step.REVIEWED, user).outcome == "passed"


# ── days ──


@pytest.mark.parametrize(
    ("step", "changes", "sentence"),
    [
        (Step.AUTHORISED, {"on": date(2025, 3, 2)}, "申请及承诺授权 3月2日早于发现线索（3月3日），请核对"),
        (Step.VERIFIED, {"on": date(2025, 3, 3)}, "入户核查 3月3日早于申请及承诺授权（3月4日），请核对"),
        (Step.ASSESSED, {"on": date(2025, 3, 4)}, "民主评议 3月4日早于入户核查（3月5日），请核对"),
        (Step.PUBLICISED, {"on": date(2025, 3, 6)}, "村内公示 3月6日早于民主评议（3月7日），请核对"),
        (
            Step.PUBLICISED,
            {"ends_on": date(2025, 3, 11)},
            "公示不少于 5 天：3月7日起，截止日期 3月11日要改到 3月12日或以后",
        ),
        (Step.COMPARED, {"ends_on": date(2025, 3, 6)}, "数据比对的截止日期 3月6日早于开始日期 3月7日，请核对"),
        (Step.REVIEWED, {"on": date(2025, 3, 11)}, "乡镇审核 3月11日早于公示截止（3月12日），请核对"),
        (Step.APPROVED, {"on": date(2025, 3, 12)}, "县级审定 3月12日早于乡镇审核（3月13日），请核对"),
        (Step.ANNOUNCED, {"on": date(2025, 3, 14)}, "公告 3月14日早于县级审定（3月15日），请核对"),
        (Step.ENTERED, {"on": date(2025, 3, 15)}, "系统录入标注 3月15日早于公告（3月16日），请核对"),
        (Step.RISK_VERIFIED, {"on": date(2025, 3, 14)}, "消除：入户核实 3月14日早于县级审定（3月15日），请核对"),
        (Step.ELIMINATED, {"on": date(2025, 10, 8)}, "风险消除 10月8日早于消除：乡镇审核（10月9日），请核对"),
        (Step.ANNOUNCED, {"on": date(2025, 12, 2)}, "2025年12月2日还没到，请核对公告的日期"),
    ],
)
def test_days_that_do_not_agree_are_named_with_their_cure(step, changes, sentence):
    user = a_user()
    case = a_case(user)
    if step != ROAD[0]:
        case = take_until(case, ROAD[ROAD.index(step) - 1], user)
    if case.income is None:
        case.income = an_income(case)

    assert step_refused(case, step, user, **changes) == sentence


@pytest.mark.parametrize(
    ("system_on", "sentence"),
    [
        ("2025-03-02", "系统识别时间 3月2日早于发现线索（3月3日），请核对"),
        ("2027-05-01", "系统识别时间 2027年5月1日还没到，请核对"),
    ],
)
def test_the_day_in_the_system_is_not_before_the_clue_and_not_to_come(system_on, sentence):
    user = a_user()
    case = take_until(a_case(user), Step.ANNOUNCED, user)

    assert step_refused(case, Step.ENTERED, user, detail={"system_on": system_on}) == sentence
    entered = take(case, Step.ENTERED, user, detail={"system_on": "2025-03-03"})
    assert refusal(correct_step, event=entered, why="写错", by=user, today=TODAY, detail={"system_on": system_on}) == (
        sentence
    )


def test_a_clue_is_not_corrected_behind_the_day_in_the_system():
    user = a_user()
    case = take_until(a_case(user), Step.ANNOUNCED, user)
    take(case, Step.ENTERED, user, detail={"system_on": "2025-03-03"})
    clue = CaseEvent.objects.known().get(step=Step.CLUE)

    sentence = refusal(correct_step, event=clue, why="写错", by=user, today=TODAY, on=date(2025, 3, 4))

    assert sentence == "系统识别时间 3月3日早于发现线索（3月4日），请核对"


def test_no_more_departments_answer_a_comparison_than_were_asked():
    user = a_user()
    case = take_until(a_case(user), Step.ASSESSED, user)
    sentence = "比对发给 5 个部门，返回的不能有 9 个，请核对"

    assert step_refused(case, Step.COMPARED, user, detail={"asked": 5, "returned": 9}) == sentence
    sent = take(case, Step.COMPARED, user, ends_on=None, detail={"asked": 5})
    back = {"ends_on": date(2025, 3, 10), "by": user, "today": TODAY}
    assert refusal(finish_step, event=sent, detail={"returned": 9}, **back) == sentence
    assert finish_step(event=sent, detail={"returned": 5}, **back).detail == {"asked": 5, "returned": 5}


def test_a_publicity_has_no_result_before_its_end():
    user = a_user()
    case = take_until(a_case(user), Step.ASSESSED, user)

    sentence = step_refused(case, Step.PUBLICISED, user, today=date(2025, 3, 10))

    assert sentence == "公示到 2025年3月12日才满，期满后再登记结果"


def test_a_comparison_that_came_back_late_holds_up_the_review():
    user = a_user()
    case = take_until(a_case(user), Step.ASSESSED, user)
    sent = take(case, Step.COMPARED, user, ends_on=None)
    take(case, Step.PUBLICISED, user)
    an_income(case)
    finish_step(event=sent, ends_on=date(2025, 3, 20), by=user, today=TODAY)

    assert step_refused(case, Step.REVIEWED, user) == "乡镇审核 3月13日早于比对返回（3月20日），请核对"


# ── people ──


def test_the_people_of_a_decision_stay_as_they_were():
    user = a_user()
    case = take_until(a_case(user, a_household(3)), Step.APPROVED, user)

    MembershipFactory(household=case.household, relation="孙女", valid_from=date(2025, 5, 1), joined="birth")

    event = CaseEvent.objects.known().get(step=Step.APPROVED)
    assert (event.people, event.members.count()) == (3, 3)
    assert [member.relation for member in event.members.order_by("pk")] == ["户主", "子", "子"]


def test_each_decision_freezes_the_people_of_its_own_day():
    user = a_user()
    case = take_until(a_case(user, a_household(2)), Step.APPROVED, user)
    MembershipFactory(household=case.household, relation="孙女", valid_from=date(2025, 5, 1), joined="birth")

    labelled = take(case, Step.LABELLED, user, on=date(2025, 6, 1))

    assert labelled.people == 3


def test_a_household_without_members_is_not_taken_up():
    user = a_user()
    case = take_until(a_case(user, a_household(1)), Step.REVIEWED, user)
    Membership.objects.update(valid_to=date(2025, 3, 10), left="death")

    sentence = step_refused(case, Step.APPROVED, user)

    assert sentence == "2025年3月15日这一户没有家庭成员，先登记成员再县级审定"


# ── turned down ──


def test_a_household_refused_is_not_taken_up():
    user = a_user()
    case = take_until(a_case(user), Step.VERIFIED, user)

    take(case, Step.ASSESSED, user, outcome="refused", note="有商品房和小车")

    case.refresh_from_db()
    assert (case.state, on_file(case)) == ("refused", [])
    assert step_refused(case, Step.PUBLICISED, user) == "现在是“未纳入”，不能登记村内公示"
    assert a_case(user, case.household, clue_on=date(2025, 5, 1)).predecessor is None


def test_turning_down_wants_a_reason():
    user = a_user()
    case = take_until(a_case(user), Step.VERIFIED, user)

    assert step_refused(case, Step.ASSESSED, user, outcome="refused") == "不通过或退回要写明原因"


def test_a_step_sent_back_is_done_again_with_what_followed():
    user = a_user()
    case = take_until(a_case(user), Step.PUBLICISED, user)

    an_income(case)
    take(case, Step.REVIEWED, user, outcome="sent_back", note="核查表缺收入", detail={"back_to": "verified"})

    assert step_refused(case, Step.ASSESSED, user) == "还没做入户核查，不能登记民主评议；先登记入户核查"
    assert take(case, Step.VERIFIED, user, on=date(2025, 3, 14)).position == 8


def test_a_step_is_sent_back_only_to_one_that_was_done():
    user = a_user()
    case = take_until(a_case(user), Step.VERIFIED, user)

    sentence = step_refused(
        case, Step.ASSESSED, user, outcome="sent_back", note="不全", detail={"back_to": "publicised"}
    )

    assert sentence == "退回到哪一步没有选对；从已经登记的步骤里选"


def test_an_elimination_refused_begins_again():
    user = a_user()
    case = take_until(a_case(user), Step.RISK_VERIFIED, user)

    take(case, Step.RISK_ASSESSED, user, outcome="refused", note="还在化疗")

    case.refresh_from_db()
    assert case.state == "monitored"
    assert take(case, Step.RISK_VERIFIED, user, on=date(2025, 11, 1)).outcome == "passed"


# ── elimination, label, end ──


def test_elimination_warns_of_each_condition_and_takes_a_reason():
    user = a_user()
    case = take_until(a_case(user), Step.ENTERED, user)

    sentence = step_refused(case, Step.RISK_VERIFIED, user, on=date(2025, 8, 1), note="")

    assert sentence == (
        "识别未满 6 个月（2025年9月15日才满）；没有针对“因病”的已落实措施；大额刚性支出没有确认解决；"
        "人均 4,000.00 元，仍低于监测范围 8,000 元；没有核过义务教育、基本医疗、住房安全、饮水安全。仍要消除的，写明理由"
    )
    event = take(case, Step.RISK_VERIFIED, user, on=date(2025, 8, 1), note="已转特困供养")
    assert event.detail["warned"] == ["time", "measure", "expenses", "income", "unchecked"]


def test_a_household_that_meets_all_conditions_needs_no_reason():
    user = a_user()
    case = take_until(a_case(user), Step.ENTERED, user)
    MeasureFactory(case=case, against="因病", is_done=True, first_day=date(2025, 4, 1), by=user)
    an_income(case, 90000)
    for kind in ("education", "medical", "housing", "water"):
        SafeguardFactory(household=case.household, kind=kind)
    seen = {"expenses_settled": True, "income_stable": True}

    event = take(case, Step.RISK_VERIFIED, user, note="", detail=seen)

    assert event.detail == {**seen, "way": "steady", "warned": []}


def test_what_was_answered_at_the_visit_is_not_asked_again_at_the_approval():
    user = a_user()
    case = take_until(a_case(user), Step.RISK_REVIEWED, user)

    event = take(case, Step.ELIMINATED, user, note="")

    assert event.detail["warned"] == ["measure", "expenses", "income", "unchecked"]


def test_labelling_warns_of_who_can_work_or_is_not_secured_and_takes_a_reason():
    user = a_user()
    case = take_until(a_case(user, a_household(4)), Step.ENTERED, user)
    able, child, unknown, secured = [row.person for row in case.household.memberships.order_by("pk")]
    Person.objects.filter(pk=child.pk).update(born_on=date(2015, 6, 1), labour="")
    Person.objects.filter(pk=able.pk).update(labour="普通劳动力")
    Person.objects.filter(pk=secured.pk).update(labour="无劳动力")
    GuaranteeFactory(household=case.household, person=secured, kind="destitute")

    sentence = step_refused(case, Step.LABELLED, user, note="")

    assert sentence == (
        f"{able.name}有劳动能力；没有登记{unknown.name}的劳动技能；"
        f"{able.name}、{child.name}、{unknown.name}没有低保或特困。仍要标注的，写明理由"
    )
    event = take(case, Step.LABELLED, user, note="户主长期住院")
    assert event.detail["warned"] == ["labour", "labour_unknown", "secured"]


def test_a_household_without_labour_and_secured_is_labelled_without_a_reason():
    user = a_user()
    case = take_until(a_case(user, a_household(2)), Step.ENTERED, user)
    for row, labour in zip(case.household.memberships.all(), ("无劳动力", "丧失劳动力"), strict=True):
        Person.objects.filter(pk=row.person_id).update(labour=labour)
        GuaranteeFactory(household=case.household, person=row.person, kind="minimum")

    assert take(case, Step.LABELLED, user, note="").detail == {"warned": []}


def test_a_labelled_household_stays_unresolved_and_may_be_eliminated():
    user = a_user()
    case = take_until(a_case(user), Step.LABELLED, user)

    assert (case.state, case in Case.objects.unresolved()) == ("labelled", True)

    for step in ROAD[ROAD.index(Step.RISK_VERIFIED) :]:
        take(case, step, user)
    case.refresh_from_db()
    assert case.state == "eliminated"


def test_ending_takes_the_household_off_file_with_its_reason():
    user = a_user()
    case = take_until(a_case(user), Step.ENTERED, user)

    advance_case(
        case=case, step=Step.ENDED, on=date(2025, 9, 1), by=user, today=TODAY, detail={"reason": "cleared"}, note="有房"
    )

    assert on_file(case) == [(APPROVED, date(2025, 9, 1), "清退")]
    assert OnFileSpell.objects.known().filter(valid_to=date(2025, 9, 1)).count() == 3


def test_ending_wants_its_reason():
    user = a_user()

    sentence = step_refused(a_case(user), Step.ENDED, user, on=date(2025, 9, 1))

    assert sentence == "终止要选原因：整户自然减少、清退或合并"


def test_a_household_that_was_not_taken_up_is_not_cleared_but_refused():
    user = a_user()
    case = take_until(a_case(user), Step.REVIEWED, user)

    sentence = step_refused(case, Step.ENDED, user, on=date(2025, 9, 1), detail={"reason": "cleared"})
    take(case, Step.APPROVED, user, outcome="refused", note="有商品房")

    case.refresh_from_db()
    assert sentence == "这一户还没有纳入，不用清退；不该纳入的，在当前一步登记“不通过”，列为未纳入"
    assert case.state == "refused"


def test_a_household_taken_up_again_is_on_file_once():
    user = a_user()
    first = take_until(a_case(user), Step.ELIMINATED, user)
    second = a_case(user, first.household, clue_on=date(2025, 11, 1))
    for step in ROAD[: ROAD.index(Step.APPROVED) + 1]:
        second.income = second.income or an_income(second)
        take(second, step, user) if step != Step.LABELLED else None

    assert on_file(second) == [(APPROVED, None, "")]


def test_the_kind_changes_over_time_and_fits_the_household():
    user = a_user()
    case = take_until(a_case(user), Step.ENTERED, user)

    sentence = step_refused(case, Step.RECLASSIFIED, user, on=date(2025, 6, 1), detail={"kind": "unstable"})
    take(case, Step.RECLASSIFIED, user, on=date(2025, 6, 1), detail={"kind": "sudden"})

    case.refresh_from_db()
    assert case.kind == "sudden"
    assert sentence.startswith("脱贫不稳定户须是脱贫户")


def test_a_study_wants_a_finding():
    user = a_user()
    case = take_until(a_case(user), Step.ENTERED, user)

    assert step_refused(case, Step.STUDIED, user, on=date(2025, 6, 1)) == "综合研判要写结论"


# ── corrected ──


def test_a_corrected_approval_freezes_the_people_of_the_new_day_and_rewrites_the_register():
    user = a_user()
    case = take_until(a_case(user, a_household(2)), Step.APPROVED, user)
    MembershipFactory(household=case.household, relation="孙女", valid_from=date(2025, 3, 17), joined="birth")
    wrong = CaseEvent.objects.known().get(step=Step.APPROVED)

    right = correct_step(event=wrong, why="批复是 3月18日", by=user, today=TODAY, on=date(2025, 3, 18))

    wrong.refresh_from_db()
    case.refresh_from_db()
    assert (right.people, right.position, case.approved_on) == (3, wrong.position, date(2025, 3, 18))
    assert (wrong.withdrawn_why, wrong.withdrawn_by, wrong.people) == ("批复是 3月18日", user, 2)
    assert CaseEventMember.objects.known().count() == 3
    assert on_file(case) == [(date(2025, 3, 18), None, "")]
    assert set(OnFileSpell.objects.known().filter(kind=MONITORED).values_list("valid_from", flat=True)) == {
        date(2025, 3, 18)
    }


@pytest.mark.parametrize(
    ("step", "on", "sentence"),
    [
        (Step.VERIFIED, date(2025, 3, 8), "民主评议 3月7日早于入户核查（3月8日），请核对"),
        (Step.APPROVED, date(2025, 3, 20), "公告 3月16日早于县级审定（3月20日），请核对"),
        (Step.CLUE, date(2025, 3, 5), "申请及承诺授权 3月4日早于发现线索（3月5日），请核对"),
    ],
)
def test_a_correction_keeps_the_order_of_days(step, on, sentence):
    user = a_user()
    take_until(a_case(user), Step.ENTERED, user)
    event = CaseEvent.objects.known().get(step=step)

    assert refusal(correct_step, event=event, why="写错", by=user, today=TODAY, on=on) == sentence


def test_an_approval_is_not_corrected_behind_the_measures():
    user = a_user()
    case = take_until(a_case(user), Step.APPROVED, user)
    MeasureFactory(case=case, first_day=date(2025, 3, 16), by=user)
    event = CaseEvent.objects.known().get(step=Step.APPROVED)

    sentence = refusal(correct_step, event=event, why="写错", by=user, today=TODAY, on=date(2025, 3, 18))

    assert sentence == "审定 3月18日晚于已登记的帮扶措施（3月16日），先更正措施"


def test_a_correction_wants_a_reason():
    user = a_user()
    event = CaseEvent.objects.get(case=a_case(user))

    assert refusal(correct_step, event=event, why="", by=user, today=TODAY, on=CLUE) == "更正要写明原因"


def test_what_was_corrected_is_not_corrected_again():
    user = a_user()
    case = take_until(a_case(user), Step.AUTHORISED, user)
    event = CaseEvent.objects.known().get(step=Step.AUTHORISED)
    correct_step(event=event, why="写错", by=user, today=TODAY, on=case.clue_on)

    sentence = refusal(correct_step, event=event, why="写错", by=user, today=TODAY, on=case.clue_on)

    assert sentence == "这一条刚才已被更正，刷新后再看"


def test_an_approval_taken_back_takes_the_household_off_file():
    user = a_user()
    case = take_until(a_case(user), Step.APPROVED, user)

    withdraw_step(event=CaseEvent.objects.known().get(step=Step.APPROVED), why="批的是另一户", by=user, today=TODAY)

    case.refresh_from_db()
    assert (case.state, case.approved_on, on_file(case)) == ("identifying", None, [])
    assert not CaseEventMember.objects.known().exists()


def test_a_step_that_others_stand_on_is_not_taken_back():
    user = a_user()
    take_until(a_case(user), Step.ANNOUNCED, user)
    event = CaseEvent.objects.known().get(step=Step.APPROVED)

    assert refusal(withdraw_step, event=event, why="写错", by=user, today=TODAY) == "后面的公告已经登记，先撤回那一步"


def test_an_end_taken_back_puts_the_household_on_file_again():
    user = a_user()
    case = take_until(a_case(user), Step.ENTERED, user)
    ended = take(case, Step.ENDED, user, on=date(2025, 9, 1), detail={"reason": "cleared"})

    withdraw_step(event=ended, why="查的是同名的另一户", by=user, today=TODAY)

    assert on_file(case) == [(APPROVED, None, "")]
