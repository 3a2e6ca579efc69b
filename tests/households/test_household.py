from datetime import date

import pytest

from accounts.models import User
from households.models import Guarantee, HelperAssignment, Household, Membership, OnFileSpell, Registration, Work
from households.services.household import (
    close_household,
    merge_households,
    move_household,
    open_household,
    reopen_household,
    split_household,
)
from households.services.registration import register_household
from households.services.spells import rebuild_spells
from paibou.lib.declarations import Follower, followers
from paibou.lib.refused import Refused
from tests.factories.households import (
    GuaranteeFactory,
    HelperAssignmentFactory,
    HouseholdFactory,
    MembershipFactory,
    RegistrationFactory,
    WorkFactory,
)
from tests.households.conftest import TODAY

DAY = date(2025, 6, 1)
BEFORE = date(2025, 5, 31)


def family(*relations: str, on_file: bool = True, **facts) -> list[Membership]:
    """Members of one household, the first of them its head, on file as 脱贫户."""
    household = HouseholdFactory(**facts)
    rows = [MembershipFactory(household=household, relation=relation) for relation in ("户主", *relations)]
    household.head = rows[0].person
    household.save()
    if on_file:
        RegistrationFactory(household=household)
        rebuild_spells([household.pk])
    return rows


def on_file(day: date) -> list[int]:
    return sorted(OnFileSpell.objects.as_of(day).values_list("person_id", flat=True))


def test_a_household_opens_only_in_a_village_of_today(clerk):
    with pytest.raises(Refused, match="没有这个村"):
        open_household(village_code="341702106999", on=DAY, by=clerk, today=TODAY)


def test_a_number_belongs_to_one_open_household(clerk, villages):
    HouseholdFactory(number="3417020001")

    with pytest.raises(Refused, match="户编号已经是另一户的"):
        open_household(village_code=villages[0], on=DAY, by=clerk, today=TODAY, facts={"number": "3417020001"})


def test_closing_ends_members_and_registrations_on_the_day(clerk):
    rows = family("配偶")
    HelperAssignmentFactory(household=rows[0].household)

    close_household(household=rows[0].household, on=DAY, reason="整户迁出", by=clerk, today=TODAY, left="moved_out")

    assert (len(on_file(BEFORE)), on_file(DAY)) == (2, [])
    assert not Registration.objects.as_of(DAY).exists()
    assert not HelperAssignment.objects.as_of(DAY).exists()
    assert not Household.objects.open(DAY).exists()


def test_closing_twice_or_without_a_reason_is_refused(clerk):
    household = family()[0].household
    with pytest.raises(Refused, match="原因"):
        close_household(household=household, on=DAY, reason="", by=clerk, today=TODAY)
    close_household(household=household, on=DAY, reason="整户迁出", by=clerk, today=TODAY)

    with pytest.raises(Refused, match="已经销户"):
        close_household(household=household, on=date(2025, 7, 1), reason="整户迁出", by=clerk, today=TODAY)


def test_closing_before_the_last_member_came_is_refused(clerk):
    household = family()[0].household
    MembershipFactory(household=household, valid_from=date(2025, 8, 1))

    with pytest.raises(Refused, match="才入户"):
        close_household(household=household, on=DAY, reason="整户迁出", by=clerk, today=TODAY)


def test_a_wrong_closing_is_taken_back(clerk):
    rows = family("配偶")
    home, head = rows[0].household, rows[0].person
    GuaranteeFactory(household=home, person=head)
    WorkFactory(household=home, person=head)
    HelperAssignmentFactory(household=home)
    closed = close_household(household=home, on=DAY, reason="整户迁出", by=clerk, today=TODAY)
    ended = (Guarantee, Work, HelperAssignment)
    assert not any(model.objects.as_of(TODAY).exists() for model in ended)

    reopen_household(household=closed, by=clerk)

    assert [model.objects.as_of(TODAY).count() for model in ended] == [1, 1, 1]
    assert len(on_file(TODAY)) == 2
    assert Household.objects.open(TODAY).get() == closed


def test_a_split_keeps_everybody_on_file_in_one_household(clerk):
    head, _, son, daughter_in_law = family("配偶", "子", "儿媳")

    new = split_household(
        household=head.household,
        relations={son.person: "户主", daughter_in_law.person: "配偶"},
        on=DAY,
        by=clerk,
        today=TODAY,
    )

    assert (new.predecessor, new.head, new.opened_on) == (head.household, son.person, DAY)
    assert on_file(DAY) == on_file(BEFORE)
    members = Membership.objects.as_of(DAY).order_by("id").values_list("household", "relation")
    assert sorted(members) == sorted(
        [(head.household_id, "户主"), (head.household_id, "配偶"), (new.pk, "户主"), (new.pk, "配偶")]
    )


