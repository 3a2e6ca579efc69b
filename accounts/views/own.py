"""One's own things."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import Request, before_first_password, needs
from accounts.forms.door import OwnPasswordForm
from accounts.forms.user import LookForm
from accounts.services import user as services
from paibou.lib import notices


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts.own_settings")
def own_settings(request: Request) -> HttpResponse:
    """Light or dark, how large; the way to another password."""
    user = request.user
    form = LookForm(request.POST or None, initial={"theme": user.theme, "size": user.size})
    if form.is_bound and form.is_valid():
        services.change_look(user=user, **form.cleaned_data)
        notices.done(request, "已改好")
        return redirect("accounts:own_settings")
    return render(request, "accounts/own/settings.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@before_first_password
@needs("accounts.own_settings")
def own_password(request: Request) -> HttpResponse:
    """Choose one's own password; whoever has a first one sees nothing else before."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if form.is_bound and form.is_valid():
        services.choose_password(user=request.user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        notices.done(request, "密码已改", "下次用新密码登录。")
        return redirect("/")
    return render(request, "accounts/own/password.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@needs("accounts.own_settings")
def more(request: Request) -> HttpResponse:
    """All one may open, as a list for the phone."""
    return render(request, "accounts/own/more.html")
