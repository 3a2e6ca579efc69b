"""Papers for many households."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.utils import timezone

from monitoring.models import CaseEvent, CasePaperProof, Paper, Step
from monitoring.services.case_step import correct_step
from monitoring.services.paper import Decision, correct_paper, end_publicity, make_paper, take_out
from paibou.lib.refused import Refused
from tests.factories.monitoring_case import CasePaperProofFactory, PaperFactory
from tests.monitoring.walk import TODAY, a_case, a_household, a_user, an_income, take_until

pytestmark = pytest.mark.django_db
MEETING = date(2025, 3, 7)


def refusal(service, **arguments) -> str:
    with pytest.raises(Refused) as caught:
        service(**arguments)
    return str(caught.value)


def cases_at(step: Step, user, count: int = 2, villages: tuple[str, ...] = ("341702106200",)):
    return [
        take_until(a_case(user, a_household(village=villages[number % len(villages)])), step, user)
        for number in range(count)
    ]


def meeting(cases, user, **changes):
    usual = {"kind": Paper.Kind.MEETING, "on": MEETING, "by": user, "today": TODAY, "place": "村委会"}
    return usual | {"decisions": [Decision(case) for case in cases]} | changes


def test_a_meeting_writes_the_assessment_of_every_household():
    user = a_user()
    cases = cases_at(Step.VERIFIED, user, 3)

    paper = make_paper(**meeting(cases, user, expected=23, present=19))

    events = CaseEvent.objects.filter(paper=paper)
    assert (paper.village_code, events.count()) == ("341702106200", 3)
    assert {(event.step, event.on, event.outcome) for event in events} == {("assessed", MEETING, "passed")}


@pytest.mark.parametrize(
    ("expected", "present", "counts"), [(30, 10, False), (30, 19, False), (30, 20, True), (31, 20, False), (1, 1, True)]
)
def test_a_meeting_counts_with_two_thirds_of_those_who_should_come(expected, present, counts):
    user = a_user()
    cases = cases_at(Step.VERIFIED, user, 1)

    if counts:
        make_paper(**meeting(cases, user, expected=expected, present=present))
    else:
        sentence = refusal(make_paper, **meeting(cases, user, expected=expected, present=present))
        assert sentence == "实到不到应到的三分之二，会议不算数；请核对人数"

    assert Paper.objects.exists() == counts


def test_a_meeting_kept_before_the_rule_may_be_taken_back():
    PaperFactory(expected=30, present=10, withdrawn_at=timezone.now())

    with pytest.raises(IntegrityError):
        PaperFactory(expected=30, present=10)


def test_one_meeting_assesses_both_taking_up_and_elimination():
    user = a_user()
    [new], [old] = cases_at(Step.VERIFIED, user, 1), cases_at(Step.RISK_VERIFIED, user, 1)

    paper = make_paper(**meeting([new, old], user, on=date(2025, 10, 2)))

    assert dict(paper.events.values_list("case", "step")) == {new.pk: "assessed", old.pk: "risk_assessed"}


def test_a_paper_says_no_to_one_household():
    user = a_user()
    yes, no = cases_at(Step.VERIFIED, user)

    make_paper(**meeting([], user, decisions=[Decision(yes), Decision(no, "refused", "家有小车")]))

    no.refresh_from_db()
    assert no.state == "refused"


def test_one_household_that_may_not_be_on_it_stops_the_paper():
    user = a_user()
    [ready], [early] = cases_at(Step.VERIFIED, user, 1), cases_at(Step.AUTHORISED, user, 1)

    sentence = refusal(make_paper, **meeting([ready, early], user))

    assert sentence == f"{early.household}现在不到这一步，不能列入评议会议；把它去掉"
    assert not Paper.objects.exists()


def test_a_day_that_one_household_forbids_is_said_with_its_name():
    user = a_user()
    [case] = cases_at(Step.VERIFIED, user, 1)

    sentence = refusal(make_paper, **meeting([case], user, on=date(2025, 3, 4)))

    assert sentence == f"{case.household}：民主评议 3月4日早于入户核查（3月5日），请核对"


def test_a_meeting_is_of_one_village_and_a_review_of_one_township():
    user = a_user()
    cases = cases_at(Step.VERIFIED, user, 2, ("341702106200", "341702106201"))

    assert refusal(make_paper, **meeting(cases, user)) == ("评议会议一次只办一个村的；所选的农户在 2 个村，分开登记")


def test_a_paper_without_households_is_refused():
    assert refusal(make_paper, **meeting([], a_user())) == "还没有选农户；至少选一户"


def test_no_more_come_than_were_expected():
    user = a_user()

    sentence = refusal(make_paper, **meeting(cases_at(Step.VERIFIED, user, 1), user, expected=3, present=4))

    assert sentence == "实到不能多于应到"


def test_a_publicity_ends_with_its_result_for_all():
    user = a_user()
    cases = cases_at(Step.COMPARED, user)
    paper = make_paper(
        **meeting(cases, user, kind=Paper.Kind.PUBLICITY, on=date(2025, 3, 8), ends_on=date(2025, 3, 13))
    )

    early = refusal(end_publicity, paper=paper, result="none", by=user, today=date(2025, 3, 12))
    count = end_publicity(paper=paper, result="none", by=user, today=date(2025, 3, 13))
    again = refusal(end_publicity, paper=paper, result="none", by=user, today=date(2025, 3, 13))

    assert (early, count, again) == ("公示到 2025年3月13日才满，期满后再登记结果", 2, "这次公示的结果已经登记过")


def test_an_objection_says_how_it_was_settled():
    user = a_user()
    paper = make_paper(
        **meeting(
            cases_at(Step.COMPARED, user, 1),
            user,
            kind=Paper.Kind.PUBLICITY,
            on=date(2025, 3, 8),
            ends_on=date(2025, 3, 13),
        )
    )

    sentence = refusal(end_publicity, paper=paper, result="settled", by=user, today=TODAY)

    assert sentence == "有异议的，写明是什么异议、怎么处理的"


def test_one_household_is_taken_out_with_a_reason():
    user = a_user()
    stays, goes = cases_at(Step.VERIFIED, user)
    paper = make_paper(**meeting([stays, goes], user))

    take_out(event=paper.events.get(case=goes), why="本人不在家，下次再评", by=user, today=TODAY)

    assert list(CaseEvent.objects.known().filter(paper=paper).values_list("case", flat=True)) == [stays.pk]


def test_a_corrected_paper_corrects_every_step_on_it_and_keeps_its_photos():
    user = a_user()
    cases = cases_at(Step.VERIFIED, user)
    paper = make_paper(**meeting(cases, user))
    CasePaperProofFactory(case=None, paper=paper, village_code=paper.village_code, by=user)

    new = correct_paper(paper=paper, why="会议是 3月8日", by=user, today=TODAY, on=date(2025, 3, 8))

    paper.refresh_from_db()
    assert paper.withdrawn_at
    assert set(CaseEvent.objects.known().filter(paper=new).values_list("on", flat=True)) == {date(2025, 3, 8)}
    assert CasePaperProof.objects.get().paper == new
    assert refusal(correct_paper, paper=paper, why="再改", by=user, today=TODAY) == "这一件刚才已被更正，刷新后再看"


def test_a_step_on_a_paper_is_not_given_another_day_by_itself():
    user = a_user()
    paper = make_paper(**meeting(cases_at(Step.VERIFIED, user, 1), user))

    sentence = refusal(correct_step, event=paper.events.get(), why="写错", by=user, today=TODAY, on=date(2025, 3, 8))

    assert sentence == "这一步的日期在会议、公示或批复上；到那一件上更正日期，或把这一户从里面拿出来"


def test_an_approval_takes_up_one_and_eliminates_another_and_labels_on_request():
    user = a_user()
    [new], [over], [poor] = [cases_at(step, user, 1) for step in (Step.REVIEWED, Step.RISK_REVIEWED, Step.ENTERED)]
    an_income(new)

    make_paper(
        kind=Paper.Kind.APPROVAL,
        on=date(2025, 10, 15),
        decisions=[Decision(new), Decision(over), Decision(poor, note="老人由子女照料", step=Step.LABELLED)],
        number="贵乡振 2025-8",
        by=user,
        today=TODAY,
    )

    for case in (new, over, poor):
        case.refresh_from_db()
    assert (new.state, over.state, poor.state) == ("monitored", "eliminated", "labelled")


def test_a_study_for_many_gives_each_its_finding():
    user = a_user()
    one, other = cases_at(Step.ENTERED, user)

    make_paper(
        kind=Paper.Kind.STUDY,
        on=date(2025, 7, 1),
        decisions=[Decision(one, note="病情稳定"), Decision(other)],
        note="继续监测",
        by=user,
        today=TODAY,
    )

    assert dict(CaseEvent.objects.filter(step=Step.STUDIED).values_list("case", "note")) == {
        one.pk: "病情稳定",
        other.pk: "继续监测",
    }
