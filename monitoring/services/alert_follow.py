"""Alerts follow the people they are about."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from accounts.models import User
from households.models import Household
from monitoring.models import Alert


@transaction.atomic
def follow_people(*, person_ids: Iterable[int], household: Household, on: date, by: User | None) -> None:
    """What is open on people who moved belongs to their new household; which village checks it stays the station's say."""
    Alert.objects.open().filter(person__in=list(person_ids)).update(household=household)
