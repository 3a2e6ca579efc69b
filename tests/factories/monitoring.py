"""Minimal valid rows of `monitoring`; an alert stands with the event of its receipt, as every real one does."""

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from monitoring.models import Alert, AlertCheck, AlertCheckPhoto, AlertEvent, IdentityDoubt
from paibou.lib.sealing import digest
from tests.factories.households import VILLAGE, id_number

RECEIVED_ON = date(2025, 10, 10)


# --- alerts ---
class AlertFactory(DjangoModelFactory):
    class Meta:
        model = Alert

    village_code = VILLAGE
    source = Alert.Source.CITY_MEDICAL
    received_on = RECEIVED_ON
    name = factory.Sequence(lambda n: f"汪{'德发秀英长根桂兰'[n % 8]}{'福强华菊雨伟'[n // 8 % 6]}")
    id_number = factory.Sequence(lambda n: id_number(n, date(1950 + n // 1000 % 50, 6, 1)))
    id_digest = factory.LazyAttribute(lambda row: digest(row.id_number))
    reason = "住院自付"
    self_paid_yuan = 20000


def received(*, by: Any, **columns: Any) -> Alert:
    """An alert with the event of its receipt."""
    alert = AlertFactory(**columns)
    AlertEventFactory(alert=alert, village_code=alert.village_code, on=alert.received_on, by=by)
    return alert


class AlertEventFactory(DjangoModelFactory):
    class Meta:
        model = AlertEvent

    alert = factory.SubFactory(AlertFactory)
    village_code = factory.SelfAttribute("alert.village_code")
    kind = AlertEvent.Kind.RECEIVED
    on = RECEIVED_ON
    by = factory.SubFactory("tests.factories.accounts.UserFactory")


class AlertCheckFactory(DjangoModelFactory):
    class Meta:
        model = AlertCheck

    village_code = VILLAGE
    on = date(2025, 10, 12)
    method = AlertCheck.Method.HOME
    result = "no_risk"
    checker = "何桂英"
    by = factory.SubFactory("tests.factories.accounts.UserFactory")


class AlertCheckPhotoFactory(DjangoModelFactory):
    class Meta:
        model = AlertCheckPhoto

    check_made = factory.SubFactory(AlertCheckFactory)
    village_code = factory.SelfAttribute("check_made.village_code")
    path = "photos/1"
    digest = factory.Sequence(lambda n: f"{n:064x}")
    size = 86_000


class IdentityDoubtFactory(DjangoModelFactory):
    class Meta:
        model = IdentityDoubt

    alert = factory.SubFactory(AlertFactory)
    village_code = factory.SelfAttribute("alert.village_code")
    person = factory.SubFactory("tests.factories.households.PersonFactory")
    kind = IdentityDoubt.Kind.TWO_NAMES
