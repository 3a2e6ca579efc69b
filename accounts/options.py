"""Settings: declared by apps in their `options.py`, given values by division and day, looked up by longest prefix.

    options.add("alert_due_days", Option("alert_due_days", "预警核查期限", 7, Kind.COUNT, unit="天", group="预警"))
    value_of("alert_due_days", village_code=alert.village_code, day=received_on)
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from accounts.models import Setting
from paibou.lib import division
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


options.add(
    "full_view_hours",
    Option("full_view_hours", "看全号一次管多久", 4, Kind.COUNT, unit="小时", group="账号与保密", help="写一次事由后，同一件事在这段时间里不再问"),
)

__all__ = ["Kind", "Option", "Values", "options", "prefixes", "value_of"]
