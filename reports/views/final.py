"""From draft to final: reasons for what does not agree, the frozen report, and what changed since."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import Request, needs
from accounts.models import Division
from monitoring.models import Step
from paibou.lib import notices
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day
from reports.forms.report import ConfirmForm
from reports.queries.changes import changes_since, moved_meanwhile
from reports.queries.dates import straddling
from reports.queries.report import equations_of, terms_of
from reports.queries.sight import Sight
from reports.services import report as services
from reports.views.report import report_of
from reports.views.shown import shown_changes


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reports.finalise")
def report_finalise(request: Request, pk: int) -> HttpResponse:
    """Asked once more, with what would differ today; then frozen."""
    report = report_of(request, pk)
    sentence = ""
    if request.method == "POST":
        try:
            services.finalise_report(report=report, by=request.user)
        except Refused as no:
            sentence = str(no)
        else:
            notices.done(request, "已定稿", f"{len(report.lines.all())} 个数从此不变")
            return redirect("reports:report_detail", pk=report.pk)
    context = {"report": report, "sight": Sight(report), "sentence": sentence}
    context["moved"] = moved_meanwhile(report, timezone.now()) if report.state == "draft" else 0
    template = "reports/report/_finalise.html" if request.htmx else "reports/report/finalise.html"
    return render(request, template, context, status=422 if sentence else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reports.make")
def report_confirm(request: Request, pk: int) -> HttpResponse:
    """The reason for which numbers that do not agree are reported all the same."""
    report = report_of(request, pk)
    form = ConfirmForm(request.POST or None, initial={"key": request.GET.get("key", "")})
    if form.is_bound and form.is_valid():
        try:
            services.confirm_equation(report=report, by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error("reason", str(no))
        else:
            notices.done(request, "已写明原因", "这一条照报")
            return redirect("reports:report_detail", pk=report.pk)
    key = form["key"].value()
    equation = next((each for each in equations_of(report) if each.key == key), None)
    context = {"report": report, "form": form, "equation": equation}
    template = "reports/report/_confirm.html" if request.htmx else "reports/report/confirm.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_safe
@needs("reports.view")
def report_changes(request: Request, pk: int) -> HttpResponse:
    """What today's knowledge would change in the report."""
    report = report_of(request, pk)
    changes = changes_since(report, timezone.now()) if report.state != "building" else []
    context = {"report": report, "sight": Sight(report), "changes": shown_changes(changes, report)}
    return render(request, "reports/report/changes.html", context)


@require_safe
@needs("reports.view")
def report_dates(request: Request, pk: int) -> HttpResponse:
    """Cases that fall into different periods by the day of approval, announcement and the system."""
    report = report_of(request, pk)
    rows = straddling(terms_of(report))
    codes = {row.case.village_code for row in rows}
    villages = dict(Division.objects.filter(padded_code__in=codes).order_by("level").values_list("padded_code", "name"))
    days = [(Step(step).label, step) for step in ("approved", "announced", "entered")]
    shown = [{"case": row.case, "village": villages.get(row.case.village_code, ""), "days": _days(row)} for row in rows]
    context = {"report": report, "sight": Sight(report), "rows": shown, "heads": [label for label, _ in days]}
    context["counted_by"] = Step(report.counted_by).label
    return render(request, "reports/report/dates.html", context)


def _days(row: object) -> list[tuple[str, bool]]:
    return [(full_day(day), row.inside[step]) for step, day in row.days.items()]  # type: ignore[attr-defined]
