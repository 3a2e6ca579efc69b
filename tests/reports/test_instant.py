from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Timer
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from paibou.lib.refused import Refused
from reports.services.instant import settled_instant
from tests.factories.monitoring import AlertFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer() -> Iterator[Any]:
    """Somebody else's connection, in the middle of a transaction."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1")
        yield cursor
        cursor.execute("ROLLBACK")
    other.close()


def test_a_report_does_not_close_its_books_while_somebody_writes(writer) -> None:
    with pytest.raises(Refused, match="正在写入"):
        settled_instant(patience=timedelta(seconds=0.2))


@pytest.mark.django_db(transaction=True)
def test_rows_recorded_before_the_instant_and_committed_after_are_waited_for(writer) -> None:
    alert = AlertFactory.build()
    recorded_at = timezone.now()
    writer.execute(
        "INSERT INTO monitoring_alert (village_code, source, received_on, name, recorded_at, fingerprint, sheet, id_number,"
        " id_digest, phone, category, reason, diagnosis, hospital, extra, state, result)"
        " VALUES (%s, %s, %s, %s, %s, '', '', '', '', '', '', '', '', '', '', 'received', '')",
        [alert.village_code, alert.source, alert.received_on, alert.name, recorded_at],
    )
    Timer(0.3, writer.execute, ["COMMIT"]).start()

    at = settled_instant()

    assert type(alert).objects.known(at).count() == 1
    assert at > recorded_at


@pytest.mark.django_db(transaction=True)
def test_two_reports_do_not_wait_for_each_other() -> None:
    both = Barrier(2)

    def settle(_: int) -> datetime:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                both.wait(10)
                return settled_instant(patience=timedelta(seconds=1))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len(list(pool.map(settle, range(2)))) == 2


def test_nobody_is_waited_for_when_nobody_writes() -> None:
    before = timezone.now()

    assert before <= settled_instant(patience=timedelta(0)) <= timezone.now()
