"""The doors of the house: each view says which right opens it, or that it is open to all."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from accounts.roles import ALL_RIGHTS, may
from paibou.lib import notices
from paibou.lib.refused import Refused

View = Callable[..., HttpResponse]


class Request(HttpRequest):
    """What a view that `needs` a right is given: somebody is logged in, and htmx has been looked for."""

    user: User
    htmx: HtmxDetails


def needs(*rights: str) -> Callable[[View], View]:
    """The view answers those whose role has one of the rights; to others it is the page of a right lacked (403)."""
    unknown = set(rights) - ALL_RIGHTS
    if unknown or not rights:
        raise ValueError(f"not in the table of roles: {sorted(unknown)}")

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request.user, *rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.needs = rights  # type: ignore[attr-defined]
        return guarded

    return wrap


def open_to_all(view: View) -> View:
    """A view that asks for no login."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    opened.needs = ()  # type: ignore[attr-defined]
    return login_not_required(opened)


def before_first_password(view: View) -> View:
    """A view that also answers someone who has still to choose his own password."""
    view.before_first_password = True  # type: ignore[attr-defined]
    return view


class LoginAndOwnPassword(LoginRequiredMiddleware):
    """Whoever is not logged in goes to the login page and comes back to where he was; then chooses his own password."""

    def process_view(self, request: Any, view_func: Any, view_args: Any, view_kwargs: Any) -> HttpResponseBase | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None or not request.user.is_authenticated or not request.user.must_change_password:
            return answer
        is_open = not getattr(view_func, "needs", ("",)) or getattr(view_func, "before_first_password", False)
        return None if is_open else redirect("accounts:own_password")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """No cache keeps a page with people's data."""
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no form took up is said in its own words."""
        return refused(request, str(error)) if isinstance(error, Refused) else None

    def handle_no_permission(self, request: Any, view_func: Any) -> Any:
        if request.htmx:
            page = request.htmx.current_url_abs_path or "/"
        else:
            page = request.get_full_path() if request.method == "GET" else _page_behind(request)
        login = redirect_to_login(page, reverse("accounts:login"))
        if not request.htmx:
            return login
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = login["Location"]
        return answer


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """A rule said no and no form is there to say so: 422 as a page, or as a notice where htmx asked for a part."""
    if getattr(request, "htmx", False):
        notices.refused(request, sentence)
        answer = render(request, "parts/_done_oob.html", status=422)
        answer["HX-Reswap"] = "none"
        return answer
    return render(request, "422.html", {"sentence": sentence, "back": _page_behind(request)}, status=422)


def _page_behind(request: HttpRequest) -> str:
    """The page of the form that was sent when the session was already over."""
    behind = urlsplit(request.headers.get("Referer", ""))
    same = behind.netloc in ("", request.get_host())
    return (behind.path or "/") + (f"?{behind.query}" if behind.query else "") if same else "/"
