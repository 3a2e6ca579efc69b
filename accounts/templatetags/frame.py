"""The frame round every page: the rail with what waits, the house's name, how long the login lasts."""

from dataclasses import dataclass, field
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Count, QuerySet, Subquery, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Division, User
from accounts.roles import may as has_right
from paibou.lib.declarations import NavEntry, nav

register = template.Library()
GROUPS = ("", "监测帮扶", "惠民与项目", "报送", "管理")
BOTTOM = ("workbench", "alerts", "visits", "households")
INSTEAD = {"alerts": "checks"}
NATION = "全国"
STATION = "乡村振兴工作站"
TOWNSHIP = 9  # digits


@dataclass
class Word:
    """One entry of the rail as this user sees it."""

    entry: NavEntry
    url: str
    waiting: int = 0
    late: int = 0
    current: bool = False


@dataclass
class Frame:
    house: str
    small: str
    session_seconds: int
    words: list[Word] = field(default_factory=list)

    @property
    def seal(self) -> str:
        return self.house[:1]

    @property
    def groups(self) -> list[tuple[str, list[Word]]]:
        parted = [(head, [word for word in self.words if word.entry.group == head]) for head in GROUPS]
        return [(head, words) for head, words in parted if words]

    @property
    def bottom(self) -> list[Word]:
        """Whoever has no inbox of alerts has his own list of checks there."""
        by_slug = {word.entry.slug: word for word in self.words}
        slugs = (slug if slug in by_slug else INSTEAD.get(slug) for slug in BOTTOM)
        return [by_slug[slug] for slug in slugs if slug in by_slug]


@register.simple_tag(takes_context=True)
def frame(context: dict[str, Any]) -> Frame | None:
    """None for somebody who is not logged in. One statement counts what waits and names the house."""
    request: HttpRequest | None = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return None
    if not hasattr(request, "_frame"):
        request._frame = _frame(request, user)  # type: ignore[attr-defined]
    return request._frame  # type: ignore[attr-defined]


@register.filter
def may(user: User, right: str) -> bool:
    return has_right(user, right)


def _frame(request: HttpRequest, user: User) -> Frame:
    words = [Word(entry, reverse(entry.url_name)) for entry in nav if has_right(user, entry.right)]
    house = _count(user, words)
    inside = [word for word in words if request.path.startswith(word.url)]
    here = max(inside, key=lambda word: len(word.url), default=None)
    if here and (here.url != "/" or request.path == "/"):
        here.current = True
    return Frame(*house, session_seconds=session_seconds(request.session), words=words)


def _count(user: User, words: list[Word]) -> tuple[str, str]:
    today = timezone.localdate()
    columns: dict[str, Any] = {"house": _house_name(user)}
    for number, word in enumerate(words):
        for kind in ("waiting", "late"):
            rows = getattr(word.entry, kind)
            if rows is not None:
                columns[f"{kind}_{number}"] = _how_many(rows(user, today))
    found: dict[str, Any] = User.objects.filter(pk=user.pk).values(**columns).get()  # type: ignore[assignment]
    for number, word in enumerate(words):
        word.waiting = found.get(f"waiting_{number}") or 0
        word.late = found.get(f"late_{number}") or 0
    name = found["house"] or (NATION if "" in user.prefixes else STATION[:4])
    return name, STATION if len(_house_code(user)) == TOWNSHIP else STATION[:4]


def _house_name(user: User) -> Any:
    code = _house_code(user)
    return Subquery(Division.objects.filter(code=code).values("name")[:1]) if code else Value("")


def _house_code(user: User) -> str:
    """The township of a village's people and of a helper, else the division they hold."""
    return (user.prefixes[0] if user.prefixes else user.village_code)[:TOWNSHIP]


def _how_many(rows: QuerySet) -> Subquery:
    counted = rows.order_by().annotate(_all=Value(1)).values("_all").annotate(_n=Count("pk")).values("_n")
    return Subquery(counted)


def session_seconds(session: Any) -> int:
    """Seconds until the login ends: by idleness, or at the end of a working day."""
    now = int(timezone.now().timestamp())
    idle = settings.SESSION_COOKIE_AGE - (now - session.get("used", now))
    return max(0, min(idle, settings.PAIBOU_SESSION_LIMIT - (now - session.get("since", now))))
