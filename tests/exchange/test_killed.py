"""kill -9 of a worker in the middle of reading and of writing: the next one finishes, nothing twice, nothing lost."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from subprocess import Popen

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from exchange import jobs
from exchange.models import Batch, Job
from exchange.services.applying import confirm_batch
from exchange.services.upload import take_upload
from monitoring.models import Alert
from paibou.lib import identity
from tests.factories.accounts import DivisionFactory, GrantFactory, UserFactory

pytestmark = pytest.mark.services
ROWS = 12_000


@pytest.fixture
def batch(own_database: None) -> Batch:
    """A list of three chunks, waiting to be read."""
    DivisionFactory(code="341702106", name="牌楼镇")
    DivisionFactory(code="341702106201", name="竹溪村")
    lines = ["村,姓名,身份证号码,个人自付"]
    for order in range(ROWS):
        first = f"342921{1930 + order // 1000}0514{order % 1000:03}"
        lines.append(f"竹溪村,沈德,{first}{identity.check_digit(first)},{order}")
    user: User = GrantFactory(user=UserFactory()).user
    return take_upload(
        kind="alerts", name="名单.csv", data="\n".join(lines).encode(), by=user, today=timezone.localdate()
    )


def until(condition: Callable[[], object]) -> None:
    patience = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.02)


def ended(job: Job) -> bool:
    job.refresh_from_db()
    return job.state not in Job.State.unfinished()


@contextmanager
def somebody_else() -> Iterator[psycopg2.extensions.cursor]:
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        yield cursor


def swept(job: Job) -> None:
    """Wait until the dead worker's lock is gone and the sweeper sends its job again."""
    until(lambda: jobs.sweep(timezone.now() + timedelta(minutes=1)) == [job])


def test_killed_in_the_middle_of_reading(batch: Batch, child: Callable[..., Popen]) -> None:
    worker = child("worker")
    until(lambda: Job.objects.filter(pk=batch.job_id, done__gt=0).exists())
    with somebody_else() as cursor:
        cursor.execute("SELECT FROM exchange_job WHERE id = %s FOR UPDATE", [batch.job_id])
        assert 0 < batch.rows.count() < ROWS
        worker.kill()
        worker.wait()
    swept(batch.job)

    child("worker")
    until(lambda: ended(batch.job))

    batch.refresh_from_db()
    assert (batch.job.state, batch.job.attempt) == (Job.State.DONE, 2)
    assert (batch.received, batch.new, batch.rows.count()) == (ROWS, ROWS, ROWS)


def test_killed_in_the_middle_of_writing(batch: Batch, child: Callable[..., Popen]) -> None:
    jobs.run(batch.job_id)
    job = confirm_batch(batch=batch, by=batch.user)
    with somebody_else() as cursor:
        cursor.execute("LOCK TABLE monitoring_alert IN SHARE MODE")
        worker = child("worker")
        until(lambda: Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).exists())
        worker.kill()
        worker.wait()
    swept(job)
    assert Alert.objects.count() == 0

    child("worker")
    until(lambda: ended(job))

    batch.refresh_from_db()
    assert (job.state, job.attempt, batch.rounds) == (Job.State.DONE, 2, 1)
    assert Alert.objects.count() == ROWS
