"""Division codes (统计用区划代码): 2, 4, 6, 9 or 12 digits; the shorter is a prefix of what lies below it."""

from collections.abc import Iterable

from django.db.models import Q

LEVELS = {2: "省", 4: "市", 6: "县", 9: "乡镇", 12: "村"}
FULL = 12


def is_code(text: str) -> bool:
    return text.isdigit() and text.isascii() and len(text) in LEVELS


def parent(code: str) -> str:
    """The code one level up; `""` above a province. A village's parent is its township."""
    return code[: max((length for length in LEVELS if length < len(code)), default=0)]


def pad(code: str) -> str:
    """The 12-digit code by which a row belongs to the division itself: 341702106 → 341702106000."""
    return code.ljust(FULL, "0")


def prefix(padded_code: str) -> str:
    """The division that a 12-digit code means: 341702106000 → 341702106."""
    return next(padded_code[:length] for length in LEVELS if not padded_code[length:].strip("0"))


def township(village_code: str) -> str:
    return village_code[:9]


def span(prefix: str) -> tuple[str, str]:
    """First and last 12-digit code below a prefix; a range serves the plain index, LIKE may not."""
    return prefix.ljust(FULL, "0"), prefix.ljust(FULL, "9")


def within(prefixes: Iterable[str], column: str = "village_code") -> Q:
    """Rows whose 12-digit code lies below one of the prefixes; nothing for no prefix."""
    inside = Q(pk__in=[])
    for prefix in prefixes:
        inside |= Q(**{f"{column}__range": span(prefix)})
    return inside
