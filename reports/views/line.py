"""One number of a summary: where it comes from, and the rows behind it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from accounts.services.access import is_open
from reports.models import Report, ReportLine
from reports.queries.report import terms_of
from reports.queries.sight import line_of
from reports.views.report import report_page
from reports.views.rows import rows_page


def line_or_404(request: Request, pk: int) -> ReportLine:
    lines = ReportLine.objects.visible_to(request.user).select_related(
        "report__job", "report__by", "report__finalised_by"
    )
    return get_object_or_404(lines, pk=pk)


@require_safe
@needs("reports.view")
@vary_on_headers("HX-Request")
def line_detail(request: Request, pk: int) -> HttpResponse:
    line = line_or_404(request, pk)
    return report_page(request, line.report, line)


@require_safe
@needs("reports.view")
@vary_on_headers("HX-Request")
def line_rows(request: Request, pk: int) -> HttpResponse:
    """The list behind a number, by the report's window and instant: as many rows as the number says."""
    line = line_or_404(request, pk)
    terms, asked = terms_of(line.report), line_of(line, line.report.kind)
    if asked is None or line.report.state == Report.State.BUILDING:
        return render(request, "reports/line/gone.html", {"line": line}, status=409)
    task = f"line:{line.pk}"
    context = {"line": line, "task": task, "today": timezone.localdate()}
    full = is_open(user=request.user, task=task)
    return rows_page(request, asked.asked(terms), [terms.prefix], "reports/line", context, full=full)
