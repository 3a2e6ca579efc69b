"""By when a village answers."""

from collections.abc import Iterable
from datetime import date, timedelta

from accounts.options import Values
from monitoring.options.alert import DUE_DAYS


def due_days(village_codes: Iterable[str], day: date) -> dict[str, date]:
    """The day by which each village answers what it gets on a day (C: 7 days, setting), in one statement."""
    codes = set(village_codes)
    values = Values([DUE_DAYS], day=day, village_codes=codes)
    return {code: day + timedelta(days=values.of(DUE_DAYS, code)) for code in codes}
