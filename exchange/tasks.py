"""What the worker does of this app's. Beat and the supervisor call `sweep`; everything else is a job."""

from celery import shared_task
from django.urls import reverse
from django.utils import timezone

from exchange import jobs
from exchange.models import Batch, Job
from exchange.services.applying import apply_batch
from exchange.services.returning import make_reasons
from exchange.services.staging import stage_batch
from exchange.services.upkeep import merge_divisions, reseal_everything


@shared_task(name="exchange.tasks.sweep")
def sweep() -> None:
    """Find again what the broker lost and what a dead worker left."""
    jobs.sweep(timezone.now())


@jobs.job_task("exchange.stage_batch", atomic=False)
def stage(job: Job) -> str:
    return stage_batch(batch=_batch(job), job=job, today=timezone.localdate(), at_once=_is_at_once(job))


@jobs.job_task("exchange.apply_batch")
def apply(job: Job) -> str:
    return apply_batch(batch=_batch(job), today=timezone.localdate(), at_once=_is_at_once(job))


@jobs.job_task("exchange.return_batch")
def return_batch(job: Job) -> str:
    made = make_reasons(job=job, batch=_batch(job))
    job.url = reverse("exchange:file_download", args=[made.pk])
    return f"写了 {made.rows} 行的原因"


def _batch(job: Job) -> Batch:
    batches = Batch.objects.select_related("upload", "user").visible_to(job.user)
    return batches.get(pk=job.arguments["batch"])


@jobs.job_task("exchange.merge_divisions")
def merge(job: Job) -> str:
    return merge_divisions(job=job)


@jobs.job_task("exchange.reseal", atomic=False)
def reseal(job: Job) -> str:
    return reseal_everything(job=job)


def _is_at_once(job: Job) -> bool:
    return bool(job.arguments.get("at_once"))
