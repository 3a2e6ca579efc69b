"""The numbers at the top of a page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tile:
    """One number of today and the list behind it; `late` is said in red."""

    label: str
    value: int
    unit: str
    second: str = ""
    url: str = ""
    late: int = 0