def test_a_split_wants_one_head_and_leaves_somebody(clerk):
    head, son = family("子")
    asked = {"household": head.household, "on": DAY, "by": clerk, "today": TODAY}

    with pytest.raises(Refused, match="要有一位户主"):
        split_household(relations={son.person: "子"}, **asked)
    with pytest.raises(Refused, match="没有人留在原户"):
        split_household(relations={head.person: "户主", son.person: "子"}, **asked)


def test_a_split_without_registration_leaves_the_new_household_off_file(clerk):
    head, son = family("子")

    new = split_household(
        household=head.household, relations={son.person: "户主"}, on=DAY, by=clerk, today=TODAY, keeps=()
    )

    assert not Registration.objects.known().filter(household=new).exists()
    assert on_file(DAY) == [head.person_id]


def test_a_merge_moves_everybody_and_closes_the_other(clerk):
    head, _ = family("配偶")
    father, mother = family("配偶")

    merge_households(
        household=head.household,
        other=father.household,
        relations={father.person_id: "父母", mother.person_id: "父母"},
        on=DAY,
        by=clerk,
        today=TODAY,
    )

    assert Membership.objects.as_of(DAY).filter(household=head.household).count() == 4
    father.household.refresh_from_db()
    assert father.household.closed_on == DAY
    assert on_file(DAY) == on_file(BEFORE)


def test_a_merge_asks_what_the_other_head_becomes(clerk):
    head, father = family()[0], family()[0]

    with pytest.raises(Refused, match="什么关系"):
        merge_households(household=head.household, other=father.household, relations={}, on=DAY, by=clerk, today=TODAY)


def test_a_household_moves_with_number_people_registrations_and_helper(clerk, villages):
    head, _ = family("配偶", number="3417020001", phone="13900000001")
    helper = User.objects.create(username="helper", name="方志强", role=User.Role.HELPER, village_code=villages[0])
    HelperAssignmentFactory(household=head.household, user=helper)

    new = move_household(household=head.household, village_code=villages[1], on=DAY, by=clerk, today=TODAY)

    old = Household.objects.get(pk=head.household_id)
    assert (new.number, new.phone, new.head, new.predecessor) == ("3417020001", "13900000001", head.person, old)
    assert (old.closed_on, old.close_reason) == (DAY, "整户迁移")
    assert set(OnFileSpell.objects.as_of(DAY).values_list("village_code", flat=True)) == {villages[1]}
    assert set(OnFileSpell.objects.as_of(BEFORE).values_list("village_code", flat=True)) == {villages[0]}
    assert list(helper.grants.on(TODAY).values_list("household_id", flat=True)) == [new.pk]


def test_a_household_does_not_move_to_its_own_village(clerk, villages):
    with pytest.raises(Refused, match="就在这个村"):
        move_household(household=family()[0].household, village_code=villages[0], on=DAY, by=clerk, today=TODAY)


def test_the_apps_above_are_told_who_moved_and_what_closed(clerk, monkeypatch):
    told = []
    follower = Follower(
        "test",
        people_moved=lambda **what: told.append(("moved", what["person_ids"], what["household"])),
        household_closed=lambda **what: told.append(("closed", what["household"], what["into"])),
    )
    monkeypatch.setitem(followers._all(), "test", follower)
    head, father = family()[0], family()[0]

    merge_households(
        household=head.household,
        other=father.household,
        relations={father.person_id: "父母"},
        on=DAY,
        by=clerk,
        today=TODAY,
    )

    assert told == [
        ("moved", [father.person_id], head.household),
        ("closed", father.household, head.household),
    ]


def test_a_household_is_registered_once_at_a_time(clerk):
    household = family()[0].household

    with pytest.raises(Refused, match="已经按这一类型登记"):
        register_household(household=household, kind=Registration.Kind.LIFTED, on=DAY, by=clerk, today=TODAY)


def test_a_household_is_not_registered_before_it_opened(clerk):
    with pytest.raises(Refused, match="没有开户"):
        register_household(
            household=HouseholdFactory(opened_on=DAY),
            kind=Registration.Kind.LIFTED,
            on=BEFORE,
            by=clerk,
            today=TODAY,
        )
