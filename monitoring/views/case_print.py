"""Papers of a case to be signed in ink: printed filled, with room for 签字 and 手印."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import Request, needs
from households.panels import household_members
from households.queries.income import incomes
from monitoring.models import Measure, Step
from monitoring.options.case import PLAN
from monitoring.queries.case_facts import facts_of
from monitoring.queries.materials import HERE, materials
from monitoring.queries.places import name_places
from monitoring.views.case_pages import seen_cases

FORMS = {
    Step.AUTHORISED.label: "authorise",
    Step.VERIFIED.label: "verify",
    PLAN: "plan",
    Step.RISK_VERIFIED.label: "eliminate",
    Step.LABELLED.label: "label",
}


@require_safe
@needs("monitoring.change_case")
def case_print(request: Request, pk: int) -> HttpResponse:
    """Every paper of this case that is signed at home and whose original is not here yet."""
    case = get_object_or_404(seen_cases(request.user), pk=pk)
    today = timezone.localdate()
    [facts] = facts_of([case], today)
    name_places([case])
    sheets = [
        (FORMS[material.step], material.name)
        for material in materials(facts)
        if material.state != HERE and material.step in FORMS
    ]
    context = {
        "case": case,
        "sheets": sheets,
        "income": incomes([case.income])[0] if case.income else None,
        "measures": list(Measure.objects.known().filter(case=case).order_by("first_day", "pk")),
        "visit": facts.so_far.standing.get(Step.VERIFIED),
        **household_members(case.household, request.user, today),
    }
    return render(request, "monitoring/case/print.html", context)
