"""总结: asked for, seen with its numbers, built again."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from accounts.models import Division
from exchange.models import Job
from paibou.lib import keyset, notices
from paibou.lib.refused import Refused
from reports.forms.report import ReportForm
from reports.models import Report, ReportLine
from reports.queries.sight import Sight
from reports.services import report as services

ORDERS = {"end": ("-end", "-id"), "made": ("-made_at", "-id")}


def report_of(request: Request, pk: int) -> Report:
    return get_object_or_404(Report.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
@needs("reports.view")
@vary_on_headers("HX-Request")
def report_list(request: Request) -> HttpResponse:
    page = keyset.page(request, Report.objects.visible_to(request.user).for_list(), orders=ORDERS, default="end")
    codes = {report.village_code for report in page.rows}
    places = dict(Division.objects.filter(padded_code__in=codes).order_by("level").values_list("padded_code", "name"))
    template = "reports/report/_rows.html" if request.htmx else "reports/report/list.html"
    return render(request, template, {"page": page, "places": places})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reports.make")
def report_create(request: Request) -> HttpResponse:
    today: date = timezone.localdate()
    form = ReportForm(request.POST or None, user=request.user, today=today)
    if form.is_bound and form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("division", "start", "end")}
        try:
            report = services.ask_report(by=request.user, today=today, **asked)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            return redirect("reports:report_detail", pk=report.pk)
    return render(request, "reports/report/form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@needs("reports.view")
def report_detail(request: Request, pk: int) -> HttpResponse:
    return report_page(request, report_of(request, pk))


def report_page(request: Request, report: Report, chosen: ReportLine | None = None) -> HttpResponse:
    """The paper with its numbers; while a job is at it, how far that is."""
    if report.state == Report.State.BUILDING:
        return render(request, "reports/report/building.html", {"report": report, "sight": Sight(report)})
    part = "reports/report/_desk.html" if request.htmx else "reports/report/detail.html"
    return render(request, part, {"report": report, "sight": Sight(report, chosen)})


@require_safe
@needs("reports.view")
def report_progress(request: Request, pk: int) -> HttpResponse:
    """Asked by the page while the job runs: nothing new, or load the page again."""
    report = report_of(request, pk)
    at_work = report.state == Report.State.BUILDING and report.job and report.job.state in Job.State.unfinished()
    answer = HttpResponse(status=204)
    if not at_work:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@needs("reports.make")
def report_again(request: Request, pk: int) -> HttpResponse:
    """Build a draft anew, with what is known now."""
    report = report_of(request, pk)
    services.ask_again(report=report, by=request.user)
    notices.done(request, "正在重算", "算好后这一页自己会换上新的数")
    return redirect("reports:report_detail", pk=report.pk)
