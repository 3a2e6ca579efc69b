from datetime import date

import pytest

from accounts.models import Setting, User
from households.facts import HOUSEHOLD_FACTS, PERSON_FACTS, as_text
from households.models import FactChange, FactProposal, Household
from households.services.fact import change_facts
from households.services.proposal import accept_proposal, propose_facts, refuse_proposal
from paibou.lib.refused import Refused
from paibou.lib.sealing import digest
from tests.factories.households import HouseholdFactory, PersonFactory, id_number
from tests.households.conftest import TODAY

DAY = date(2025, 6, 1)


def test_a_changed_fact_keeps_the_old_one_and_both_dates(clerk):
    household = HouseholdFactory(phone="13900000001")

    change_facts(row=household, facts={"phone": "13900000002", "bank": None}, on=DAY, by=clerk, today=TODAY)

    household.refresh_from_db()
    assert (household.phone, bytes(household.phone_digest)) == ("13900000002", digest("13900000002"))
    change = FactChange.objects.get()
    assert (change.field, change.old, change.new, change.on) == ("phone", "13900000001", "13900000002", DAY)
    assert change.recorded_at.date() > DAY


def test_a_fact_is_not_changed_before_its_last_change(clerk):
    household = HouseholdFactory()
    change_facts(row=household, facts={"group": "三组"}, on=DAY, by=clerk, today=TODAY)

    with pytest.raises(Refused, match="村民组在 2025年6月1日 已经改过"):
        change_facts(row=household, facts={"group": "四组"}, on=date(2025, 5, 1), by=clerk, today=TODAY)


def test_a_flag_is_kept_among_the_flags(clerk):
    household = HouseholdFactory(flags={"军烈属": True})

    change_facts(row=household, facts={"flags.易地搬迁": False}, on=DAY, by=clerk, today=TODAY)

    household.refresh_from_db()
    assert household.flags == {"军烈属": True, "易地搬迁": False}


def test_a_corrected_number_brings_birth_date_and_sex_with_it(clerk):
    person = PersonFactory()
    number = id_number(13, date(1988, 2, 29))

    change_facts(row=person, facts={"id_number": number, "name": "程有福"}, on=DAY, by=clerk, today=TODAY)

    person.refresh_from_db()
    assert (person.born_on, person.sex, bytes(person.id_digest)) == (date(1988, 2, 29), "male", digest(number))
    assert person.name_sort == "cheng you fu 程有福"


def test_what_an_identity_number_says_is_not_changed_beside_it(clerk):
    person = PersonFactory()

    with pytest.raises(Refused, match="出生日期由证件号码得出，请改证件号码"):
        change_facts(row=person, facts={"born_on": date(1950, 1, 1)}, on=DAY, by=clerk, today=TODAY)

    assert not FactChange.objects.exists()


def test_a_row_read_before_somebody_else_saved_undoes_nothing(clerk):
    read_before = HouseholdFactory(group="9组")
    change_facts(row=Household.objects.get(), facts={"group": "21组"}, on=DAY, by=clerk, today=TODAY)

    change_facts(row=read_before, facts={"bank": "农商行"}, on=DAY, by=clerk, today=TODAY)

    assert Household.objects.values_list("group", "bank").get() == ("21组", "农商行")


def test_another_persons_number_is_refused(clerk):
    other = PersonFactory()

    with pytest.raises(Refused, match="已经是另一个人的"):
        change_facts(row=PersonFactory(), facts={"id_number": other.id_number}, on=DAY, by=clerk, today=TODAY)


@pytest.mark.parametrize("fact", [*HOUSEHOLD_FACTS.values(), *PERSON_FACTS.values()], ids=lambda fact: fact.field)
def test_a_fact_said_in_words_is_read_back(fact):
    samples = {
        "id_number": id_number(7), "phone": "13900000001", "health": "长期慢性病、残疾", "name": "程友福",
        "lifted_year": "2017年", "arable_mu": "4.20", "forest_mu": "11.5", "housing_m2": "120",
    }  # fmt: skip
    sample = (
        next(iter(fact.choices.values()))
        if fact.choices and fact.field != "health"
        else samples.get(fact.field, "2024-05-01")
    )

    value = fact.clean(sample)

    assert fact.clean(as_text(fact, value)) == value
    assert as_text(fact, fact.empty) == ""


def test_a_village_proposes_and_the_station_accepts(clerk):
    household = HouseholdFactory(group="三组")
    cadre = User.objects.create(username="cadre", name="吴秀英", role="village_officer", village_code="341702106200")
    [proposal] = propose_facts(row=household, facts={"group": "四组"}, on=DAY, by=cadre, today=TODAY)
    assert (proposal.base, proposal.value) == ("三组", "四组")
    household.refresh_from_db()
    assert household.group == "三组"

    accept_proposal(proposal=proposal, by=clerk, today=TODAY)

    household.refresh_from_db()
    proposal.refresh_from_db()
    assert (household.group, proposal.verdict, proposal.decided_by) == ("四组", "accepted", clerk)
    with pytest.raises(Refused, match="已经定过"):
        refuse_proposal(proposal=proposal, why="不对", by=clerk)


def test_nothing_different_or_proposed_before_is_refused(clerk):
    household = HouseholdFactory(group="三组")
    asked = {"row": household, "on": DAY, "by": clerk, "today": TODAY}

    with pytest.raises(Refused, match="没有要改的"):
        propose_facts(facts={"group": "三组"}, **asked)
    propose_facts(facts={"group": "四组"}, **asked)
    with pytest.raises(Refused, match="已经有人提出"):
        propose_facts(facts={"group": "四组"}, **asked)


def test_what_changed_meanwhile_is_shown_before_it_is_accepted(clerk):
    household = HouseholdFactory(group="三组")
    [proposal] = propose_facts(row=household, facts={"group": "四组"}, on=DAY, by=clerk, today=TODAY)
    change_facts(row=household, facts={"group": "五组"}, on=DAY, by=clerk, today=TODAY)
    proposal = FactProposal.objects.get()

    with pytest.raises(Refused, match="现在是“五组”"):
        accept_proposal(proposal=proposal, by=clerk, today=TODAY)
    accept_proposal(proposal=proposal, by=clerk, today=TODAY, knowing=True)

    household.refresh_from_db()
    assert household.group == "四组"


def test_a_refusal_wants_a_reason(clerk):
    [proposal] = propose_facts(row=HouseholdFactory(), facts={"group": "四组"}, on=DAY, by=clerk, today=TODAY)

    with pytest.raises(Refused, match="写明原因"):
        refuse_proposal(proposal=proposal, why="", by=clerk)


def test_where_two_persons_are_asked_for_nobody_accepts_his_own(clerk):
    Setting.objects.create(name="two_persons", prefix="341702106", valid_from=DAY, value=True)
    [proposal] = propose_facts(row=HouseholdFactory(), facts={"group": "四组"}, on=DAY, by=clerk, today=TODAY)

    with pytest.raises(Refused, match="不得同一人"):
        accept_proposal(proposal=proposal, by=clerk, today=TODAY)
