"""Jobs: submitted as rows, sent on commit, claimed, fenced, finished once, found again by the sweeper.

A body is declared with `@job_task("exchange.stage_batch")` in an app's `tasks.py` and takes the job.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app, shared_task
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from exchange.models import Job
from paibou.lib.declarations import Registry
from paibou.lib.refused import Refused

log = logging.getLogger(__name__)

LOCK_SPACE = 0x7061_6962  # our own among the advisory locks of a database
MOST_ATTEMPTS = 2  # a job whose worker died twice kills workers
PATIENCE = timedelta(seconds=30)  # how long a message may lie with the broker before it counts as lost


class Superseded(Exception):
    """The job was cancelled, or a later attempt has it: whatever this one did not commit is void."""


class Declined(str):
    """An outcome that keeps what the body wrote, and yet is no success: the job ends 未通过 with this sentence."""


@dataclass(frozen=True)
class Body:
    """What a job's task does: `function(job)` gives the sentence of its outcome.

    One that is not atomic commits in parts, and none of them waits for the disk: should the machine stop, the last
    parts are lost together, the job's end with them, and the sweeper has them done again.
    """

    function: Callable[[Job], str]
    atomic: bool


bodies: Registry[Body] = Registry("tasks")


def job_task(name: str, *, atomic: bool = True) -> Callable[[Callable[[Job], str]], Callable[[Job], str]]:
    """Declare the body of a task. An atomic one commits with the job's end, or not at all."""

    def declare(function: Callable[[Job], str]) -> Callable[[Job], str]:
        bodies.add(name, Body(function, atomic))
        shared_task(name=name)(run)
        return function

    return declare


@transaction.atomic
def submit(
    *,
    task: str,
    title: str,
    user: User,
    village_code: str,
    arguments: dict[str, Any] | None = None,
    key: str | None = None,
    send: bool = True,
) -> Job:
    """Write the job down and send it once this is committed. With a `key` that was used before: that job."""
    given = {
        "task": task,
        "title": title,
        "user": user,
        "village_code": village_code,
        "arguments": arguments or {},
        "sent_at": timezone.now() if send else None,
    }
    job, is_new = Job.objects.get_or_create(key=key, defaults=given) if key else (Job.objects.create(**given), True)
    if is_new and send:
        transaction.on_commit(lambda: _send(job), robust=True)
    return job


def _send(job: Job) -> None:
    current_app.send_task(job.task, [job.pk])


def claim(*, job_id: int) -> Job | None:
    """Take the job under a lock that dies with this connection; nothing when it is over or in live hands."""
    if not _lock(job_id):
        return None
    won = (
        Job.objects.unfinished()
        .filter(pk=job_id)
        .update(state=Job.State.RUNNING, attempt=F("attempt") + 1, started_at=timezone.now())
    )
    if won:
        return Job.objects.select_related("user").get(pk=job_id)
    _unlock(job_id)
    return None


def report_progress(*, job: Job, done: int, total: int | None = None, stage: str = "") -> None:
    """Move the bar. `Superseded` when the job is no longer this attempt's."""
    moved = _mine(job).update(done=done, total=max(total, done) if total is not None else None, stage=stage)
    if not moved:
        raise Superseded


def finish(*, job: Job, state: str, outcome: str = "", url: str = "") -> None:
    """End the job, in the body's transaction where there is one. `Superseded` when it is no longer this attempt's."""
    ended = _mine(job).update(state=state, outcome=outcome[:2000], url=url or job.url, finished_at=timezone.now())
    if not ended:
        raise Superseded


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING)


def cancel(*, job: Job, by: User) -> None:
    """End an unfinished job; the attempt that runs finds out when it next reports, and commits nothing more.

    Refused to others than who asked for it.
    """
    if job.user != by:
        raise Refused(f"这个任务是{job.user}提交的，只有他能取消")
    ended = Job.objects.unfinished().filter(pk=job.pk)
    if not ended.update(state=Job.State.CANCELLED, outcome="已取消", finished_at=timezone.now()):
        raise Refused("这个任务已经结束，不能再取消")


def run(job_id: int) -> Job | None:
    """Claim the job and do it here. Gives it as it ended, or nothing when it was not to be had."""
    with not_waiting_for_the_disk():
        job = claim(job_id=job_id)
    if job is None:
        return None
    try:
        _perform(job)
    finally:
        _unlock(job_id)
    job.refresh_from_db()
    return job


def _perform(job: Job) -> None:
    if job.attempt > MOST_ATTEMPTS:
        _end(job, Job.State.FAILED, "做这个任务的进程两次中断，没有再试；请联系管理员")
        return
    body = bodies[job.task]
    try:
        with transaction.atomic() if body.atomic else not_waiting_for_the_disk():
            outcome = body.function(job)
            state = Job.State.REFUSED if isinstance(outcome, Declined) else Job.State.DONE
            finish(job=job, state=state, outcome=outcome)
    except Superseded:
        log.info("job %s: attempt %s is superseded", job.pk, job.attempt)
    except Refused as no:
        _end(job, Job.State.REFUSED, str(no))
    except (OperationalError, InterfaceError):  # the database went away or chose another: the sweeper tries again
        log.exception("job %s: attempt %s lost the database", job.pk, job.attempt)
        connection.close()
    except Exception:
        log.exception("job %s failed", job.pk)
        _end(job, Job.State.FAILED, f"出了问题，已记下（编号 {job.pk}-{job.attempt}）")
        raise


@contextmanager
def not_waiting_for_the_disk() -> Iterator[None]:
    """Commits return before they are on the disk, where they arrive in order within a second."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        if connection.connection and not connection.connection.closed and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")


def _end(job: Job, state: str, outcome: str) -> None:
    try:
        finish(job=job, state=state, outcome=outcome)
    except Superseded:
        log.info("job %s: attempt %s is superseded", job.pk, job.attempt)


def sweep(now: datetime) -> list[Job]:
    """Send again what is unfinished and free: its worker died, or its message was lost. Gives what was sent."""
    held = _held()
    due = Job.objects.unfinished().order_by("pk")
    again = [job for job in due if job.pk not in held and _is_due(job, now)]
    for job in again:
        Job.objects.filter(pk=job.pk).update(sent_at=now)
        _send(job)
    return again


def _is_due(job: Job, now: datetime) -> bool:
    if job.sent_at is None:  # somebody runs it himself; if he died, so did his claim
        return job.state == Job.State.RUNNING or job.submitted_at < now - PATIENCE
    lost = PATIENCE if job.state == Job.State.WAITING else PATIENCE / 6
    return job.sent_at < now - lost


def _held() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCK_SPACE],
        )
        return {row[0] for row in cursor.fetchall()}


def _lock(job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, job_id])
        return bool(cursor.fetchone()[0])


def _unlock(job_id: int) -> None:
    """Give the lock back; a lost connection has given it back already."""
    if connection.connection is None or connection.connection.closed:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, job_id])


@contextmanager
def one_at_a_time(*, what: str, village_code: str) -> Iterator[None]:
    """Inside a transaction: nobody else does this for the division until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{what}:{village_code}"])
    yield
