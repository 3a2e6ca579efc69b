"""Names of the divisions that rows belong to: a village's, or the township's where a row is its own."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Division


def name_places(rows: Iterable[Any]) -> None:
    """Give each row the name of its division, as `village_name`; `place_of` reads it."""
    rows = list(rows)
    codes = {row.village_code for row in rows}
    names = dict(Division.objects.filter(padded_code__in=codes).values_list("padded_code", "name"))
    for row in rows:
        row.village_name = names.get(row.village_code, row.village_code)


def place_of(row: Any) -> str:
    """The name that `name_places` gave the row."""
    return str(row.village_name)
