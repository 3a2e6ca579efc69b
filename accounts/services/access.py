"""Looks at people's data: one reason opens a task for some hours, and every look out is a row."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import AccessLog, FullView, User
from accounts.options import value_of
from accounts.roles import may
from paibou.lib.keys import keys
from paibou.lib.refused import Refused

SHORTEST_REASON = 2


def log_access(
    *,
    user: User,
    kind: AccessLog.Kind,
    what: str,
    village_code: str,
    noun: str = "",
    keys: Sequence[int] = (),
    rows: int = 1,
    reason: str = "",
) -> AccessLog:
    """Write down who saw or took what; `village_code` is the division it concerns, padded."""
    return AccessLog.objects.create(
        user=user,
        kind=kind,
        what=what[:200],
        village_code=village_code,
        noun=noun,
        keys=list(keys),
        rows=rows,
        reason=reason[:200],
    )


@transaction.atomic
def open_full_view(*, user: User, task: str, what: str, village_code: str, reason: str, rows: int = 1) -> FullView:
    """Show one task's numbers whole for some hours. Refused without a reason."""
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Refused("写明看全号的事由，如“核对慢病名单”")
    now = timezone.now()
    hours = value_of("full_view_hours", village_code=village_code, day=timezone.localdate(now))
    log_access(
        user=user,
        kind=AccessLog.Kind.FULL_VIEW,
        what=what,
        village_code=village_code,
        noun=task.partition(":")[0],
        keys=keys(task.partition(":")[2].split(",")),
        rows=rows,
        reason=reason,
    )
    return FullView.objects.create(user=user, task=task, reason=reason, since=now, until=now + timedelta(hours=hours))


def is_open(*, user: User, task: str) -> bool:
    """Whether the user gave a reason for this task, its hours are not over, and his role still has the right."""
    return (
        may(user, "accounts.full_view")
        and FullView.objects.filter(user=user, task=task, until__gt=timezone.now()).exists()
    )
