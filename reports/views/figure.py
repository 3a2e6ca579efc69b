"""Every figure that is declared: what it counts, its value where the user is, and the rows behind it."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from accounts.services.access import is_open
from paibou.lib.figures import STOCK, Figure, Kind, Window, figures
from reports import engine
from reports.engine import Asked
from reports.forms.report import WindowForm
from reports.lines import Terms
from reports.views.rows import rows_page


def asked_of(request: Request, figure: Figure, form: WindowForm, today: date) -> Asked:
    """The figure on a day, or from the year's first day to a day; typed days win."""
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    end = chosen.get("end") or today
    start = chosen.get("start") or date(end.year, 1, 1)
    prefix = next(iter(request.user.prefixes), "")
    terms = Terms.today(prefix=prefix, start=start, end=end, known_at=timezone.now())
    kind, since = (Kind.AS_OF, None) if figure.nature == STOCK else (Kind.PERIOD, start)
    return Asked(figure, Window.until(end, terms.known_at, since=since, kind=kind, counted_by=terms.counted_by))


@require_safe
@needs("reports.view")
def figure_list(request: Request) -> HttpResponse:
    """All declared figures with their values of today, or of this year so far."""
    today = timezone.localdate()
    form = WindowForm({}, today=today)
    asked = [asked_of(request, figure, form, today) for figure in figures]
    values = engine.values(asked, request.user.prefixes)
    rows = [{"figure": each.figure, "value": value} for each, value in zip(asked, values, strict=True)]
    return render(request, "reports/figure/list.html", {"rows": rows, "today": today})


@require_safe
@needs("reports.view")
@vary_on_headers("HX-Request")
def figure_detail(request: Request, slug: str) -> HttpResponse:
    """One figure through days of one's own, with the rows behind it."""
    if slug not in figures:
        raise Http404
    figure, today = figures[slug], timezone.localdate()
    form = WindowForm(request.GET or None, today=today)
    asked = asked_of(request, figure, form, today)
    value = engine.value(asked, request.user.prefixes)
    task = f"figure:{slug}"
    context = {"form": form, "value": value, "task": task, "is_stock": figure.nature == STOCK, "today": today}
    full = is_open(user=request.user, task=task)
    return rows_page(request, asked, request.user.prefixes, "reports/figure", context, full=full)
