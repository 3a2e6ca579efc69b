"""What the worker does of this app's. Beat and the supervisor call `sweep`; everything else is a job."""

from celery import shared_task
from django.utils import timezone

from exchange import jobs


@shared_task(name="exchange.tasks.sweep")
def sweep() -> None:
    """Find again what the broker lost and what a dead worker left."""
    jobs.sweep(timezone.now())
