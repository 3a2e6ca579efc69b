"""设置: what differs between places and years."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import Request, needs
from accounts.forms.setting import ValueForm
from accounts.models import Setting
from accounts.options import current_values, options, values_on_file
from accounts.roles import may
from accounts.services import setting as services
from paibou.lib import notices
from paibou.lib.refused import Refused


@require_safe
@needs("accounts.view_settings")
def setting_list(request: Request) -> HttpResponse:
    """All settings by group, each with what holds today where the user is."""
    groups = current_values(user=request.user, day=timezone.localdate())
    return render(request, "accounts/setting/list.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts.view_settings")
def setting_detail(request: Request, name: str) -> HttpResponse:
    """One setting: the values on file by division and day; those who may set another."""
    if name not in options:
        raise Http404
    option = options[name]
    form = None
    if may(request.user, "accounts.manage_settings"):
        initial = {"valid_from": timezone.localdate(), "value": option.default}
        form = ValueForm(request.user, option, request.POST or None, initial=initial)
    elif request.method == "POST":
        raise PermissionDenied
    if form and form.is_bound and form.is_valid():
        try:
            services.set_value(name=name, by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, "已设好", option.label)
            return redirect("accounts:setting_detail", name=name)
    rows = values_on_file(option, user=request.user)
    context = {"option": option, "rows": rows, "form": form, "today": timezone.localdate()}
    return render(request, "accounts/setting/detail.html", context, status=422 if form and form.is_bound else 200)


@require_POST
@needs("accounts.manage_settings")
def value_drop(request: Request, pk: int) -> HttpResponse:
    setting = get_object_or_404(Setting.objects.visible_to(request.user), pk=pk)
    services.drop_value(setting=setting, today=timezone.localdate())
    notices.done(request, "已去掉", "还没生效的值")
    return redirect("accounts:setting_detail", name=setting.name)
