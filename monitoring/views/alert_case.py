"""From an alert to a registered person, and to a case."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import Request, needs
from households.models import Person
from monitoring.forms.alert_act import CLOSE
from monitoring.forms.case import CaseOpenForm
from monitoring.queries.alert_page import without_household
from monitoring.queries.limits import limits_of
from monitoring.services.alert_case import channel_of, take_up
from monitoring.services.alert_identity import link_alert, register_person
from monitoring.services.alert_visit import visit_uid
from monitoring.views.alert import FORM, seen_alerts
from paibou.lib import notices
from paibou.lib.refused import Refused


@require_http_methods(FORM)
@needs("monitoring.change_case")
def alert_take_up(request: Request, pk: int) -> HttpResponse:
    """立案 on an alert that was proposed; who is not on file is registered first."""
    alert = get_object_or_404(seen_alerts(request).select_related("household__head", "answer"), pk=pk)
    household, today = alert.household, timezone.localdate()
    if household is None:
        notices.refused(request, without_household(alert))
        return redirect("monitoring:alert_detail", pk)
    visit = household.visits.known().filter(uid=visit_uid(alert.answer)).first() if alert.answer else None
    form = CaseOpenForm(
        request.POST if request.method == "POST" else None,
        household=household,
        limits=limits_of(alert.village_code, today),
        initial={"clue_on": alert.received_on, "channel": channel_of(alert.source), "visit": visit},
    )
    if form.is_bound and form.is_valid():
        try:
            case = take_up(alert=alert, household=household, on=today, by=request.user, **form.opening())
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, f"已立案 {case.household}")
            return redirect("monitoring:case_detail", case.pk)
    return render(
        request, "monitoring/alert/take_up.html", {"form": form, "alert": alert}, status=422 if form.is_bound else 200
    )


@require_POST
@needs(CLOSE)
def alert_link(request: Request, pk: int, person_pk: int) -> HttpResponse:
    """The alert is about this registered person."""
    alert = get_object_or_404(seen_alerts(request), pk=pk)
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=person_pk)
    try:
        act = link_alert(alert=alert, person=person, on=timezone.localdate(), by=request.user)
    except Refused as no:
        notices.refused(request, str(no))
    else:
        notices.done(request, f"已认定是{person.name}", undo=reverse("monitoring:alert_undo", args=[act]))
    return redirect("monitoring:alert_detail", pk)


@require_POST
@needs("households.change")
def alert_register(request: Request, pk: int) -> HttpResponse:
    """Open a household with the person of the alert as its head."""
    alert = get_object_or_404(seen_alerts(request), pk=pk)
    try:
        person = register_person(alert=alert, on=timezone.localdate(), by=request.user)
    except Refused as no:
        notices.refused(request, str(no))
    else:
        notices.done(request, f"已登记 {person.name}", "新开一户，他是户主；其他成员到农户页添")
    return redirect("monitoring:alert_detail", pk)
