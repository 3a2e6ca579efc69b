"""Cases taken along the road, for tests that begin further on."""

from datetime import date, timedelta

from accounts.models import Grant, User
from households.models import Household, IncomeStatement, Registration
from monitoring.models import Case, CaseEvent, Step
from monitoring.services.case import open_case
from monitoring.services.case_step import advance_case
from tests.factories.households import (
    HouseholdFactory,
    IncomeLineFactory,
    IncomeStatementFactory,
    MembershipFactory,
    RegistrationFactory,
)

CLUE = date(2025, 3, 3)
TODAY = date(2025, 12, 1)
TOWNSHIP = "341702106"
LATER = {  # days after the clue
    Step.AUTHORISED: 1,
    Step.VERIFIED: 2,
    Step.ASSESSED: 4,
    Step.COMPARED: 4,
    Step.PUBLICISED: 4,
    Step.REVIEWED: 10,
    Step.APPROVED: 12,
    Step.ANNOUNCED: 13,
    Step.ENTERED: 14,
    Step.LABELLED: 20,
    Step.RISK_VERIFIED: 210,
    Step.RISK_ASSESSED: 212,
    Step.RISK_PUBLICISED: 213,
    Step.RISK_REVIEWED: 220,
    Step.ELIMINATED: 222,
}
ROAD = list(LATER)
LASTING = {Step.PUBLICISED: 5, Step.RISK_PUBLICISED: 5, Step.COMPARED: 3}
APPROVED = CLUE + timedelta(days=LATER[Step.APPROVED])


def a_user(role: str = User.Role.STATION, prefix: str = TOWNSHIP, username: str = "zhou") -> User:
    user = User.objects.create(
        username=username, name="周敏", role=role, village_code=prefix.ljust(12, "0"), must_change_password=False
    )
    Grant.objects.create(user=user, prefix=prefix, valid_from=date(2020, 1, 1))
    return user


def a_household(people: int = 3, *, lifted: bool = False, village: str = "341702106200") -> Household:
    household = HouseholdFactory(village_code=village)
    members = [
        MembershipFactory(household=household, relation="户主" if number == 0 else "子") for number in range(people)
    ]
    household.head = members[0].person
    household.save(update_fields=["head"])
    if lifted:
        RegistrationFactory(household=household, kind=Registration.Kind.LIFTED)
    return household


def a_case(by: User, household: Household | None = None, *, clue_on: date = CLUE, kind: str = "marginal") -> Case:
    return open_case(
        household=household or a_household(),
        kind=kind,
        channel=Case.Channel.CADRE,
        clue_on=clue_on,
        risks=["因病"],
        by=by,
        today=TODAY,
    )


def an_income(case: Case, yuan: int | None = None) -> IncomeStatement:
    """4,000 元 per head, which is within the range, if not said otherwise."""
    people = case.household.memberships.count()
    statement = IncomeStatementFactory(
        household=case.household, kind="case", first_day=date(2024, 3, 1), last_day=date(2025, 2, 28), people=people
    )
    IncomeLineFactory(statement=statement, amount_yuan=yuan or 4000 * people)
    Case.objects.filter(pk=case.pk).update(income=statement)
    return statement


def take(case: Case, step: Step, by: User, **changes) -> CaseEvent:
    """One step on its usual day."""
    on = changes.pop("on", None) or case.clue_on + timedelta(days=LATER[step])
    if step in LASTING:
        changes.setdefault("ends_on", on + timedelta(days=LASTING[step]))
    if step in Step.publicities():
        changes.setdefault("detail", {"result": "none"})
    if step in (Step.RISK_VERIFIED, Step.ELIMINATED):
        changes.setdefault("note", "已入户核实，收入稳定")
    if step == Step.LABELLED:
        changes.setdefault("note", "整户无劳动力，由社会保障兜底")
    return advance_case(case=case, step=step, on=on, by=by, today=changes.pop("today", TODAY), **changes)


def take_until(case: Case, last: Step, by: User, *, skip: tuple[Step, ...] = (Step.LABELLED,)) -> Case:
    """All steps of the road up to and with `last`."""
    for step in ROAD[: ROAD.index(last) + 1]:
        if step == Step.REVIEWED and case.income is None:
            case.income = an_income(case)
        if step not in skip or step == last:
            take(case, step, by)
    case.refresh_from_db()
    return case
