"""预警: the inbox, what came by source, an alert's page, one typed by hand, the list taken out."""

from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from accounts.models import AccessLog
from accounts.roles import may
from accounts.services.access import is_open, log_access
from households.forms.export import ExportForm
from monitoring.forms.alert import AlertFilter, AlertForm
from monitoring.forms.alert_act import CLOSE, HAND_OUT, RETURN
from monitoring.models import Alert
from monitoring.models.alert import AlertQuerySet
from monitoring.queries.alert_list import VIEWS, batches_of, view_counts
from monitoring.queries.alert_page import name_rows, page_of
from monitoring.resources.alert import alert_rows
from monitoring.services.alert import receive_alert
from paibou.lib import keyset, notices
from paibou.lib.division import pad
from paibou.lib.refused import Refused
from paibou.lib.wording import day
from paibou.lib.workbook.writer import XLSX, written

FORM = ["GET", "HEAD", "POST"]
QUEUE, RECEIVED = "due", "received"
ORDERS = {
    QUEUE: ("queue_on", "-received_on", "-id"),
    RECEIVED: ("-received_on", "-id"),
    "village": ("village_code", "queue_on", "-id"),
}
MOST_BATCHES = 60
LATEST_FIRST = ("all", "back", "closed")
CHECK = "monitoring.check_alert"


def seen_alerts(request: Request) -> AlertQuerySet:
    return Alert.objects.known().visible_to(request.user)


@require_safe
@needs("monitoring.view")
@vary_on_headers("HX-Request")
def alert_list(request: Request) -> HttpResponse:
    today = timezone.localdate()
    form = AlertFilter(request.GET, user=request.user, today=today)
    default = RECEIVED if form.view_name in LATEST_FIRST else QUEUE
    page = keyset.page(request, form.rows().for_list(), orders=ORDERS, default=default)
    name_rows(page.rows, today)
    counts = view_counts(form.base(), today)
    context = {
        "page": page,
        "form": form,
        "views": [(name, label, counts[name], keyset.view_url(request, name)) for name, label in _views(request)],
        "counts": counts,
        "people": counts["numbers"] + counts["unnumbered"],
        "today": today,
        "query": request.GET.urlencode(),
        "batch": _batch_name(request, form),
        "may_pick": form.view_name != "closed" and may(request.user, HAND_OUT, CLOSE),
    }
    return render(request, f"monitoring/alert/{'_rows' if request.htmx else 'list'}.html", context)


def _views(request: Request) -> list[tuple[str, str]]:
    """Sending answers back is nobody's matter but the station's."""
    return [(name, label) for name, label in VIEWS.items() if name != "back" or may(request.user, RETURN)]


def _batch_name(request: Request, form: AlertFilter) -> str:
    if not form.asked.get("batch"):
        return ""
    rows = seen_alerts(request).filter(batch=form.asked["batch"])
    return rows.values_list("batch__upload__name", flat=True).first() or ""


@require_safe
@needs("monitoring.view")
def alert_batches(request: Request) -> HttpResponse:
    """By source and batch: what came when, how much of it is still to do."""
    rows = batches_of(request.user)[:MOST_BATCHES]
    labels = dict(Alert.Source.choices)
    context = {"rows": [row | {"label": labels[row["source"]]} for row in rows]}
    return render(request, "monitoring/alert/batches.html", context)


@require_safe
@needs("monitoring.view", CHECK)
def alert_detail(request: Request, pk: int) -> HttpResponse:
    related = ("person", "household__head", "previous__answer", "answer__by", "batch__upload")
    alert = get_object_or_404(seen_alerts(request).select_related(*related), pk=pk)
    context = page_of(alert, request.user, timezone.localdate())
    context["task"] = f"alert:{alert.pk}"
    context["full"] = is_open(user=request.user, task=context["task"])
    event = context["last_event"]
    context["may_undo"] = bool(event and (event.by_id == request.user.pk or may(request.user, CLOSE)))
    return render(request, "monitoring/alert/detail.html", context)


@require_http_methods(FORM)
@needs("monitoring.report_alert")
def alert_create(request: Request) -> HttpResponse:
    """One alert that somebody reports, typed by hand."""
    sent = request.POST if request.method == "POST" else None
    today = timezone.localdate()
    form = AlertForm(sent, user=request.user, today=today)
    if form.is_bound and form.is_valid():
        try:
            alert = receive_alert(by=request.user, today=today, **form.report())
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, f"已登记 {alert.name}", f"{day(alert.due_on, alert.received_on)}前受理")
            return redirect("monitoring:alert_detail", alert.pk)
    return render(request, "monitoring/alert/create.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(FORM)
@needs("exchange.export")
def alert_export(request: Request) -> HttpResponse:
    """The alerts that the list shows under the same filter."""
    today = timezone.localdate()
    asked = AlertFilter(request.GET, user=request.user, today=today)
    rows = asked.rows()
    count = rows.count()
    sent = request.POST if request.method == "POST" else None
    form = ExportForm(sent, may_full=may(request.user, "exchange.export_full"))
    if not (form.is_bound and form.is_valid()):
        back = f"{reverse('monitoring:alert_list')}?{request.GET.urlencode()}"
        context = {"form": form, "count": count, "said": asked.said(), "back": back}
        return render(request, "monitoring/alert/export.html", context, status=422 if form.is_bound else 200)
    full = bool(form.cleaned_data.get("full"))
    data = written({"预警": alert_rows(rows, today, full=full)})
    log_access(
        user=request.user,
        kind=AccessLog.Kind.EXPORT,
        what=f"导出预警{'（完整号码）' if full else ''} {asked.said()}",
        village_code=pad(asked.asked.get("village") or (request.user.prefixes or [""])[0]),
        noun="alert",
        rows=count,
        reason=form.cleaned_data.get("reason", ""),
    )
    return download(data, f"预警_{today:%Y%m%d}_{count}条.xlsx")


def download(data: bytes, name: str, content_type: str = XLSX) -> HttpResponse:
    answer = HttpResponse(data, content_type=content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
