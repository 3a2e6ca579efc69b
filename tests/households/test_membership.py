from datetime import date, timedelta

import pytest

from households.models import Guarantee, Membership
from households.services.membership import (
    add_member,
    change_head,
    correct_membership,
    end_membership,
    join_household,
    transfer_member,
    withdraw_membership,
)
from paibou.lib.refused import Refused
from tests.factories.households import (
    GuaranteeFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    id_number,
)
from tests.households.conftest import TODAY

pytestmark = pytest.mark.services

Joined, Left = Membership.Joined, Membership.Left
DAY = date(2025, 6, 1)


def headed(**facts):
    """A household with its head."""
    row = MembershipFactory(relation="户主", **facts)
    row.household.head = row.person
    row.household.save()
    return row


def test_a_newborn_belongs_from_the_day_of_birth(clerk):
    household = headed().household

    row = add_member(
        household=household,
        facts={"name": "程小雨", "id_number": id_number(22, DAY)},
        relation="孙子女",
        joined=Joined.BIRTH,
        on=DAY,
        by=clerk,
        today=TODAY,
    )

    assert (row.person.born_on, row.person.sex, row.person.village_code) == (DAY, "female", household.village_code)
    assert household.memberships.as_of(date(2025, 5, 31)).count() == 1
    assert household.memberships.as_of(DAY).count() == 2


def test_a_newborn_without_a_number_wants_a_reason(clerk):
    household = headed().household
    facts = {"name": "程小雨", "born_on": DAY}

    with pytest.raises(Refused, match="没有证件号码的要写明原因"):
        add_member(household=household, facts=facts, relation="女", joined=Joined.BIRTH, on=DAY, by=clerk, today=TODAY)

    row = add_member(
        household=household,
        facts=facts | {"no_id_reason": "新生未落户"},
        relation="女",
        joined=Joined.BIRTH,
        on=DAY,
        by=clerk,
        today=TODAY,
    )
    assert row.person.id_kind == "none"


@pytest.mark.parametrize("born", [{"born_on": DAY}, {}])
def test_somebody_without_a_number_joins_once(clerk, born):
    asked = {"relation": "女", "joined": Joined.BIRTH, "on": DAY, "by": clerk, "today": TODAY}
    facts = {"name": "徐宝宝", "no_id_reason": "新生未落户"} | born
    home, other = headed().household, headed().household
    add_member(household=home, facts=facts, **asked)

    with pytest.raises(Refused, match="这一户已有徐宝宝"):
        add_member(household=home, facts=facts, **asked)
    add_member(household=home, facts=facts | {"name": "徐贝贝"}, **asked)
    add_member(household=other, facts=facts, **asked)

    assert [one.memberships.known().count() for one in (home, other)] == [3, 2]


def test_a_day_still_to_come_is_refused(clerk):
    household = headed().household

    with pytest.raises(Refused, match="还没到"):
        join_household(
            household=household,
            person=PersonFactory(),
            relation="子",
            joined=Joined.OTHER,
            on=date(2025, 11, 21),
            by=clerk,
            today=TODAY,
        )


def test_a_number_with_another_name_is_refused(clerk):
    known = PersonFactory()

    with pytest.raises(Refused, match="另一个姓名"):
        add_member(
            household=headed().household,
            facts={"name": "另一人", "id_number": known.id_number},
            relation="子",
            joined=Joined.OTHER,
            on=DAY,
            by=clerk,
            today=TODAY,
        )


def test_a_member_of_another_household_is_transferred_not_added(clerk):
    elsewhere = MembershipFactory(relation="女")
    household = headed().household
    asked = {
        "household": household,
        "person": elsewhere.person,
        "relation": "儿媳",
        "on": DAY,
        "by": clerk,
        "today": TODAY,
    }

    with pytest.raises(Refused, match="从别的户转来"):
        join_household(joined=Joined.MARRIAGE, **asked)
    transfer_member(joined=Joined.MARRIAGE, left=Left.MARRIAGE, **asked)

    assert [m.household_id for m in elsewhere.person.memberships.as_of(date(2025, 5, 31))] == [elsewhere.household_id]
    assert [m.household_id for m in elsewhere.person.memberships.as_of(DAY)] == [household.pk]


