"""Taking in a file: kept whole before anything is made of it."""

from datetime import date

from django.db import transaction

from accounts.models import User
from exchange import files
from exchange.jobs import submit
from exchange.models import Batch, Job, Upload
from paibou.lib import division
from paibou.lib.importing import imports
from paibou.lib.refused import Refused
from paibou.lib.workbook.limits import FILE_BYTES

STAGE, APPLY = "exchange.stage_batch", "exchange.apply_batch"


@transaction.atomic
def take_upload(
    *,
    kind: str,
    name: str,
    data: bytes,
    by: User,
    today: date,
    source: str = "",
    received_on: date | None = None,
    as_of: date | None = None,
    mends: Batch | None = None,
    send: bool = True,
    at_once: bool = False,
) -> Batch:
    """Keep a file and have it read as a batch of the kind. Refused when it is empty, too large, a day is not yet, or `by` has no place.

    Not `send`: the caller runs the job himself, and the reading refuses what is empty or too large. `at_once`: and shows nobody the counts before he writes.
    """
    if send and not data:
        raise Refused(f"“{name}”是空的，没有收；请另选有内容的文件")
    if send and len(data) > FILE_BYTES:
        raise Refused(f"“{name}”超过 {FILE_BYTES >> 20} MB，没有收；请只留要导入的表再传")
    for day in (received_on, as_of):
        if day and day > today:
            raise Refused(f"{day.isoformat()} 还没到，请核对")
    place = home_of(by)
    upload = Upload.objects.filter(village_code=place, digest=files.digest_of(data), name=name).first()
    if upload is None:
        upload = Upload.objects.create(
            name=name[:255], path=files.keep(data, "uploads"), digest=files.digest_of(data), size=len(data),
            village_code=place, user=by,
        )  # fmt: skip
    batch = Batch.objects.create(
        kind=kind, upload=upload, village_code=place, user=by, source=source, received_on=received_on, as_of=as_of,
        mends=mends,
    )  # fmt: skip
    batch.job = _stage(batch, by, send=send, at_once=at_once)
    batch.save(update_fields=["job"])
    return batch


def earlier_batch(*, kind: str, data: bytes, by: User) -> Batch | None:
    """The batch that was made of the very same file before, unless it was given up or not taken."""
    standing = Batch.objects.exclude(state__in=[Batch.State.DROPPED, Batch.State.REFUSED])
    return standing.filter(
        kind=kind, village_code=home_of(by), upload__digest=files.digest_of(data)
    ).order_by("-pk").first()  # fmt: skip


def home_of(user: User) -> str:
    """The padded code of the division that a user's batches belong to: the first he holds."""
    if not user.prefixes:
        raise Refused("您没有可以导入的区划；请管理员先给您授权")
    return division.pad(sorted(user.prefixes, key=len)[0])


@transaction.atomic
def read_again(*, batch: Batch, by: User, seen: int = 0) -> Job:
    """Read the file of a batch anew, with what was learnt of its columns. Refused once something was written.

    Refused too when more rows were mended or left out than the person had `seen` go back to what the file says.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.rounds or batch.state == Batch.State.DROPPED:
        raise Refused("这一批已经写入或放弃，不能再读；要改就再传一次文件")
    if batch.job and batch.job.state in Job.State.unfinished():
        raise Refused("这一批正在处理，做完再读")
    decided = batch.rows.decided().count()
    if decided > seen:
        raise Refused(f"{decided:,} 行在页面上改过或不导入，再读就回到文件里写的；看清楚再按一次")
    batch.state, batch.file_refused = Batch.State.STAGING, ""
    batch.job = _stage(batch, by)
    batch.save(update_fields=["state", "file_refused", "job"])
    return batch.job


@transaction.atomic
def drop_batch(*, batch: Batch) -> None:
    """Give a batch up; its file stays on file. Refused once rows of it were written, or while a job has it."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.rounds or held.state == Batch.State.DROPPED:
        raise Refused("这一批已经写入或放弃，不能再放弃；写错的记录在各自的页面上更正")
    if held.is_busy:
        raise Refused("这一批正在处理，做完再放弃；不等了就先取消它的任务")
    held.state, held.file_refused = Batch.State.DROPPED, ""
    held.save(update_fields=["state", "file_refused"])


def _stage(batch: Batch, by: User, *, send: bool = True, at_once: bool = False) -> Job:
    label = imports[batch.kind].label
    return submit(
        task=STAGE, title=f"读取 {label}：{batch.upload.name}"[:120], user=by, village_code=batch.village_code,
        arguments={"batch": batch.pk, "at_once": at_once}, send=send,
    )  # fmt: skip
