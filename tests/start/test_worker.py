"""A worker process does jobs through the broker; what a killed one left, the next one finishes, once."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from subprocess import Popen

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Division, User
from exchange import jobs
from exchange.models import Job
from households.models import Household
from tests.factories.accounts import DivisionFactory, GrantFactory, UserFactory
from tests.factories.households import HouseholdFactory

pytestmark = pytest.mark.services
OLD, NEW = "341702106200", "341702106201"


@pytest.fixture
def household(own_database: None) -> Household:
    return HouseholdFactory(village_code=OLD)


@pytest.fixture
def job(household: Household) -> Job:
    """Merge the household's village into another: two rows to move."""
    old, new = DivisionFactory(code=OLD, name="丰收村"), DivisionFactory(code=NEW, name="竹溪村")
    user = GrantFactory(user=UserFactory(role=User.Role.ADMINISTRATOR)).user
    arguments = {"old": old.pk, "new": new.pk, "on": str(date(2025, 7, 1))}
    return jobs.submit(
        task="exchange.merge_divisions", title="撤并", user=user, village_code=old.village_code, arguments=arguments
    )


def until(condition: Callable[[], bool]) -> None:
    patience = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.1)


def is_in(job: Job, state: str) -> bool:
    job.refresh_from_db()
    return job.state == state


@contextmanager
def held(household: Household) -> Iterator[None]:
    """The household's row, locked by somebody else: the job comes as far as that and waits."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute("SELECT FROM households_household WHERE id = %s FOR UPDATE", [household.pk])
        yield


def assert_merged_once(job: Job, household: Household) -> None:
    household.refresh_from_db()
    assert household.village_code == NEW
    assert Division.objects.get(code=OLD).successor.code == NEW
    assert job.outcome.startswith("丰收村并入竹溪村：改了 2 行")


def test_a_submitted_job_is_done_by_a_worker(job, household, child: Callable[..., Popen]):
    child("worker")

    until(lambda: is_in(job, Job.State.DONE))

    assert_merged_once(job, household)


def test_what_a_killed_worker_left_is_found_again_and_done_once(job, household, child: Callable[..., Popen]):
    with held(household):
        worker = child("worker")
        until(lambda: is_in(job, Job.State.RUNNING))
        worker.kill()
        worker.wait()
        until(lambda: jobs.sweep(timezone.now() + timedelta(minutes=1)) == [job])
    child("worker")

    until(lambda: is_in(job, Job.State.DONE))

    assert job.attempt == 2
    assert_merged_once(job, household)