def test_a_move_to_another_village_takes_person_and_guarantee_along(clerk, villages):
    elsewhere = MembershipFactory(relation="女")
    GuaranteeFactory(person=elsewhere.person, household=elsewhere.household)
    household = headed(household=HouseholdFactory(village_code=villages[1])).household

    transfer_member(
        person=elsewhere.person,
        household=household,
        relation="儿媳",
        on=DAY,
        joined=Joined.MARRIAGE,
        left=Left.MARRIAGE,
        by=clerk,
        today=TODAY,
    )

    elsewhere.person.refresh_from_db()
    assert elsewhere.person.village_code == villages[1]
    rows = Guarantee.objects.known().order_by("valid_from").values_list("village_code", "valid_from", "valid_to")
    assert list(rows) == [(villages[0], date(2024, 1, 1), DAY), (villages[1], DAY, None)]


def test_a_death_ends_membership_and_guarantees_and_the_past_stays(clerk):
    row = MembershipFactory(relation="父母")
    GuaranteeFactory(person=row.person, household=row.household)

    ended = end_membership(membership=row, on=DAY, left=Left.DEATH, by=clerk, today=TODAY)

    row.person.refresh_from_db()
    assert row.person.died_on == DAY
    assert not row.household.memberships.as_of(DAY).exists()
    assert not Guarantee.objects.as_of(DAY).exists()
    before = ended.recorded_at.replace(year=2024)
    row.recorded_at = before
    Membership.objects.filter(pk=row.pk).update(recorded_at=before)
    assert row.household.memberships.as_of(DAY, known_at=before).exists()


def test_leaving_before_joining_is_refused(clerk):
    row = MembershipFactory(valid_from=DAY)

    with pytest.raises(Refused, match="才入户"):
        end_membership(membership=row, on=DAY, left=Left.MOVED_OUT, by=clerk, today=TODAY)


def test_leaving_twice_is_refused(clerk):
    row = end_membership(membership=MembershipFactory(), on=DAY, left=Left.LOST, by=clerk, today=TODAY)

    with pytest.raises(Refused, match="请用“更正”"):
        end_membership(membership=row, on=DAY, left=Left.LOST, by=clerk, today=TODAY)


def test_a_head_who_leaves_names_the_next(clerk):
    head = headed()
    wife = MembershipFactory(household=head.household, relation="配偶")

    with pytest.raises(Refused, match="由谁当户主"):
        end_membership(membership=head, on=DAY, left=Left.DEATH, by=clerk, today=TODAY)

    head = Membership.objects.known().get(person=head.person)
    end_membership(membership=head, on=DAY, left=Left.DEATH, by=clerk, today=TODAY, new_head=wife.person)
    head.household.refresh_from_db()
    assert head.household.head == wife.person
    assert [m.relation for m in head.household.memberships.as_of(DAY)] == ["户主"]


def test_a_stranger_is_not_made_head(clerk):
    with pytest.raises(Refused, match="不能当户主"):
        change_head(household=headed().household, person=PersonFactory(), on=DAY, by=clerk, today=TODAY)


def test_nobody_is_head_before_he_belonged_to_the_household(clerk):
    head = headed()
    wife = MembershipFactory(household=head.household, relation="配偶", valid_from=DAY + timedelta(days=1))

    with pytest.raises(Refused, match="才入户"):
        end_membership(membership=head, on=DAY, left=Left.DEATH, by=clerk, today=TODAY, new_head=wife.person)


def test_a_wrong_date_is_withdrawn_and_stands_corrected(clerk):
    row = MembershipFactory()

    corrected = correct_membership(membership=row, by=clerk, today=TODAY, valid_from=DAY)

    row.refresh_from_db()
    assert row.withdrawn_at == corrected.recorded_at
    assert row.valid_from == date(2014, 1, 1)
    assert not row.household.memberships.as_of(date(2025, 5, 31)).exists()


def test_a_row_corrected_meanwhile_is_refused(clerk):
    row = MembershipFactory()
    correct_membership(membership=row, by=clerk, today=TODAY, valid_from=DAY)

    with pytest.raises(Refused, match="已被别人更正过"):
        correct_membership(membership=row, by=clerk, today=TODAY, valid_from=date(2025, 7, 1))


