"""Working days: Monday to Friday. Public holidays are moved by decree every year and are not counted."""

from datetime import date, timedelta

SATURDAY = 5


def working_days_after(day: date, count: int) -> date:
    """The day `count` working days after a day."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day
