"""走访: whose turn it is, the form for the phone, the photos."""

from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from accounts.roles import may
from exchange import files
from households.forms.circumstance import VisitForm
from households.models import Household, Visit, VisitPhoto
from households.queries.listing import name_villages, village_names
from households.queries.visiting import NEVER, by_slug, late, to_visit
from households.services import visit as services
from households.views.forming import address_of
from paibou.lib import keyset, notices
from paibou.lib.refused import Refused

TO_DO = {"longest": ("visited_on", "id"), "village": ("village_code", "id")}
DONE = {"latest": ("-on", "-id")}


@require_safe
@needs("households.visit")
@vary_on_headers("HX-Request")
def visit_list(request: Request) -> HttpResponse:
    """Households to visit, those not seen the longest first."""
    today = timezone.localdate()
    only_late = request.GET.get("view") == "late"
    rows = late(request.user, today) if only_late else to_visit(request.user, today)
    page = keyset.page(request, rows, orders=TO_DO, default="longest")
    labels = by_slug()
    for row in page.rows:
        row.visited_on = None if row.visited_on == NEVER else row.visited_on
        row.due_on = _day(row.due_on) if row.visited_on else today
        row.duty = labels[row.duty].label if row.duty else ""
    name_villages(page.rows)
    context = {"page": page, "today": today, "only_late": only_late}
    return render(request, f"households/visit/{'_rows' if request.htmx else 'list'}.html", context)


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


@require_safe
@needs("households.visit", "households.view")
@vary_on_headers("HX-Request")
def visit_done(request: Request) -> HttpResponse:
    """Visits made, the latest first."""
    rows = Visit.objects.known().visible_to(request.user).select_related("household__head").prefetch_related("photos")
    page = keyset.page(request, rows, orders=DONE, default="latest")
    name_villages(page.rows)
    context = {"page": page}
    return render(request, f"households/visit/{'_done_rows' if request.htmx else 'done'}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("households.visit")
def visit_add(request: Request, pk: int) -> HttpResponse:
    rows = Household.objects.visible_to(request.user).select_related("head")
    household = get_object_or_404(rows, pk=pk)
    today = timezone.localdate()
    sent = request.method == "POST"
    form = VisitForm(request.POST if sent else None, request.FILES if sent else None, today=today)
    if form.is_bound and form.is_valid():
        try:
            services.record_visit(household=household, by=request.user, today=today, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, f"已登记走访 {household}")
            return redirect(address_of(household) if may(request.user, "households.view") else "households:visit_list")
    last = Visit.objects.known().filter(household=household).order_by("-on", "-id").first()
    village = village_names([household]).get(household.village_code, "")
    context = {"form": form, "household": household, "last": last, "village": village}
    return render(request, "households/visit/form.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs("households.visit")
def visit_withdraw(request: Request, pk: int) -> HttpResponse:
    visit = get_object_or_404(Visit.objects.known().visible_to(request.user), pk=pk)
    services.withdraw_visit(visit=visit, by=request.user)
    notices.done(request, "已撤回这次走访")
    return redirect("households:visit_done")


@require_safe
@needs("households.visit", "households.view")
def visit_photo(request: Request, pk: int) -> HttpResponse:
    photo = get_object_or_404(VisitPhoto.objects.visible_to(request.user), pk=pk)
    answer = HttpResponse(files.read(photo.path), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=3600"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
