"""Jobs are claimed by one, finished once, fenced from attempts that came later, and found again."""

from contextlib import closing
from datetime import timedelta

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
from paibou.lib.refused import Refused
from tests.exchange.conftest import WORKBOOKS

pytestmark = pytest.mark.services


def job_for(user: User, **changes: object) -> Job:
    return jobs.submit(task="exchange.reseal", title="试", user=user, village_code="341702106000", **changes)


@pytest.fixture
def batch(clerk: User) -> Batch:
    """A public workbook, waiting to be read."""
    data = (WORKBOOKS / "alerts" / "01_plain.xlsx").read_bytes()
    return take_upload(kind="alerts", name="01_plain.xlsx", data=data, by=clerk, today=timezone.localdate())


@pytest.fixture
def confirmed(batch: Batch, clerk: User) -> Batch:
    """The same, read and confirmed, waiting to be written."""
    jobs.run(batch.job_id)
    confirm_batch(batch=batch, by=clerk)
    batch.refresh_from_db()
    return batch


def test_a_key_names_one_job_for_ever(clerk: User) -> None:
    assert job_for(clerk, key="monthly:2025-10") == job_for(clerk, key="monthly:2025-10")


def test_a_job_in_live_hands_is_not_to_be_had(clerk: User) -> None:
    job = job_for(clerk)
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [jobs.LOCK_SPACE, job.pk])

        assert jobs.claim(job_id=job.pk) is None
        assert jobs.sweep(timezone.now() + timedelta(minutes=5)) == []


def test_a_job_that_is_over_is_not_done_again(clerk: User) -> None:
    job = jobs.run(job_for(clerk).pk)

    assert job.state == Job.State.DONE
    assert jobs.run(job.pk) is None


def test_an_attempt_that_was_overtaken_finishes_nothing(clerk: User) -> None:
    mine = jobs.claim(job_id=job_for(clerk).pk)
    Job.objects.filter(pk=mine.pk).update(attempt=2)

    with pytest.raises(jobs.Superseded):
        jobs.finish(job=mine, state=Job.State.DONE)
    with pytest.raises(jobs.Superseded):
        jobs.report_progress(job=mine, done=1)


def test_a_job_whose_worker_died_twice_is_given_up(clerk: User) -> None:
    job = job_for(clerk)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempt=2)

    ended = jobs.run(job.pk)

    assert (ended.state, ended.attempt) == (Job.State.FAILED, 3)
    assert ended.outcome.startswith("做这个任务的进程两次中断")


def test_the_sweeper_sends_what_was_lost_and_what_a_dead_worker_left(clerk: User) -> None:
    fresh, lost, left = job_for(clerk), job_for(clerk), job_for(clerk)
    Job.objects.filter(pk=lost.pk).update(sent_at=timezone.now() - timedelta(minutes=2))
    Job.objects.filter(pk=left.pk).update(state=Job.State.RUNNING, sent_at=timezone.now() - timedelta(seconds=9))

    assert jobs.sweep(timezone.now()) == [lost, left]
    assert fresh not in jobs.sweep(timezone.now())


def test_a_cancelled_job_is_not_done_and_cannot_be_cancelled_twice(batch: Batch) -> None:
    jobs.cancel(job=batch.job, by=batch.user)

    assert jobs.run(batch.job_id) is None
    with pytest.raises(Refused, match="已经结束"):
        jobs.cancel(job=batch.job, by=batch.user)


def test_reading_twice_stages_every_row_once(batch: Batch) -> None:
    jobs.run(batch.job_id)
    Job.objects.filter(pk=batch.job_id).update(state=Job.State.RUNNING, finished_at=None)

    jobs.run(batch.job_id)

    batch.refresh_from_db()
    assert (batch.received, batch.rows.count(), batch.job.attempt) == (20, 20, 2)


def test_writing_twice_writes_every_alert_once(confirmed: Batch) -> None:
    jobs.run(confirmed.job_id)
    Job.objects.filter(pk=confirmed.job_id).update(state=Job.State.RUNNING, finished_at=None)

    jobs.run(confirmed.job_id)

    assert Alert.objects.count() == 20


@pytest.mark.parametrize("task", ["exchange.stage_batch", "exchange.apply_batch"])
def test_a_body_taken_over_by_a_later_attempt_leaves_nothing(confirmed: Batch, task: str) -> None:
    job = jobs.submit(
        task=task, title="试", user=confirmed.user, village_code=confirmed.village_code, arguments={"batch": confirmed.pk}
    )  # fmt: skip
    mine = jobs.claim(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(attempt=2)

    jobs._perform(mine)

    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.RUNNING, 2)
    assert Alert.objects.count() == 0
    assert confirmed.rows.count() == 20


def test_a_batch_that_moved_since_it_was_looked_at_is_not_written(confirmed: Batch, clerk: User) -> None:
    other = take_upload(
        kind="alerts", name="又一份.xlsx", data=(WORKBOOKS / "alerts" / "01_plain.xlsx").read_bytes(), by=clerk,
        today=timezone.localdate(),
    )  # fmt: skip
    jobs.run(other.job_id)
    jobs.run(confirm_batch(batch=other, by=clerk).pk)

    job = jobs.run(confirmed.job_id)

    confirmed.refresh_from_db()
    assert job.state == Job.State.REFUSED
    assert job.outcome == "没有写入，这一批和您刚才看到的不一样了（新增 20 → 0，与上次相同 0 → 20）"
    assert (confirmed.state, confirmed.same) == (Batch.State.REVIEW, 20)
    assert Alert.objects.count() == 20
