"""Settings: declared by apps in their `options.py`, given values by division and day, looked up by longest prefix.

options.add("alert_due_days", Option("alert_due_days", "预警核查期限", 7, Kind.COUNT, unit="天", group="预警"))
value_of("alert_due_days", village_code=alert.village_code, day=received_on)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import Division, Setting, User
from paibou.lib import division, wording
from paibou.lib.declarations import Kind, Option, options


def value_of(name: str, *, village_code: str, day: date) -> Any:
    """The value that holds for a division on a day: the longest prefix, then the latest day, else what is declared."""
    return Values([name], day=day, village_codes=[village_code]).of(name, village_code)


class Values:
    """Values of several settings for many villages on one day, in one statement."""

    def __init__(self, names: Iterable[str], *, day: date, village_codes: Iterable[str] | None = None) -> None:
        self._options = {name: options[name] for name in names}
        rows = Setting.objects.filter(name__in=self._options, valid_from__lte=day)
        if village_codes is not None:
            rows = rows.filter(prefix__in=set().union(*(prefixes(code) for code in village_codes)))
        self._values: dict[tuple[str, str], Any] = {}
        for row in rows.order_by("valid_from"):
            self._values[row.name, row.prefix] = row.value

    def of(self, name: str, village_code: str) -> Any:
        option = self._options[name]
        for prefix in prefixes(village_code):
            if (name, prefix) in self._values:
                return option.read(self._values[name, prefix])
        return option.default


def prefixes(village_code: str) -> list[str]:
    """The prefixes a code lies under, longest first, the nation last: 341702106001 → …, 341702106, 341702, 3417, 34, ''."""
    return [village_code[:length] for length in sorted(division.LEVELS, reverse=True)] + [""]


@dataclass(frozen=True)
class Line:
    """A setting as a page shows it: its value in words, and where that comes from."""

    option: Option
    words: str
    place: str = ""
    row: Setting | None = None


def current_values(*, user: User, day: date) -> list[tuple[str, list[Line]]]:
    """Every declared setting by group, with the value that holds where the user is."""
    code = user.prefixes[0] if user.prefixes else user.village_code
    above = prefixes(code)
    rows = list(Setting.objects.filter(prefix__in=above, valid_from__lte=day).order_by("valid_from"))
    rows.sort(key=lambda row: len(row.prefix))  # the longest prefix comes last and wins
    latest = {row.name: row for row in rows}
    names = _names(row.prefix for row in latest.values())
    groups: dict[str, list[Line]] = {}
    for option in options:
        row = latest.get(option.slug)
        if row:
            line = Line(option, in_words(option, row.value), names[row.prefix], row)
        else:
            line = Line(option, in_words(option, option.write(option.default)))
        groups.setdefault(option.group, []).append(line)
    return list(groups.items())


def values_on_file(option: Option, *, user: User) -> list[Line]:
    """The setting's values inside the user's divisions, and those above them that hold for him too."""
    above = set().union(*(prefixes(prefix) for prefix in user.prefixes)) if user.prefixes else set()
    seen = division.within(user.prefixes, "padded_prefix") | Q(prefix__in=above)
    rows = list(Setting.objects.filter(seen, name=option.slug).select_related("by").order_by("prefix", "-valid_from"))
    names = _names(row.prefix for row in rows)
    return [Line(option, in_words(option, row.value), names[row.prefix], row) for row in rows]


def in_words(option: Option, value: Any) -> str:
    """A stored value as a reader sees it."""
    if option.kind is Kind.FLAG:
        return "是" if value else "否"
    if option.kind is Kind.WORDS:
        return "、".join(value)
    if option.kind is Kind.AMOUNT:
        return f"{wording.yuan(option.read(value))} 元"
    if option.kind is Kind.DAY:
        return wording.full_day(option.read(value))
    return f"{value} {option.unit}".strip()


def _names(codes: Iterable[str]) -> dict[str, str]:
    wanted = {code for code in codes if code}
    found = dict(Division.objects.filter(code__in=wanted).values_list("code", "name")) if wanted else {}
    return {"": "全国"} | {code: found.get(code, code) for code in wanted}


options.add(
    "full_view_hours",
    Option(
        "full_view_hours",
        "看全号一次管多久",
        4,
        Kind.COUNT,
        unit="小时",
        group="账号与保密",
        help="写一次事由后，同一件事在这段时间里不再问",
    ),
)

__all__ = ["Kind", "Option", "Values", "options", "prefixes", "value_of"]
