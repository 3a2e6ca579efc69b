import io
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from PIL import Image

from accounts.models import User
from exchange import files
from households.models import Guarantee, HelperAssignment, Safeguard, Visit, Work
from households.queries.income import incomes_of
from households.services.circumstance import (
    Line,
    correct_circumstance,
    end_circumstance,
    income_year,
    record_income,
    record_safeguard,
    record_work,
    solve_safeguard,
    start_guarantee,
    withdraw_circumstance,
)
from households.services.helper import assign_helper, end_helper
from households.services.visit import add_photo, record_visit, withdraw_visit
from paibou.lib.refused import Refused
from tests.factories.households import HouseholdFactory, MembershipFactory, PersonFactory
from tests.households.conftest import TODAY

DAY = date(2025, 6, 1)
LATER = date(2025, 8, 1)


def photo(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2400, 1800), (shade, 80, 80)).save(out, "JPEG")
    return out.getvalue()


def test_a_guarantee_holds_from_a_day_to_a_day(clerk):
    row = MembershipFactory()

    held = start_guarantee(person=row.person, kind=Guarantee.Kind.MINIMUM, on=DAY, by=clerk, today=TODAY)
    end_circumstance(row=held, on=LATER, by=clerk, today=TODAY)

    assert [Guarantee.objects.as_of(day).count() for day in (date(2025, 5, 31), DAY, LATER)] == [0, 1, 0]


def test_a_guarantee_is_not_given_twice_at_a_time(clerk):
    row = MembershipFactory()
    asked = {"person": row.person, "kind": Guarantee.Kind.MINIMUM, "by": clerk, "today": TODAY}
    start_guarantee(on=DAY, **asked)

    with pytest.raises(Refused, match="已经登记过这项保障"):
        start_guarantee(on=LATER, **asked)


def test_a_guarantee_of_somebody_in_no_household_is_refused(clerk):
    with pytest.raises(Refused, match="不是哪一户的成员"):
        start_guarantee(person=PersonFactory(), kind=Guarantee.Kind.MINIMUM, on=DAY, by=clerk, today=TODAY)


def test_a_wrong_period_is_corrected_and_taken_back(clerk):
    held = start_guarantee(
        person=MembershipFactory().person, kind=Guarantee.Kind.PENSION, on=DAY, by=clerk, today=TODAY
    )

    right = correct_circumstance(row=held, valid_from=LATER, valid_to=None, by=clerk, today=TODAY)
    assert [Guarantee.objects.as_of(day).count() for day in (DAY, LATER)] == [0, 1]
    withdraw_circumstance(row=right)
    assert Guarantee.objects.known().count() == 0
    assert Guarantee.objects.count() == 2


def test_new_work_ends_the_work_before(clerk):
    person = MembershipFactory().person
    record_work(person=person, place=Work.Place.OUTSIDE, on=DAY, by=clerk, today=TODAY, employer="昆山电子")

    record_work(person=person, place=Work.Place.NONE, on=LATER, by=clerk, today=TODAY)

    rows = Work.objects.known().order_by("valid_from").values_list("place", "valid_from", "valid_to")
    assert list(rows) == [("outside", DAY, LATER), ("none", LATER, None)]


def test_work_before_the_standing_one_is_refused(clerk):
    person = MembershipFactory().person
    record_work(person=person, place=Work.Place.OUTSIDE, on=LATER, by=clerk, today=TODAY)

    with pytest.raises(Refused, match="才开始"):
        record_work(person=person, place=Work.Place.NONE, on=DAY, by=clerk, today=TODAY)


def test_income_is_summed_to_net_and_divided_by_members(clerk):
    row = MembershipFactory()
    MembershipFactory(household=row.household)
    first, last = income_year(2025)
    lines = [
        Line("wages", Decimal("58200")), Line("business", Decimal("9461.65")), Line("property", Decimal("1050")),
        Line("transfer", Decimal("5400"), "低保金"), Line("transfer", Decimal("4000"), "养老金"),
        Line("business_cost", Decimal("2800")), Line("medical_own", Decimal("9000")), Line("reimbursed", Decimal("4000")),
    ]  # fmt: skip

    record_income(household=row.household, kind="year", first_day=first, last_day=last, lines=lines, by=clerk)

    [income] = incomes_of(row.household)
    assert (income.net, income.net_after_own) == (Decimal("75311.65"), Decimal("70311.65"))
    assert (income.net_per_head, income.net_after_own_per_head) == (Decimal("37655.83"), Decimal("35155.83"))
    assert (first, last) == (date(2024, 10, 1), date(2025, 9, 30))


