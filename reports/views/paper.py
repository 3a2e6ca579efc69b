"""What leaves the house: the Word document, and the annex with the rows of each figure."""

from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import Request, needs
from accounts.models import AccessLog
from accounts.roles import may
from accounts.services.access import log_access
from paibou.lib.refused import Refused
from reports import annex, paper
from reports.forms.report import AnnexForm
from reports.models import Report, ReportLine
from reports.queries.report import terms_of
from reports.queries.sight import Sight, line_of, line_tag
from reports.views.line import line_or_404
from reports.views.report import report_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@needs("reports.view")
def report_word(request: Request, pk: int) -> HttpResponse:
    """The paper with the numbers of the report as it was built."""
    report = report_of(request, pk)
    if report.state == Report.State.BUILDING:
        raise Refused("总结还没算好，算好再下载")
    sight = Sight(report)
    said = {line_tag(line): paper.said(line.value, line.unit) for line in sight.lines}
    data = paper.document(report.kind, sight.place, terms_of(report), said)
    return download(data, DOCX, f"{sight.place}{sight.title}{'' if report.is_final else '（草稿）'}.docx")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("exchange.export")
def report_annex(request: Request, pk: int) -> HttpResponse:
    report = report_of(request, pk)
    return annex_page(request, report, list(report.lines.all()))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("exchange.export")
def line_annex(request: Request, pk: int) -> HttpResponse:
    line = line_or_404(request, pk)
    return annex_page(request, line.report, [line])


def annex_page(request: Request, report: Report, lines: list[ReportLine]) -> HttpResponse:
    """Masked at once; whole for those who may, with a reason. Both are written in the log."""
    form = AnnexForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"].strip()
        if reason and not may(request.user, "exchange.export_full"):
            raise PermissionDenied
        return _annex(request, report, lines, reason)
    context = {"report": report, "lines": lines, "form": form, "sight": Sight(report)}
    template = "reports/report/_annex.html" if request.htmx else "reports/report/annex.html"
    return render(request, template, context)


def _annex(request: Request, report: Report, lines: list[ReportLine], reason: str) -> HttpResponse:
    if report.state == Report.State.BUILDING:
        raise Refused("总结还没算好，算好再导出")
    sight, terms = Sight(report), terms_of(report)
    built = [(line, line_of(line, report.kind)) for line in lines]
    sheets = [annex.Sheet(line.label, line.unit, line.value, each.asked(terms)) for line, each in built if each]
    head = f"{sight.place}{sight.title}附表"
    data = annex.workbook(sheets, terms.prefix, full=bool(reason), head=head)
    log_access(
        user=request.user,
        kind=AccessLog.Kind.EXPORT,
        what=head,
        village_code=report.village_code,
        noun="report",
        keys=[report.pk],
        rows=int(sum(line.value for line in lines)),
        reason=reason,
    )
    return download(data, XLSX, f"{head}{'' if len(lines) > 1 else f'（{lines[0].label}）'}.xlsx")


def download(data: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer
