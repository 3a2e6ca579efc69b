"""In and out."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import before_first_password, needs, open_to_all
from accounts.forms.door import LoginForm
from accounts.models import AccessLog
from accounts.services.access import log_access
from accounts.templatetags.frame import session_seconds

HOME = "/"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
@open_to_all
def login_page(request: HttpRequest) -> HttpResponse:
    """Log in and go on to where one was."""
    onward = _onward(request)
    if request.user.is_authenticated:
        return redirect(onward)
    form = LoginForm(request, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.user:
        user = form.user
        login(request, user)
        log_access(user=user, kind=AccessLog.Kind.LOGIN, what="登录", village_code=user.village_code)
        return redirect("accounts:own_password" if user.must_change_password else onward)
    return _login_form(request, form, status=422 if form.is_bound else 200)


def _login_form(request: HttpRequest, form: LoginForm, status: int, locked: str = "") -> HttpResponse:
    context = {"form": form, "next": _onward(request), "locked": locked}
    return render(request, "accounts/door/login.html", context, status=status)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict | None) -> HttpResponse:
    """What axes shows while an account is locked: until when, and who can help sooner."""
    username = (credentials or {}).get("username") or request.POST.get("username", "")
    last = AccessAttempt.objects.filter(username=username).aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    until = timezone.localtime(last + timedelta(hours=settings.AXES_COOLOFF_TIME))
    sentence = (
        f"密码连错 {settings.AXES_FAILURE_LIMIT} 次，这个账号锁到 {until:%H:%M}，到时再试。急用，请工作站重置密码。"
    )
    return _login_form(request, LoginForm(request), status=429, locked=sentence)


def _onward(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or HOME
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else HOME


@require_POST
@open_to_all
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:login")


@require_safe
@never_cache
@open_to_all
def session_left(request: HttpRequest) -> HttpResponse:
    """Seconds until the login ends; asking does not lengthen it."""
    if not request.user.is_authenticated:
        return JsonResponse({"left": 0})
    stored = SessionStore(request.session.session_key).load()
    request.session.modified = False
    return JsonResponse({"left": session_seconds(stored)})


@require_POST
@before_first_password
@needs("accounts.own_settings")
def session_stay(request: HttpRequest) -> HttpResponse:
    """Go on working."""
    request.session["used"] = int(timezone.now().timestamp())
    return JsonResponse({"left": session_seconds(request.session)})
