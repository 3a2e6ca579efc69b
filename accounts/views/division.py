"""区划: the tree one holds, names over time, mergers."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import Request, needs
from accounts.forms.division import DivisionForm, RenameForm
from accounts.models import Division
from accounts.services import division as services
from paibou.lib import keyset, notices
from paibou.lib.refused import Refused


def _division(request: Request, pk: int) -> Division:
    return get_object_or_404(Division.objects.visible_to(request.user).select_related("parent", "successor"), pk=pk)


@require_safe
@needs("accounts.manage_divisions")
def division_list(request: Request) -> HttpResponse:
    rows = Division.objects.visible_to(request.user).select_related("successor")
    page = keyset.page(request, rows, orders={"code": ("padded_code", "level", "id")}, default="code", size=100)
    template = "accounts/division/_rows.html" if request.htmx else "accounts/division/list.html"
    return render(request, template, {"page": page})


@require_safe
@needs("accounts.manage_divisions")
def division_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _division(request, pk))


def _detail(request: Request, division: Division, form: RenameForm | None = None) -> HttpResponse:
    context = {
        "division": division,
        "names": division.names.known().order_by("valid_from", "id"),
        "children": division.children.order_by("code"),
        "form": form or RenameForm(initial={"on": timezone.localdate()}),
    }
    return render(request, "accounts/division/detail.html", context, status=422 if form else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts.manage_divisions")
def division_create(request: Request) -> HttpResponse:
    form = DivisionForm(request.user, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            division = services.open_division(**form.cleaned_data)
        except Refused as no:
            form.add_error("code", str(no))
        else:
            notices.done(request, "已登记", division.name)
            return redirect("accounts:division_detail", pk=division.pk)
    return render(request, "accounts/division/create.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["POST"])
@needs("accounts.manage_divisions")
def division_rename(request: Request, pk: int) -> HttpResponse:
    division = _division(request, pk)
    form = RenameForm(request.POST)
    if form.is_valid():
        try:
            services.rename_division(division=division, **form.cleaned_data)
        except Refused as no:
            form.add_error("name", str(no))
        else:
            notices.done(request, "已改名", f"现在叫{division.name}，旧名称仍能认出")
            return redirect("accounts:division_detail", pk=pk)
    return _detail(request, division, form)
