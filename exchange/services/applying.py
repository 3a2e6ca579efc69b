"""From staged rows to the real tables: one transaction, judged again, all or nothing."""

from datetime import date

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from psycopg2 import sql

from accounts.models import User
from exchange.jobs import Declined, one_at_a_time, submit
from exchange.models import Batch, Job, StagedRow
from exchange.models.batch import StagedRowQuerySet
from exchange.services.judging import count, judge, staged
from paibou.lib.importing import Kind, imports
from paibou.lib.refused import Refused, in_their_words

_ONLY_WAITING = sql.SQL("DELETE FROM {} WHERE verdict NOT IN ('new', 'changed')")
_HOW_MANY = sql.SQL("SELECT count(*) FROM {}")
COUNTS = {"new": "新增", "changed": "有变化", "same": "与上次相同", "problem": "有问题"}


@transaction.atomic
def confirm_batch(*, batch: Batch, by: User, seen: int | None = None, at_once: bool = False) -> Job:
    """Let the rows that wait be written. Refused while something else is done to the batch, or nothing waits.

    Refused too when other rows wait than were `seen`: somebody mended or left out some meanwhile.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if not batch.rows_stand:
        raise Refused("这一批还没有读完，或者已经放弃，不能写入")
    if batch.job and batch.job.state in Job.State.unfinished():
        raise Refused("这一批正在处理，做完再写入")
    waiting = batch.rows.waiting().count()
    if not waiting:
        raise Refused("这一批没有可以写入的行；先改好问题行")
    if seen not in {None, waiting}:
        raise Refused(f"您打开这一页以后，待写入的从 {seen:,} 行变成了 {waiting:,} 行；看一眼再写入")
    batch.job = submit(
        task="exchange.apply_batch",
        title=f"写入 {batch.upload.name}"[:120],
        user=by,
        village_code=batch.village_code,
        arguments={"batch": batch.pk, "at_once": at_once},
        send=not at_once,
    )
    batch.save(update_fields=["job"])
    return batch.job


def apply_batch(*, batch: Batch, today: date, at_once: bool = False) -> str | Declined:
    """Write what waits, inside the job's transaction; declined when it is no longer what the person saw.

    `at_once`: a command confirmed, which saw nothing.
    """
    kind = imports[batch.kind]
    with one_at_a_time(what=f"import:{kind.slug}", village_code=batch.village_code):
        batch = Batch.objects.select_for_update(of=("self",)).select_related("upload", "user").get(pk=batch.pk)
        if not batch.rows_stand:
            raise Refused("这一批已经放弃，没有写入")
        seen = {name: getattr(batch, name) for name in COUNTS}
        parameters = judge(batch=batch, today=today)
        moved = _moved(seen, batch) if not at_once else ""
        if moved:
            return Declined(f"没有写入，这一批和您刚才看到的不一样了（{moved}）")
        written = _write(batch, kind, parameters)
    return f"写入 {written} {kind.unit}"


def _moved(seen: dict[str, int], batch: Batch) -> str:
    now = {name: getattr(batch, name) for name in COUNTS}
    return "，".join(f"{COUNTS[name]} {seen[name]} → {now[name]}" for name in COUNTS if seen[name] != now[name])


def _write(batch: Batch, kind: Kind, parameters: dict) -> int:
    written = 0
    with in_their_words(), connection.cursor() as cursor:
        for table in kind.tables:
            cursor.execute(_ONLY_WAITING.format(staged(table)))
            cursor.execute(_HOW_MANY.format(staged(table)))
            written += cursor.fetchone()[0]
        for statement in kind.apply:
            cursor.execute(statement, parameters)
    if kind.finish:
        kind.finish(batch)
    if batch.mends_id:
        _close_mended(batch, batch.mends_id)
    batch.state = Batch.State.APPLIED
    batch.rounds += 1
    batch.applied_at = timezone.now()
    batch.save(update_fields=["state", "rounds", "applied_at", "notes"])
    return written


def _close_mended(batch: Batch, mended: int) -> None:
    """Problem rows of the batch that this one mends are closed where whom they name came here; others still wait."""
    earlier = Batch.objects.select_for_update().get(pk=mended)
    for table in imports[batch.kind].tables:
        came = batch.rows.filter(table=table.slug)
        anchor, name = f"values__{table.anchor_key}", f"values__{table.naming}"
        same = Q(**{f"{anchor}__in": _said(came, anchor)}) | Q(
            **{f"{anchor}__isnull": True, f"{name}__in": _said(came, name)}
        )
        earlier.rows.of(StagedRow.Verdict.PROBLEM).filter(same, table=table.slug).update(
            verdict=StagedRow.Verdict.LEFT_OUT, reason=f"改好后另传：{batch.upload.name}"[:200]
        )
    count(earlier)


def _said(rows: StagedRowQuerySet, key: str) -> list[str]:
    return [said for said in rows.values_list(key, flat=True) if said]
