"""Two people at once, each on a connection of his own."""

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User
from monitoring.models import AlertCheck, AlertEvent
from monitoring.services.alert import close_alerts
from monitoring.services.alert_check import check_alerts
from monitoring.services.alert_handout import hand_out
from paibou.lib.refused import Refused
from tests.factories.monitoring import received
from tests.monitoring.alerts import TODAY, answer, kinds, only, waiting

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[str]:
    """What became of each act, begun in the same moment."""
    start, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_hand_out_one_batch(station: User) -> None:
    alerts = [received(by=station) for _ in range(3)]

    outcomes = together(*[lambda: hand_out(alerts=only(*alerts), on=TODAY, by=station)] * 2)

    assert outcomes == ["done", "refused"]
    assert AlertEvent.objects.filter(kind="handed_out").count() == 3


def test_two_close_one_alert(station: User) -> None:
    alert = answer(waiting(station), station)

    outcomes = together(*[lambda: close_alerts(alerts=only(alert), on=TODAY, by=station)] * 2)

    assert (outcomes, kinds(alert).count("closed")) == (["done", "refused"], 1)


def test_a_check_sent_twice_at_once_counts_once(station: User, officer: User) -> None:
    alert, uid = waiting(station), uuid.uuid4()

    def send() -> None:
        check_alerts(alerts=only(alert), uid=uid, on=TODAY, method="phone", result="no_risk", by=officer)

    assert together(send, send) == ["done", "done"]
    assert (AlertCheck.objects.count(), kinds(alert).count("checked")) == (1, 1)


def test_two_cadres_answer_one_person(station: User, officer: User) -> None:
    alert = waiting(station)

    def send(by: User) -> None:
        check_alerts(alerts=only(alert), uid=uuid.uuid4(), on=TODAY, method="phone", result="no_risk", by=by)

    assert together(lambda: send(officer), lambda: send(station)) == ["done", "refused"]
    assert kinds(alert).count("checked") == 1
