"""A batch looked over: what was recognised, what becomes of its rows, and the one writing."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from accounts.roles import may
from accounts.services.access import is_open
from exchange.forms.row import ColumnsForm
from exchange.forms.upload import FactsForm
from exchange.models import Batch, StagedRow
from exchange.review import columns_of, explain, lines_of, problems_of, sums_of, views_of
from exchange.services.applying import confirm_batch
from exchange.services.mending import correct_facts, name_columns
from exchange.services.returning import order_reasons
from exchange.services.upload import drop_batch
from exchange.views.upload import RIGHTS
from paibou.lib import keyset, notices
from paibou.lib.importing import imports
from paibou.lib.refused import Refused

FORM = ["GET", "HEAD", "POST"]
BY_PLACE = {"place": ("id",)}


def seen_batch(request: Request, pk: int) -> Batch:
    batches = Batch.objects.visible_to(request.user).select_related("upload", "user", "job", "mends__upload")
    return get_object_or_404(batches, pk=pk)


@require_safe
@needs("exchange.view")
@vary_on_headers("HX-Request")
def batch_list(request: Request) -> HttpResponse:
    rows = Batch.objects.visible_to(request.user).exclude(state=Batch.State.DROPPED)
    rows = rows.select_related("upload", "user", "job")
    page = keyset.page(request, rows, orders={"at": ("-at", "-id")}, default="at")
    for batch in page.rows:
        batch.label = imports[batch.kind].label
        batch.source_label = imports[batch.kind].sources.get(batch.source, "")
    return render(request, f"exchange/batch/{'_rows' if request.htmx else 'list'}.html", {"page": page})


@require_safe
@needs("exchange.view")
def batch_detail(request: Request, pk: int) -> HttpResponse:
    batch = seen_batch(request, pk)
    kind = imports[batch.kind]
    task = f"batch:{batch.pk}"
    chosen = request.GET.get("column", "").replace("\0", "")
    problems = problems_of(batch)
    if chosen:
        problems = problems.filter(first=chosen)  # type: ignore[misc]  # annotated
    page = keyset.page(request, problems, orders=BY_PLACE, default="place")
    full = is_open(user=request.user, task=task)
    explain(page.rows, batch, full=full)
    context = {
        "batch": batch, "kind": kind, "task": task, "full": full, "page": page, "chosen": chosen,
        "source": kind.sources.get(batch.source, ""), "sums": sums_of(batch), "views": views_of(batch, kind),
        "columns": columns_of(batch, kind), "waiting": batch.rows.waiting().count() if batch.rows_stand else 0,
        "mended": batch.rows.filter(mended=True).exclude(verdict=StagedRow.Verdict.PROBLEM).count(), "may_change": _may_change(request, batch),
    }  # fmt: skip
    return render(request, f"exchange/batch/{'_content' if request.htmx else 'detail'}.html", context)


def _may_change(request: Request, batch: Batch) -> bool:
    return batch.rows_stand and not batch.is_busy and may(request.user, imports[batch.kind].right)


@require_safe
@needs("exchange.view")
def batch_rows(request: Request, pk: int) -> HttpResponse:
    """The rows behind one number of the sum line."""
    batch = seen_batch(request, pk)
    labels = dict(StagedRow.Verdict.choices)
    asked = request.GET.get("verdict", "")
    verdict = asked if asked in labels else StagedRow.Verdict.NEW.value
    label = labels[verdict]
    page = keyset.page(request, batch.rows.of(verdict), orders=BY_PLACE, default="place")
    lines = lines_of(page.rows, batch)
    context = {"batch": batch, "label": label, "page": page, "lines": lines, "may_change": _may_change(request, batch)}
    return render(request, "exchange/batch/rows.html", context)


@require_POST
@needs(*RIGHTS)
def batch_write(request: Request, pk: int) -> HttpResponse:
    batch = seen_batch(request, pk)
    confirm_batch(batch=batch, by=request.user, seen=_seen(request))
    return redirect("exchange:batch_detail", pk=batch.pk)


@require_POST
@needs(*RIGHTS)
def batch_drop(request: Request, pk: int) -> HttpResponse:
    batch = seen_batch(request, pk)
    drop_batch(batch=batch)
    notices.done(request, "已放弃这一批", f"{batch.upload.name} 没有写入，文件还留着。")
    return redirect("exchange:batch_list")


@require_POST
@needs(*RIGHTS)
def batch_reasons(request: Request, pk: int) -> HttpResponse:
    job = order_reasons(batch=seen_batch(request, pk), by=request.user)
    return redirect("exchange:job_detail", pk=job.pk)


@require_http_methods(FORM)
@needs(*RIGHTS)
def batch_columns(request: Request, pk: int) -> HttpResponse:
    """What each heading means; corrections are remembered for the source, and the file is read again."""
    batch = seen_batch(request, pk)
    tables = columns_of(batch, imports[batch.kind])
    sent = request.POST if request.method == "POST" else None
    forms = [ColumnsForm(sent, headings=one["columns"], table=one["table"], prefix=one["table"].slug) for one in tables]
    if sent is not None and all(form.is_valid() for form in forms):
        told = {heading: column for form in forms for heading, column in form.changed().items()}
        try:
            name_columns(batch=batch, told=told, by=request.user, seen=_seen(request) or 0)
        except Refused as no:
            forms[0].add_error(None, str(no))
        else:
            return redirect("exchange:batch_detail", pk=batch.pk)
    context = {
        "batch": batch, "tables": list(zip(tables, forms, strict=True)), "decided": batch.rows.decided().count()
    }  # fmt: skip
    return render(request, "exchange/batch/columns.html", context, status=200 if sent is None else 422)


@require_http_methods(FORM)
@needs(*RIGHTS)
def batch_facts(request: Request, pk: int) -> HttpResponse:
    """Source and day, before anything is written."""
    batch = seen_batch(request, pk)
    kind, today = imports[batch.kind], timezone.localdate()
    sent = request.POST if request.method == "POST" else None
    initial = {"source": batch.source, "received_on": batch.received_on}
    form = FactsForm(sent, kind=kind, today=today, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            correct_facts(batch=batch, today=today, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            return redirect("exchange:batch_detail", pk=batch.pk)
    context = {"batch": batch, "form": form}
    return render(request, "exchange/batch/facts.html", context, status=422 if form.is_bound else 200)


def _seen(request: Request) -> int | None:
    """How many rows the page showed when its button was pressed."""
    seen = request.POST.get("seen", "")[:9]
    return int(seen) if seen.isdecimal() else None
