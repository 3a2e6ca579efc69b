"""农户: the list, and the page of one household on a day."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from households.forms.day import DayForm
from households.forms.filters import HouseholdFilter
from households.models import FactProposal, Household, Registration
from households.queries.listing import listed_households, name_villages, village_names
from households.views.panels import rendered_panels
from paibou.lib import keyset

ORDERS = {"village": ("village_code", "id"), "number": ("number", "id"), "opened": ("-opened_on", "-id")}


@require_safe
@needs("households.view")
@vary_on_headers("HX-Request")
def household_list(request: Request) -> HttpResponse:
    today = timezone.localdate()
    form = HouseholdFilter(request.GET, user=request.user, day=today)
    page = keyset.page(request, listed_households(form.rows(), today), orders=ORDERS, default="village")
    name_villages(page.rows)
    context = {"page": page, "form": form, "today": today}
    return render(request, f"households/household/{'_rows' if request.htmx else 'list'}.html", context)


@require_safe
@needs("households.view")
def household_detail(request: Request, pk: int) -> HttpResponse:
    """The household today, or as it was on the day asked for."""
    rows = Household.objects.visible_to(request.user).select_related("head", "predecessor__head")
    household = get_object_or_404(rows, pk=pk)
    today = timezone.localdate()
    form = DayForm(request.GET, today=today, first=household.opened_on)
    day = form.chosen
    context = _context(household, day) | {
        "household": household,
        "form": form,
        "day": day,
        "past": day != today,
        "proposals": FactProposal.objects.open().filter(household=household).count(),
    }
    context |= rendered_panels(request, household, noun="household", day=day, past=context["past"])
    return render(request, "households/household/detail.html", context)


def _context(household: Household, day: date) -> dict[str, Any]:
    on_file = list(Registration.objects.as_of(day).filter(household=household))
    return {
        "is_lifted": any(row.kind == Registration.Kind.LIFTED for row in on_file),
        "village": village_names([household]).get(household.village_code, ""),
        "on_file": on_file,
        "successors": list(household.successors.select_related("head")),
    }
