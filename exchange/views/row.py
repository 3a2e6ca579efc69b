"""One row: put right in place, left out with a reason, or taken in after all."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from accounts.doors import Request, needs
from accounts.services.access import is_open
from exchange.forms.row import LeaveOutForm, MendForm
from exchange.models import Batch, StagedRow
from exchange.review import explain
from exchange.services.mending import leave_out, mend_row, take_back
from exchange.views.upload import RIGHTS
from paibou.lib import notices
from paibou.lib.importing import imports
from paibou.lib.refused import Refused


def seen_row(request: Request, pk: int) -> StagedRow:
    rows = StagedRow.objects.filter(batch__in=Batch.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("batch"), pk=pk)


@require_POST
@needs(*RIGHTS)
def row_mend(request: Request, pk: int) -> HttpResponse:
    """Put the sent cells into the row; what is still wrong is said in its place."""
    row = seen_row(request, pk)
    form = MendForm(request.POST, table=imports[row.batch.kind].by_slug[row.table])
    if not form.is_valid() or not form.cells():
        raise Refused("还没填改成什么")
    row = mend_row(row=row, cells=form.cells(), today=timezone.localdate())
    if row.verdict != StagedRow.Verdict.PROBLEM:
        notices.done(request, "改好 1 行", f"{row.sheet} 第 {row.row} 行：{row.get_verdict_display()}。")
        return redirect("exchange:batch_detail", pk=row.batch_id)
    if not request.htmx:
        notices.refused(request, "；".join(row.sentences), head="还有问题")
        return redirect("exchange:batch_detail", pk=row.batch_id)
    explain([row], row.batch, full=is_open(user=request.user, task=f"batch:{row.batch_id}"))
    answer = render(request, "exchange/batch/_problem.html", {"row": row, "may_change": True}, status=422)
    return reswap(retarget(answer, f"#row-{row.pk}"), "outerHTML")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*RIGHTS)
def row_leave_out(request: Request, pk: int) -> HttpResponse:
    row = seen_row(request, pk)
    form = LeaveOutForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            leave_out(row=row, reason=form.cleaned_data["reason"], today=timezone.localdate())
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, "不导入 1 行", f"{row.sheet} 第 {row.row} 行。")
            return redirect("exchange:batch_detail", pk=row.batch_id)
    status = 422 if form.is_bound else 200
    return render(request, "exchange/batch/leave_out.html", {"row": row, "form": form}, status=status)


@require_POST
@needs(*RIGHTS)
def row_take_back(request: Request, pk: int) -> HttpResponse:
    row = take_back(row=seen_row(request, pk), today=timezone.localdate())
    notices.done(request, "重新导入 1 行", f"{row.sheet} 第 {row.row} 行：{row.get_verdict_display()}。")
    return redirect("exchange:batch_detail", pk=row.batch_id)
