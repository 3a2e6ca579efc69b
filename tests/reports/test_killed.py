"""kill -9 of the worker in the middle of a report: the next one finishes, its lines stand once."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from subprocess import Popen

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from exchange import jobs
from exchange.models import Job
from reports.models import Report
from reports.services.report import ask_report
from tests.factories.accounts import TOWNSHIP, DivisionFactory, GrantFactory
from tests.factories.monitoring import AlertFactory

pytestmark = pytest.mark.services


def until(condition: Callable[[], object]) -> None:
    patience = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.02)


@contextmanager
def somebody_writing() -> Iterator[None]:
    """A transaction that the report waits for before it counts."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute("SELECT 1")
        yield


def test_killed_in_the_middle_of_a_report(own_database: None, child: Callable[..., Popen]) -> None:
    township = DivisionFactory(code=TOWNSHIP, name="牌楼镇")
    AlertFactory(village_code=f"{TOWNSHIP}201", received_on=date(2025, 3, 1))
    clerk = GrantFactory(prefix=TOWNSHIP).user
    with somebody_writing():
        report = ask_report(
            division=township, start=date(2025, 1, 1), end=date(2025, 10, 20), by=clerk, today=date(2025, 10, 20)
        )
        worker = child("worker")
        until(lambda: Job.objects.filter(pk=report.job_id, state=Job.State.RUNNING).exists())
        worker.kill()
        worker.wait()
    until(lambda: jobs.sweep(timezone.now() + timedelta(minutes=1)) == [report.job])
    assert report.lines.count() == 0

    child("worker")
    until(lambda: Report.objects.filter(pk=report.pk, state=Report.State.DRAFT).exists())
    until(lambda: Job.objects.filter(pk=report.job_id, state=Job.State.DONE).exists())

    assert Job.objects.get(pk=report.job_id).attempt == 2
    assert (report.lines.count(), report.lines.get(slug="alerts.medical.count").value) == (17, 1)
