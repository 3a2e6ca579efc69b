"""数据体检 of the registry: each rule finds the row that breaks it, and nothing where all is well."""

from datetime import date

import pytest

from accounts.models import User
from households import checks as declared
from households.models import Guarantee, Household, Membership, OnFileSpell, Person
from households.services.household import open_household
from households.services.membership import add_member, end_membership
from households.services.registration import register_household
from households.services.spells import rebuild_spells
from households.todos import proposals, visits
from paibou.lib.declarations import checks
from tests.factories.households import (
    FactProposalFactory,
    GuaranteeFactory,
    HelperAssignmentFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    RegistrationFactory,
    VisitFactory,
    id_number,
)
from tests.households.conftest import TODAY

OWN = [check.slug for check in checks if check.rows.__module__ == declared.__name__]


def well(clerk) -> Household:
    """A household with nothing wrong."""
    household = open_household(
        village_code="341702106200", on=date(2020, 1, 1), by=clerk, today=TODAY, facts={"number": "3417020001"}
    )
    facts = {"name": "程友福", "id_number": id_number(31)}
    add_member(
        household=household, facts=facts, relation="户主", joined="other", on=date(2020, 1, 1), by=clerk, today=TODAY
    )
    register_household(household=household, kind="lifted", on=date(2020, 1, 1), by=clerk, today=TODAY)
    HelperAssignmentFactory(household=household, user=None)
    household.refresh_from_db()
    return household


def moved_by_hand(household: Household) -> None:
    Membership.objects.filter(household=household).update(village_code="341702106201")


def helper(clerk) -> User:
    return User.objects.create(username="h", name="方志强", role="helper", village_code="341702106200")


BREAKS = {
    "person_without_number": lambda home, clerk: Person.objects.filter(pk=home.head_id).update(id_digest=b"", no_id_reason="新生"),
    "household_without_head": lambda home, clerk: Household.objects.filter(pk=home.pk).update(head=PersonFactory()),
    "household_without_members": lambda home, clerk: end_membership(
        membership=home.memberships.known().get(), on=date(2025, 1, 1), left="lost", by=clerk, today=TODAY
    ),
    "household_without_number": lambda home, clerk: Household.objects.filter(pk=home.pk).update(number=""),
    "on_file_without_helper": lambda home, clerk: home.helpers.all().delete(),
    "membership_village_differs": lambda home, clerk: moved_by_hand(home),
    "registration_village_differs": lambda home, clerk: home.registrations.update(village_code="341702106201"),
    "person_village_differs": lambda home, clerk: Person.objects.filter(pk=home.head_id).update(village_code="341702106201"),
    "household_in_closed_village": lambda home, clerk: HouseholdFactory(village_code="341702106209"),
    "spells_differ": lambda home, clerk: OnFileSpell.objects.all().delete(),
    "closed_household_lived_in": lambda home, clerk: Household.objects.filter(pk=home.pk).update(
        closed_on=date(2025, 1, 1), close_reason="其他"
    ),
    "dead_member": lambda home, clerk: Person.objects.filter(pk=home.head_id).update(died_on=date(2025, 1, 1)),
    "guarantee_without_home": lambda home, clerk: GuaranteeFactory(person=home.head),
    "helper_without_grant": lambda home, clerk: HelperAssignmentFactory(household=home, name="王康", user=helper(clerk)),
    "grant_without_helper": lambda home, clerk: helper(clerk).grants.create(household_id=home.pk, valid_from=date(2024, 1, 1)),
}  # fmt: skip


def test_each_rule_has_a_row_that_breaks_it():
    assert set(OWN) == set(BREAKS)


@pytest.mark.parametrize("slug", BREAKS)
def test_a_rule_finds_the_row_that_breaks_it_and_no_other_township_sees_it(clerk, slug):
    household = well(clerk)
    rows = checks[slug].rows
    assert not rows(clerk, TODAY).exists()

    BREAKS[slug](household, clerk)

    assert rows(clerk, TODAY).count() == 1
    neighbour = User.objects.create(username="n", name="邻镇", role="station", village_code="341702107000")
    neighbour.grants.create(prefix="341702107", valid_from=date(2020, 1, 1))
    assert not rows(neighbour, TODAY).exists()


def test_guarantees_stay_with_their_home(clerk):
    household = well(clerk)
    GuaranteeFactory(person=household.head, household=household)

    assert not checks["guarantee_without_home"].rows(clerk, TODAY).exists()
    assert Guarantee.objects.count() == 1


def test_what_waits_is_counted_for_those_who_may_do_it(clerk):
    household = well(clerk)
    FactProposalFactory(household=household, proposed_by=clerk)
    reader = User.objects.create(username="r", name="孙丽", role="district_reader", village_code="341702000000")
    reader.grants.create(prefix="341702", valid_from=date(2020, 1, 1))

    assert [one.count for one in proposals(clerk, TODAY)] == [1]
    assert [(one.count, one.late) for one in visits(clerk, TODAY)] == [(1, 1)]
    assert proposals(reader, TODAY) == visits(reader, TODAY) == []
    VisitFactory(household=household, on=date(2025, 11, 1), by=clerk)
    assert visits(clerk, TODAY) == []


def test_a_household_off_file_is_not_visited_by_turn(clerk):
    member = MembershipFactory()
    assert visits(clerk, TODAY) == []

    RegistrationFactory(household=member.household)
    rebuild_spells([member.household_id])

    assert [one.count for one in visits(clerk, TODAY)] == [1]
