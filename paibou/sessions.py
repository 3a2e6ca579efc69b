"""How long a login lasts: some hours without use, and a working day at most."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

TOUCH_SECONDS = 300


def limit_session(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """End a session of a working day; keep a used one alive, written at most every five minutes."""

    def middleware(request: HttpRequest) -> HttpResponse:
        session = request.session
        if "_auth_user_id" in session:
            now = int(timezone.now().timestamp())
            if now - session.setdefault("since", now) >= settings.PAIBOU_SESSION_LIMIT:
                session.flush()
            elif now - session.get("used", 0) > TOUCH_SECONDS:
                session["used"] = now
        return get_response(request)

    return middleware
