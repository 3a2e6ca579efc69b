"""What is done to one alert or to many at once, taken back, printed for a village."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import Request, needs
from accounts.models import AccessLog
from accounts.roles import may
from accounts.services.access import log_access
from monitoring.forms.alert import AlertFilter
from monitoring.forms.alert_act import CLOSE, HAND_OUT, RETURN, VERBS, ActForm, Verb
from monitoring.models import Alert, AlertEvent, CheckResult
from monitoring.models.alert import AlertQuerySet
from monitoring.queries.alert_page import name_rows
from monitoring.services.alert_events import Act
from monitoring.services.alert_undo import undo
from monitoring.views.alert import CHECK, FORM, seen_alerts
from paibou.lib import notices
from paibou.lib.keys import keys
from paibou.lib.refused import Refused

MOST_PRINTED = 500


@require_http_methods(FORM)
@needs(HAND_OUT, CLOSE, RETURN)
def alert_act(request: Request, pk: int, name: str) -> HttpResponse:
    """One thing done to one alert: at once where nothing has to be said, else by its form."""
    verb = _verb(request, name)
    alert = get_object_or_404(seen_alerts(request), pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = ActForm(sent, verb=verb, user=request.user)
    if form.is_bound and form.is_valid():
        try:
            act = form.perform(verb=verb, alerts=Alert.objects.filter(pk=pk), on=timezone.localdate(), by=request.user)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            _say(request, verb, act, alert.name)
            return redirect("monitoring:alert_detail", pk)
    context = {"form": form, "alert": alert, "verb": verb, "name": name}
    return render(request, "monitoring/alert/act.html", context, status=422 if form.is_bound else 200)


def _verb(request: Request, name: str) -> Verb:
    if name not in VERBS:
        raise Http404
    if not may(request.user, VERBS[name].right):
        raise PermissionDenied
    return VERBS[name]


def _say(request: Request, verb: Verb, act: Act, who: str) -> None:
    left = f"；{act.passed_over} 条不能{verb.label}，没有动" if act.passed_over else ""
    notices.done(
        request, f"{verb.done} {act.count} 条", f"{who}{left}", undo=reverse("monitoring:alert_undo", args=[act.uid])
    )


@require_POST
@needs(HAND_OUT, CLOSE, RETURN)
def alert_bulk(request: Request) -> HttpResponse:
    """One thing done to the ticked alerts, or to all that the list shows."""
    verb = _verb(request, request.POST.get("do", ""))
    alerts = _picked(request)
    form = ActForm(request.POST, verb=verb, user=request.user)
    names = list(alerts.order_by("pk").values_list("name", flat=True)[:4])
    if not names:
        notices.refused(request, "一条也没选")
    elif not form.is_valid():
        notices.refused(request, str(next(iter(form.errors.values()))[0]))
    else:
        try:
            act = form.perform(verb=verb, alerts=alerts, on=timezone.localdate(), by=request.user)
        except Refused as no:
            notices.refused(request, str(no))
        else:
            _say(request, verb, act, "、".join(names[:3]) + (" 等" if len(names) > 3 else ""))
    return redirect(f"{reverse('monitoring:alert_list')}?{request.GET.urlencode()}")


def _picked(request: Request) -> AlertQuerySet:
    """The alerts chosen on the list, as keys: what is done to them changes what the filter finds."""
    if request.POST.get("all"):
        rows = AlertFilter(request.GET, user=request.user, today=timezone.localdate()).rows()
    else:
        rows = seen_alerts(request).filter(pk__in=keys(request.POST.getlist("pk")))
    return Alert.objects.filter(pk__in=list(rows.order_by().values_list("pk", flat=True)))


@require_POST
@needs(HAND_OUT)
def alert_print(request: Request) -> HttpResponse:
    """The ticked alerts as a sheet for a village to fill in by hand; masked, and logged as taken out."""
    today = timezone.localdate()
    alerts = list(_picked(request).for_list().order_by("village_code", "queue_on", "pk")[:MOST_PRINTED])
    if not alerts:
        notices.refused(request, "一条也没选")
        return redirect(f"{reverse('monitoring:alert_list')}?{request.GET.urlencode()}")
    name_rows(alerts, today)
    log_access(
        user=request.user,
        kind=AccessLog.Kind.EXPORT,
        what="打印预警核查表",
        village_code=alerts[0].village_code,
        noun="alert",
        keys=[alert.pk for alert in alerts],
        rows=len(alerts),
    )
    context = {"alerts": alerts, "today": today, "query": request.GET.urlencode(), "results": CheckResult.labels}
    return render(request, "monitoring/alert/print.html", context)


@require_POST
@needs(HAND_OUT, CLOSE, RETURN, CHECK)
def alert_undo(request: Request, act: UUID) -> HttpResponse:
    """Take back what oneself did; the station takes back what anybody did."""
    events = AlertEvent.objects.known().filter(act=act)
    if not may(request.user, CLOSE):
        events = events.filter(by=request.user)
    alerts = seen_alerts(request).filter(pk__in=events.values("alert"))
    if not alerts.exists():
        raise Http404
    back = request.POST.get("back", "")
    was_check = events.filter(kind=AlertEvent.Kind.CHECKED).exists()
    try:
        undone = undo(alerts=alerts, act=act)
    except Refused as no:
        notices.refused(request, str(no), head="没有撤销")
    else:
        left = f"；{undone.passed_over} 条已往下办，没有撤" if undone.passed_over else ""
        notices.done(request, f"已撤销 {undone.count} 条", left)
    if keys([back]):
        return redirect("monitoring:alert_detail", back)
    return redirect("monitoring:check_list" if was_check else "monitoring:alert_list")
