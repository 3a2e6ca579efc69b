"""身份疑点: pairs that may be one person, waiting for somebody to say so."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from households.queries.listing import name_villages
from monitoring.forms.alert_act import CLOSE
from monitoring.models import IdentityDoubt
from monitoring.services.alert_identity import decide_doubt, reopen_doubt
from paibou.lib import keyset, notices
from paibou.lib.refused import Refused

ORDERS = {"latest": ("-id",), "village": ("village_code", "-id")}


@require_safe
@needs("monitoring.view")
@vary_on_headers("HX-Request")
def doubt_list(request: Request) -> HttpResponse:
    decided = request.GET.get("view") == "decided"
    rows = IdentityDoubt.objects.visible_to(request.user).select_related("alert", "person", "other", "decided_by")
    rows = rows.exclude(verdict="") if decided else rows.filter(verdict="")
    page = keyset.page(request, rows, orders=ORDERS, default="latest")
    name_villages(page.rows)
    context = {"page": page, "decided": decided}
    return render(request, f"monitoring/doubt/{'_rows' if request.htmx else 'list'}.html", context)


@require_POST
@needs(CLOSE)
def doubt_decide(request: Request, pk: int, verdict: str) -> HttpResponse:
    doubt = get_object_or_404(IdentityDoubt.objects.visible_to(request.user), pk=pk)
    try:
        decide_doubt(doubt=doubt, verdict=verdict, on=timezone.localdate(), by=request.user)
    except Refused as no:
        notices.refused(request, str(no))
    else:
        words = doubt.get_verdict_display()
        notices.done(request, words, doubt.alert.name, undo=reverse("monitoring:doubt_reopen", args=[pk]))
    return redirect("monitoring:doubt_list")


@require_POST
@needs(CLOSE)
def doubt_reopen(request: Request, pk: int) -> HttpResponse:
    doubt = get_object_or_404(IdentityDoubt.objects.visible_to(request.user), pk=pk)
    try:
        reopen_doubt(doubt=doubt)
    except Refused as no:
        notices.refused(request, str(no), head="没有撤销")
    else:
        notices.done(request, "已撤销", f"{doubt.alert.name}重新待认")
    return redirect("monitoring:doubt_list")
