"""Minimal valid rows of cases. A case made here has no events: services write those."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from monitoring.models import Case, CaseEvent, CaseEventMember, CasePaperProof, Measure, Paper, Step
from tests.factories.households import HouseholdFactory, PersonFactory

USER = "tests.factories.accounts.UserFactory"


class CaseFactory(DjangoModelFactory):
    class Meta:
        model = Case

    household = factory.SubFactory(HouseholdFactory)
    village_code = factory.SelfAttribute("household.village_code")
    kind = Case.Kind.MARGINAL
    channel = Case.Channel.CADRE
    clue_on = date(2025, 10, 8)
    risks = ["因病"]
    by = factory.SubFactory(USER)


class PaperFactory(DjangoModelFactory):
    class Meta:
        model = Paper

    kind = Paper.Kind.MEETING
    village_code = "341702106200"
    on = date(2025, 10, 16)
    by = factory.SubFactory(USER)


class OfACase(DjangoModelFactory):
    class Meta:
        abstract = True

    case = factory.SubFactory(CaseFactory)
    household = factory.SelfAttribute("case.household")
    village_code = factory.SelfAttribute("case.village_code")
    by = factory.SubFactory(USER)


class CaseEventFactory(OfACase):
    class Meta:
        model = CaseEvent

    position = factory.Sequence(lambda n: n % 30000 + 1)
    step = Step.AUTHORISED
    on = date(2025, 10, 9)


class CaseEventMemberFactory(DjangoModelFactory):
    class Meta:
        model = CaseEventMember

    event = factory.SubFactory(CaseEventFactory, step=Step.APPROVED, people=1)
    case = factory.SelfAttribute("event.case")
    household = factory.SelfAttribute("event.household")
    person = factory.SubFactory(PersonFactory, village_code=factory.SelfAttribute("..household.village_code"))
    village_code = factory.SelfAttribute("event.village_code")
    step = factory.SelfAttribute("event.step")
    on = factory.SelfAttribute("event.on")
    name = factory.SelfAttribute("person.name")
    relation = "户主"


class MeasureFactory(OfACase):
    class Meta:
        model = Measure

    kind = "健康帮扶"
    who = "章立群"
    first_day = date(2025, 10, 25)


class CasePaperProofFactory(DjangoModelFactory):
    class Meta:
        model = CasePaperProof

    case = factory.SubFactory(CaseFactory)
    village_code = factory.SelfAttribute("case.village_code")
    kind = "申请及承诺授权书"
    path = "proofs/1"
    digest = factory.Sequence(lambda n: f"{n:064}")
    size = 1000
    by = factory.SubFactory(USER)
