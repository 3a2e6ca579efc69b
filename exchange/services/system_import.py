"""A whole import at once, for the command line: taken in, read, judged and, unless it is a dry run, written."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import User
from exchange.jobs import not_waiting_for_the_disk, run
from exchange.models import Batch, Job
from exchange.services.applying import confirm_batch
from exchange.services.upload import drop_batch, take_upload
from paibou.lib.refused import Refused


@dataclass(frozen=True)
class Imported:
    """One file's import. `said` is why nothing was written, when that was not for want of rows."""

    batch: Batch
    said: str = ""


def import_file(
    *,
    kind: str,
    name: str,
    data: bytes,
    by: User,
    source: str = "",
    received_on: date | None = None,
    as_of: date | None = None,
    is_dry: bool = False,
) -> Imported:
    """Import one file here and now. A file that is not taken gives a refused batch."""
    batch = take_upload(
        kind=kind, name=name, data=data, by=by, today=timezone.localdate(), source=source, received_on=received_on,
        as_of=as_of, send=False, at_once=not is_dry,
    )  # fmt: skip
    assert batch.job, "an upload has its job from the start"
    _do(batch.job)
    batch.refresh_from_db()
    if batch.state == Batch.State.REFUSED or is_dry:
        if is_dry and batch.state != Batch.State.REFUSED:
            drop_batch(batch=batch)
        return Imported(batch)
    said = ""
    if batch.rows.waiting().exists():
        with not_waiting_for_the_disk():  # nobody was told anything yet; what writes the rows waits
            job = confirm_batch(batch=batch, by=by, at_once=True)
        said = _do(job)
        batch.refresh_from_db()
    return Imported(batch, said)


def _do(job: Job) -> str:
    """Run a job in this process; gives the sentence of one that came to nothing."""
    done = run(job.pk)
    if done is None:
        raise Refused("这个任务在别的进程手里，稍后在任务页看结果")
    if done.state == Job.State.FAILED:
        raise Refused(done.outcome)
    return "" if done.state == Job.State.DONE else done.outcome
