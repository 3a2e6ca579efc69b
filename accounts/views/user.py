"""账号: who may log in, as what, and where."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import Request, needs
from accounts.forms.user import EndForm, NewAccountForm, PersonForm, PlaceForm, UserFilter
from accounts.models import Grant, User
from accounts.queries import places_of
from accounts.services import user as services
from paibou.lib import keyset, notices
from paibou.lib.refused import Refused

ORDERS = {"username": ("username", "id"), "role": ("role", "username", "id")}


def _user(request: Request, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).people(), pk=pk)


@require_safe
@needs("accounts.manage_users", "accounts.reset_village_password")
def user_list(request: Request) -> HttpResponse:
    form = UserFilter(request.GET)
    rows = form.rows(User.objects.visible_to(request.user).people())
    page = keyset.page(request, rows, orders=ORDERS, default="username")
    places = places_of([user.pk for user in page.rows], day=timezone.localdate(), user=request.user)
    context = {"page": page, "form": form, "lines": [(user, places.get(user.pk, [])) for user in page.rows]}
    return render(request, "accounts/user/_rows.html" if request.htmx else "accounts/user/list.html", context)


@require_safe
@needs("accounts.manage_users", "accounts.reset_village_password")
def user_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _user(request, pk))


def _detail(request: Request, user: User, status: int = 200, **context: object) -> HttpResponse:
    today = timezone.localdate()
    context.setdefault("place_form", PlaceForm(request.user, initial={"valid_from": today}))
    context.setdefault("end_form", EndForm(initial={"on": today}))
    places = places_of([user.pk], day=None, user=request.user).get(user.pk, [])
    context |= {"account": user, "places": places, "today": today}
    return render(request, "accounts/user/detail.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts.manage_users")
def user_create(request: Request) -> HttpResponse:
    """A new account; its first password is shown on the answer, once."""
    form = NewAccountForm(request.user, request.POST or None, initial={"valid_from": timezone.localdate()})
    if form.is_bound and form.is_valid():
        try:
            made = services.create_account(by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            return render(request, "accounts/user/password.html", {"made": made, "head": "账号已建好"})
    return render(request, "accounts/user/create.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts.manage_users")
def user_change(request: Request, pk: int) -> HttpResponse:
    user = _user(request, pk)
    initial = {"name": user.name, "role": user.role, "post": user.post, "phone": user.phone}
    form = PersonForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            services.change_account(user=user, by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, "已更正", f"{user.name}的账号")
            return redirect("accounts:user_detail", pk=pk)
    context = {"form": form, "account": user}
    return render(request, "accounts/user/change.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts.manage_users", "accounts.reset_village_password")
def user_password(request: Request, pk: int) -> HttpResponse:
    """A new first password, shown once: loading its page again leads to the account."""
    if request.method != "POST":
        return redirect("accounts:user_detail", pk=_user(request, pk).pk)
    made = services.reset_password(user=_user(request, pk), by=request.user)
    return render(request, "accounts/user/password.html", {"made": made, "head": "密码已重置"})


@require_POST
@needs("accounts.manage_users")
def user_end(request: Request, pk: int) -> HttpResponse:
    user = services.end_account(user=_user(request, pk), on=timezone.localdate(), by=request.user)
    notices.done(request, "已停用", f"{user.name}的账号不能再登录")
    return redirect("accounts:user_detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts.manage_users")
def user_reopen(request: Request, pk: int) -> HttpResponse:
    """As after a new password: loading its page again leads to the account."""
    if request.method != "POST":
        return redirect("accounts:user_detail", pk=_user(request, pk).pk)
    made = services.reopen_account(user=_user(request, pk), by=request.user)
    return render(request, "accounts/user/password.html", {"made": made, "head": "账号已恢复，授权要重新给"})


@require_POST
@needs("accounts.manage_users")
def place_add(request: Request, pk: int) -> HttpResponse:
    user = _user(request, pk)
    form = PlaceForm(request.user, request.POST)
    if form.is_valid():
        try:
            services.add_places(user=user, by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, "已授权", user.name)
            return redirect("accounts:user_detail", pk=pk)
    return _detail(request, user, status=422, place_form=form)


@require_POST
@needs("accounts.manage_users")
def place_end(request: Request, pk: int) -> HttpResponse:
    people = User.objects.visible_to(request.user).people()
    grant = get_object_or_404(Grant.objects.filter(user__in=people).select_related("user"), pk=pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _detail(request, grant.user, status=422, end_form=form, ending=pk)
    services.end_grant(grant=grant, by=request.user, **form.cleaned_data)
    notices.done(request, "已收回", f"{grant.user.name}的授权")
    return redirect("accounts:user_detail", pk=grant.user_id)