def test_income_of_the_same_year_again_takes_its_place(clerk):
    row = MembershipFactory()
    first, last = income_year(2025)
    for amount in (1000, 2000):
        record_income(
            household=row.household, kind="year", first_day=first, last_day=last,
            lines=[Line("wages", Decimal(amount))], by=clerk,
        )  # fmt: skip

    assert [income.net for income in incomes_of(row.household)] == [Decimal(2000)]
    assert row.household.incomes.count() == 2


def test_income_without_a_line_or_without_people_is_refused(clerk):
    first, last = income_year(2025)
    asked = {"household": HouseholdFactory(), "kind": "year", "first_day": first, "last_day": last, "by": clerk}

    with pytest.raises(Refused, match="至少填一项"):
        record_income(lines=[], **asked)
    with pytest.raises(Refused, match="没有成员"):
        record_income(lines=[Line("wages", Decimal(1))], **asked)


def test_a_problem_is_named_and_solved(clerk):
    household = HouseholdFactory()
    asked = {"household": household, "kind": Safeguard.Kind.WATER, "checked_on": DAY, "by": clerk, "today": TODAY}
    with pytest.raises(Refused, match="要写明问题"):
        record_safeguard(is_safe=False, **asked)
    found = record_safeguard(is_safe=False, problem="水质不达标", **asked)
    with pytest.raises(Refused, match="早于发现问题"):
        solve_safeguard(safeguard=found, on=date(2025, 5, 1), by=clerk, today=TODAY)

    solve_safeguard(safeguard=found, on=LATER, by=clerk, today=TODAY)

    assert [(row.problem, row.solved_on) for row in Safeguard.objects.known()] == [("水质不达标", LATER)]


def test_what_is_safe_is_not_solved(clerk):
    safe = record_safeguard(
        household=HouseholdFactory(), kind=Safeguard.Kind.WATER, checked_on=DAY, is_safe=True, by=clerk, today=TODAY
    )

    with pytest.raises(Refused, match="本来就有保障"):
        solve_safeguard(safeguard=safe, on=LATER, by=clerk, today=TODAY)


def test_a_helper_with_an_account_opens_the_household_while_he_helps(clerk):
    household = HouseholdFactory()
    helper = User.objects.create(username="helper", name="方志强", role="helper", village_code="341702106200")

    row = assign_helper(household=household, user=helper, unit="镇经发办", on=DAY, by=clerk, today=TODAY)
    assert (row.name, list(helper.grants.on(DAY).values_list("household_id", flat=True))) == ("方志强", [household.pk])
    with pytest.raises(Refused, match="已经登记过这位联系人"):
        assign_helper(household=household, user=helper, on=LATER, by=clerk, today=TODAY)
    end_helper(assignment=row, on=LATER, by=clerk, today=TODAY)

    assert not helper.grants.on(LATER).exists()
    assert not HelperAssignment.objects.as_of(LATER).exists()


def test_a_visit_sent_twice_stands_once_with_its_photo_sealed(clerk):
    visit = record_visit(household=HouseholdFactory(), on=DAY, by=clerk, today=TODAY, photos=[photo(10)])

    again = record_visit(
        household=visit.household, on=DAY, by=clerk, today=TODAY, photos=[photo(10), photo(200)], uid=visit.uid
    )

    assert again == visit
    assert Visit.objects.count() == 1
    kept = [Image.open(io.BytesIO(files.read(one.path))) for one in visit.photos.order_by("id")]
    assert [picture.size for picture in kept] == [(1600, 1200)] * 2
    assert visit.visitor == "周敏"


def test_a_visit_sent_again_after_it_was_taken_back_stands_anew(clerk):
    household, uid = HouseholdFactory(), uuid4()
    first = record_visit(household=household, on=DAY, by=clerk, today=TODAY, uid=uid)
    withdraw_visit(visit=first, by=clerk)

    again = record_visit(household=household, on=DAY, by=clerk, today=TODAY, uid=uid, findings="在家")

    assert list(Visit.objects.known()) == [again]


def test_what_is_no_photo_is_refused(clerk):
    visit = record_visit(household=HouseholdFactory(), on=DAY, by=clerk, today=TODAY)

    with pytest.raises(Refused, match="不是照片"):
        add_photo(visit=visit, data=b"MZ")


def test_only_the_writer_takes_a_visit_back(clerk):
    visit = record_visit(household=HouseholdFactory(), on=DAY, by=clerk, today=TODAY)
    other = User.objects.create(username="other", name="王康", role="station", village_code="341702106000")

    with pytest.raises(Refused, match="自己登记的"):
        withdraw_visit(visit=visit, by=other)
    withdraw_visit(visit=visit, by=clerk)
    assert not Visit.objects.known().exists()
