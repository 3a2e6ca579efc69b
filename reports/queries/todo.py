"""What waits for a user today, from all apps: late first, then today, this week, and the rest."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import User
from paibou.lib.declarations import Waiting, todos

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Part:
    """One span of time with what is to be done in it."""

    title: str
    is_late: bool
    lines: list[Waiting]


def parts(user: User, today: date) -> list[Part]:
    """Every line once, under the first head that fits; without a day it is for today."""
    lines = [line for todo in todos for line in todo.waiting(user, today) if line.count]
    lines.sort(key=lambda line: (line.due_on or today, -line.count))
    late = [line for line in lines if line.late or (line.due_on and line.due_on < today)]
    rest = [line for line in lines if line not in late]
    now = [line for line in rest if line.due_on is None or line.due_on == today]
    week = [line for line in rest if line.due_on and today < line.due_on <= today + WEEK]
    later = [line for line in rest if line.due_on and line.due_on > today + WEEK]
    found = (
        Part("已超期", True, late),
        Part("今天", False, now),
        Part("七天内", False, week),
        Part("以后", False, later),
    )
    return [part for part in found if part.lines]
