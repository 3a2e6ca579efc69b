"""Minimal valid rows of `households`; nothing is made beside what a row cannot stand without."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from households.models import (
    FactChange,
    FactProposal,
    Guarantee,
    HelperAssignment,
    Household,
    IncomeLine,
    IncomeStatement,
    Membership,
    OnFileSpell,
    Person,
    Registration,
    Safeguard,
    Visit,
    VisitPhoto,
    Work,
)
from paibou.lib import identity
from paibou.lib.pinyin import sort_key
from paibou.lib.sealing import digest

VILLAGE = "341702106200"
BORN = date(1975, 3, 8)


def id_number(serial: int, born_on: date = BORN) -> str:
    """A valid number of nobody: the area code is retired."""
    first = f"342921{born_on:%Y%m%d}{serial % 1000:03}"
    return first + identity.check_digit(first)


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household

    village_code = VILLAGE
    opened_on = date(2014, 1, 1)
    phone_digest = factory.LazyAttribute(lambda row: digest(row.phone))
    phone = ""


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    village_code = VILLAGE
    name = factory.Sequence(lambda n: f"程{'友志明秋小大文春'[n % 8]}{'福强华菊雨伟'[n // 8 % 6]}")
    name_sort = factory.LazyAttribute(lambda row: sort_key(row.name))
    born_on = factory.Sequence(lambda n: date(1940 + n // 1000 % 80, 3, 8))
    id_number = factory.LazyAttributeSequence(lambda row, n: id_number(n, row.born_on))
    id_digest = factory.LazyAttribute(lambda row: digest(row.id_number))
    sex = factory.LazyAttribute(lambda row: "male" if identity.is_male(row.id_number) else "female")
    phone = ""
    phone_digest = factory.LazyAttribute(lambda row: digest(row.phone))


class OfAHousehold(DjangoModelFactory):
    class Meta:
        abstract = True

    household = factory.SubFactory(HouseholdFactory)
    village_code = factory.SelfAttribute("household.village_code")


class MembershipFactory(OfAHousehold):
    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory, village_code=factory.SelfAttribute("..village_code"))
    relation = "子"
    valid_from = date(2014, 1, 1)


class RegistrationFactory(OfAHousehold):
    class Meta:
        model = Registration

    kind = Registration.Kind.LIFTED
    valid_from = date(2014, 1, 1)


class OnFileSpellFactory(OfAHousehold):
    class Meta:
        model = OnFileSpell

    person = factory.SubFactory(PersonFactory, village_code=factory.SelfAttribute("..village_code"))
    kind = Registration.Kind.LIFTED
    valid_from = date(2014, 1, 1)


class FactChangeFactory(OfAHousehold):
    class Meta:
        model = FactChange

    field = "phone"
    old = ""
    new = "13900000001"
    on = date(2025, 6, 1)


class FactProposalFactory(OfAHousehold):
    class Meta:
        model = FactProposal

    field = "group"
    base = ""
    value = "三组"
    on = date(2025, 6, 1)
    proposed_by = factory.SubFactory("tests.factories.accounts.UserFactory")


class GuaranteeFactory(OfAHousehold):
    class Meta:
        model = Guarantee

    person = factory.SubFactory(PersonFactory, village_code=factory.SelfAttribute("..village_code"))
    kind = Guarantee.Kind.MINIMUM
    valid_from = date(2024, 1, 1)


class WorkFactory(OfAHousehold):
    class Meta:
        model = Work

    person = factory.SubFactory(PersonFactory, village_code=factory.SelfAttribute("..village_code"))
    place = Work.Place.OUTSIDE
    valid_from = date(2024, 1, 1)


class IncomeStatementFactory(OfAHousehold):
    class Meta:
        model = IncomeStatement

    kind = IncomeStatement.Kind.YEAR
    first_day = date(2024, 10, 1)
    last_day = date(2025, 9, 30)
    people = 3


class IncomeLineFactory(DjangoModelFactory):
    class Meta:
        model = IncomeLine

    statement = factory.SubFactory(IncomeStatementFactory)
    category = IncomeLine.Category.WAGES
    amount_yuan = 30000


class SafeguardFactory(OfAHousehold):
    class Meta:
        model = Safeguard

    kind = Safeguard.Kind.HOUSING
    checked_on = date(2025, 5, 1)
    is_safe = True


class HelperAssignmentFactory(OfAHousehold):
    class Meta:
        model = HelperAssignment

    name = "方志强"
    valid_from = date(2024, 1, 1)


class VisitFactory(OfAHousehold):
    class Meta:
        model = Visit

    on = date(2025, 10, 10)
    visitor = "方志强"
    by = factory.SubFactory("tests.factories.accounts.UserFactory")


class VisitPhotoFactory(DjangoModelFactory):
    class Meta:
        model = VisitPhoto

    visit = factory.SubFactory(VisitFactory)
    village_code = factory.SelfAttribute("visit.village_code")
    path = "visits/1"
    digest = factory.Sequence(lambda n: f"{n:064}")
    size = 1000
