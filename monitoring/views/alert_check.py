"""核查: the list and the form for the phone of whoever goes to see the family."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import Request, needs
from accounts.roles import may
from exchange import files
from monitoring.forms.alert_act import CLOSE
from monitoring.forms.alert_check import CheckForm, CorrectForm, KeepForm
from monitoring.models import Alert, AlertCheck, AlertCheckPhoto
from monitoring.models.alert import AlertQuerySet
from monitoring.queries.alert_checking import checking, next_after, to_check
from monitoring.services.alert_check import check_alerts, correct_check, keep_last_answer
from monitoring.views.alert import CHECK, FORM, seen_alerts
from paibou.lib import notices
from paibou.lib.keys import keys
from paibou.lib.refused import Refused


@require_safe
@needs(CHECK)
def check_list(request: Request) -> HttpResponse:
    """Whom to see, the most urgent first."""
    today = timezone.localdate()
    people, count = to_check(request.user, today)
    return render(request, "monitoring/check/list.html", {"people": people, "count": count, "today": today})


@require_http_methods(FORM)
@needs(CHECK)
def check_form(request: Request, pk: int) -> HttpResponse:
    """One answer for all that waits on a person; then the next one."""
    alert = get_object_or_404(seen_alerts(request), pk=pk)
    today = timezone.localdate()
    sent = request.method == "POST"
    form = CheckForm(request.POST if sent else None, request.FILES if sent else None, today=today)
    if form.is_bound and form.is_valid():
        try:
            check = check_alerts(alerts=_waiting(request, alert), by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            return _onward(request, alert, check)
    context = checking(alert, request.user, today) | {
        "form": form,
        "keep": KeepForm(initial={"uid": form["uid"].value()}),
    }
    return render(request, "monitoring/check/form.html", context, status=422 if form.is_bound else 200)


def _waiting(request: Request, alert: Alert) -> AlertQuerySet:
    """What the form showed, where it says so; else all that waits on the person."""
    waiting = Alert.objects.of_the_same_person(alert).visible_to(request.user)
    shown = keys(request.POST.getlist("alerts"))
    return waiting.filter(pk__in=shown) if shown else waiting


def _onward(request: Request, alert: Alert, check: AlertCheck) -> HttpResponse:
    event = check.events.first()
    undo = reverse("monitoring:alert_undo", args=[event.act]) if event else ""
    notices.done(request, f"已提交 {alert.name}", check.get_result_display(), undo=undo)
    following = next_after(alert, request.user)
    return redirect("monitoring:check_form", following.pk) if following else redirect("monitoring:check_list")


@require_POST
@needs(CHECK)
def check_keep(request: Request, pk: int) -> HttpResponse:
    """The situation is as it was: the last answer again, in one tap."""
    alert = get_object_or_404(seen_alerts(request), pk=pk)
    form = KeepForm(request.POST)
    if not form.is_valid():
        return redirect("monitoring:check_form", pk)
    try:
        check = keep_last_answer(
            alerts=_waiting(request, alert), uid=form.cleaned_data["uid"], on=timezone.localdate(), by=request.user
        )
    except Refused as no:
        notices.refused(request, str(no))
        return redirect("monitoring:check_form", pk)
    return _onward(request, alert, check)


@require_http_methods(FORM)
@needs(CHECK)
def check_correct(request: Request, pk: int) -> HttpResponse:
    """Another answer for a wrong one, by who gave it or by the station."""
    checks = AlertCheck.objects.known().filter(alerts__in=seen_alerts(request)).distinct()
    if not may(request.user, CLOSE):
        checks = checks.filter(by=request.user)
    check = get_object_or_404(checks, pk=pk)
    today, sent = timezone.localdate(), request.method == "POST"
    initial = {name: getattr(check, name) for name in ("method", "result", "help", "note", "on", "checker")}
    form = CorrectForm(request.POST if sent else None, request.FILES if sent else None, today=today, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            new = correct_check(check=check, by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, "已更正核查结果")
            return redirect("monitoring:alert_detail", new.alerts.values_list("pk", flat=True)[0])
    alert = check.alerts.first()
    return render(
        request,
        "monitoring/check/correct.html",
        {"form": form, "check": check, "alert": alert},
        status=422 if form.is_bound else 200,
    )


@require_safe
@needs("monitoring.view", CHECK)
def check_photo(request: Request, pk: int) -> HttpResponse:
    seen = AlertCheckPhoto.objects.filter(check_made__events__alert__in=seen_alerts(request)).distinct()
    photo = get_object_or_404(seen, pk=pk)
    answer = HttpResponse(files.read(photo.path), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=3600"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
