"""When things were written down: some days after they happened, never in the future."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2021, 1, 1)  # the day from which the township is followed
BASE = date(2021, 1, 5)  # when what was there already was typed in
EARLIEST = date(2021, 1, 31)  # the first day at which the demonstration may stop
ANCHOR = date(2025, 10, 20)  # the last day of the published report
HORIZON = 12  # years for which lives are drawn
_LAGS = (0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 6, 9)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


@dataclass(frozen=True)
class Clock:
    """The world stands still at `now`, an instant of the day `until`."""

    until: date
    now: datetime

    def has(self, day: date | None) -> bool:
        return day is not None and day <= self.until

    def written(self, rng: random.Random, day: date, lag: int | None = None) -> datetime:
        """An instant in office hours some days after the day; what was there before the beginning came in at once."""
        if day <= FIRST:
            return at(BASE + timedelta(days=rng.randrange(4)), 9 + rng.randrange(8), 20)
        late = _LAGS[int(rng.random() * 12)] if lag is None else lag
        moment = at(day + timedelta(days=late), 8 + int(rng.random() * 9), int(rng.random() * 60))
        return min(moment, self.now)
