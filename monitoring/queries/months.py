"""Whole months: limits, the months an income is reckoned over, half years."""

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def full_months_before(day: date, months: int) -> tuple[date, date]:
    """First and last day of the full months before the month of the day."""
    first_of_month = day.replace(day=1)
    return add_months(first_of_month, -months), first_of_month - timedelta(days=1)


def half_year(day: date) -> tuple[date, date]:
    """First and last day of the half year the day lies in."""
    return (
        (date(day.year, 1, 1), date(day.year, 6, 30))
        if day.month <= 6
        else (date(day.year, 7, 1), date(day.year, 12, 31))
    )