def test_a_correction_before_the_household_opened_is_refused(clerk):
    with pytest.raises(Refused, match="才开户"):
        correct_membership(membership=MembershipFactory(), by=clerk, today=TODAY, valid_from=date(2013, 1, 1))


def test_the_day_of_a_transfer_is_corrected_on_both_sides(clerk):
    first = MembershipFactory(relation="女")
    GuaranteeFactory(person=first.person, household=first.household)
    household = headed().household
    later = transfer_member(
        person=first.person, household=household, relation="儿媳", on=DAY,
        joined=Joined.MARRIAGE, left=Left.MARRIAGE, by=clerk, today=TODAY,
    )  # fmt: skip

    correct_membership(membership=later, by=clerk, today=TODAY, valid_from=date(2025, 8, 1))

    days = first.person.memberships.known().order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(days) == [(date(2014, 1, 1), date(2025, 8, 1)), (date(2025, 8, 1), None)]
    held = Guarantee.objects.known().order_by("valid_from").values_list("household", "valid_from", "valid_to")
    assert list(held) == [
        (first.household_id, date(2024, 1, 1), date(2025, 8, 1)),
        (household.pk, date(2025, 8, 1), None),
    ]


def test_a_correction_that_overlaps_another_household_is_refused(clerk):
    gone = end_membership(membership=MembershipFactory(), on=DAY, left=Left.LOST, by=clerk, today=TODAY)
    join_household(
        household=headed().household, person=gone.person, relation="子",
        joined=Joined.OTHER, on=date(2025, 8, 1), by=clerk, today=TODAY,
    )  # fmt: skip

    with pytest.raises(Refused, match="同一时间只能属于一户"):
        correct_membership(membership=gone, by=clerk, today=TODAY, valid_to=date(2025, 9, 1))


def test_a_correction_makes_nobody_head_and_nobody_join_before_he_was_born(clerk):
    head = MembershipFactory(relation="户主")
    son = MembershipFactory(household=head.household, relation="子")
    head.household.head = head.person
    head.household.save()
    son.person.born_on = son.valid_from
    son.person.save()

    for row, relation in ((son, "户主"), (head, "父母")):
        with pytest.raises(Refused, match="更换户主"):
            correct_membership(membership=row, by=clerk, today=TODAY, relation=relation)
    with pytest.raises(Refused, match="早于出生日期"):
        correct_membership(membership=son, by=clerk, today=TODAY, valid_from=son.valid_from - timedelta(days=1))


def test_a_head_among_others_does_not_leave_by_correction(clerk):
    head = headed()
    wife = MembershipFactory(household=head.household, relation="配偶")
    asked = {"valid_to": DAY, "left": Left.DEATH, "by": clerk, "today": TODAY}

    with pytest.raises(Refused, match="是户主；请先更换户主，再更正离户日期"):
        correct_membership(membership=head, **asked)

    change_head(household=head.household, person=wife.person, on=DAY, by=clerk, today=TODAY)
    correct_membership(membership=Membership.objects.known().get(person=head.person), **asked)
    head.household.refresh_from_db()
    assert head.household.head == wife.person
    assert [m.person for m in head.household.memberships.as_of(DAY)] == [wife.person]


def test_a_head_who_was_alone_leaves_by_correction(clerk):
    head = headed()

    correct_membership(membership=head, valid_to=DAY, left=Left.DEATH, by=clerk, today=TODAY)

    assert not head.household.memberships.as_of(DAY).exists()


def test_a_death_entered_wrong_is_taken_back(clerk):
    row = MembershipFactory()
    GuaranteeFactory(person=row.person, household=row.household)
    dead = end_membership(membership=row, on=DAY, left=Left.DEATH, by=clerk, today=TODAY)

    correct_membership(membership=dead, by=clerk, today=TODAY, valid_to=None)

    row.person.refresh_from_db()
    assert row.person.died_on is None
    assert row.household.memberships.as_of(TODAY).get().left == ""
    assert Guarantee.objects.as_of(TODAY).count() == 1


def test_the_head_is_not_taken_back(clerk):
    with pytest.raises(Refused, match="这是户主"):
        withdraw_membership(membership=headed())
