"""Full view of masked values, and the log of who saw what."""

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import Request, needs
from accounts.forms.access import AccessFilter, ReasonForm
from accounts.models import AccessLog
from accounts.services import access as services
from accounts.templatetags.access import SALT
from paibou.lib import keyset
from paibou.lib.refused import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts.full_view")
def full_view(request: Request) -> HttpResponse:
    """Ask for the reason once; then the page it came from shows whole numbers for some hours."""
    asked = request.POST if request.method == "POST" else request.GET
    try:
        task, what, village_code, rows = signing.loads(asked.get("task", ""), salt=SALT)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    back = asked.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.open_full_view(
                user=request.user, task=task, what=what, village_code=village_code, rows=rows, **form.cleaned_data
            )
        except Refused as no:
            form.add_error("reason", str(no))
        else:
            return _onward(request, back)
    context = {"form": form, "what": what, "task": asked["task"], "next": back}
    template = "accounts/access/_full_view.html" if request.htmx else "accounts/access/full_view.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _onward(request: Request, back: str) -> HttpResponse:
    if not request.htmx:
        return redirect(back)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = back
    return answer


@require_safe
@needs("accounts.view_access_log")
def access_log(request: Request) -> HttpResponse:
    """Who saw or took what, newest first. Nothing here changes or deletes a row."""
    form = AccessFilter(request.GET)
    rows = form.rows(AccessLog.objects.visible_to(request.user).select_related("user"))
    page = keyset.page(request, rows, orders={"at": ("-at", "-id")}, default="at")
    template = "accounts/access/_rows.html" if request.htmx else "accounts/access/list.html"
    return render(request, template, {"page": page, "form": form})
