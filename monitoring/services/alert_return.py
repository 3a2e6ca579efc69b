"""回传: the sender's own workbook, its rows and columns untouched, with our answers filled in."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import AccessLog, User
from accounts.services.access import log_access
from exchange import files
from exchange.jobs import submit
from exchange.models import Batch, Job, ProducedFile, StagedRow
from monitoring.models import Alert
from monitoring.services.answer_sheets import Place, answered_workbook
from paibou.lib.refused import Refused

TASK = "monitoring.answer_back"
FOLDER = "produced"
SHORTEST_REASON = 2


@transaction.atomic
def order_answers(*, batch: Batch, by: User, reason: str, today: date) -> Job:
    """Have the answered workbook made by a job; it holds whole numbers, so it takes a reason and is logged."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("写明回传的事由，如“回传区医保 10月名单”")
    alerts = Alert.objects.known().filter(batch=batch)
    if not alerts.exclude(answer=None).exists():
        raise Refused("这一批还没有核查答复，做不出回传文件")
    log_access(
        user=by,
        kind=AccessLog.Kind.EXPORT,
        what=f"回传答复 {batch.upload.name}",
        village_code=batch.village_code,
        noun="batch",
        keys=[batch.pk],
        rows=alerts.count(),
        reason=reason,
    )
    return submit(
        task=TASK,
        title=f"回传答复 {batch.upload.name}"[:120],
        user=by,
        village_code=batch.village_code,
        arguments={"batch": batch.pk},
    )


def make_answers(*, job: Job, batch: Batch) -> ProducedFile:
    """The workbook, sealed; made again it is another file, and the first stays."""
    answers = answers_of(batch)
    data = answered_workbook(files.read(batch.upload.path), batch.upload.name, batch.recognised, answers)
    stem = batch.upload.name.rpartition(".")[0] or batch.upload.name
    day = timezone.localdate(job.submitted_at)
    return ProducedFile.objects.create(
        job=job,
        name=f"{stem}_核查答复_{day:%Y%m%d}.xlsx"[-160:],
        path=files.keep(data, FOLDER),
        digest=files.digest_of(data),
        size=len(data),
        rows=len(answers),
        village_code=batch.village_code,
        user=job.user,
    )


def answers_of(batch: Batch) -> Mapping[Place, Alert]:
    """The alert behind each row of the batch: its own, or the one that an equal row became before."""
    mine = Alert.objects.known().filter(batch=batch).select_related("answer")
    found: dict[Place, Alert] = {(alert.sheet, alert.row or 0): alert for alert in mine}
    same = StagedRow.objects.filter(batch=batch, verdict=StagedRow.Verdict.SAME).exclude(fingerprint=b"")
    prints = {(row.sheet, row.row): bytes(row.fingerprint) for row in same.only("sheet", "row", "fingerprint")}
    equal = (
        Alert.objects.known()
        .inside(batch.village_code[:9])
        .filter(source=batch.source or Alert.Source.UNNAMED, fingerprint__in=set(prints.values()))
    )
    by_print = {bytes(alert.fingerprint): alert for alert in equal.select_related("answer")}
    found.update({place: by_print[mark] for place, mark in prints.items() if mark in by_print})
    return found
