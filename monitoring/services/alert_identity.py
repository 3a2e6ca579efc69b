"""Whom an alert is about: registered people, and the pairs that may be one person."""

import uuid
from datetime import date

from django.db import transaction

from accounts.models import User
from households.models import Membership, Person
from households.services.household import open_household
from households.services.membership import add_member
from households.words import HEAD
from monitoring.models import Alert, AlertEvent, IdentityDoubt
from monitoring.models.alert import AlertQuerySet
from monitoring.services.alert import household_of
from monitoring.services.alert_events import lock, write
from monitoring.services.alert_handout import names_a_village
from monitoring.services.alert_undo import undo
from paibou.lib.refused import Refused

Verdict = IdentityDoubt.Verdict
NO_NUMBER = "预警没有证件号码，待补"


@transaction.atomic
def link_alert(*, alert: Alert, person: Person, on: date, by: User, note: str = "") -> uuid.UUID:
    """Say that an alert, and all that came unlinked under the same number and name, is about a registered person."""
    same = lock(Alert.objects.of_the_same_person(alert).filter(person=None), *Alert.State.values)
    if not same:
        raise Refused("这条预警已经认过人；认错了先撤销")
    _give(Alert.objects.filter(pk__in=[one.pk for one in same]), person, on)
    for one in same:
        if not names_a_village(one.village_code):
            one.village_code = person.village_code
            Alert.objects.filter(pk=one.pk).update(village_code=one.village_code)
    return write(same, kind=AlertEvent.Kind.LINKED, on=on, by=by, note=note or person.name)


def _give(alerts: AlertQuerySet, person: Person, on: date) -> None:
    alerts.update(person=person, household=household_of(person, on))
    Alert.objects.filter(person=person).link_to_previous()


@transaction.atomic
def register_person(*, alert: Alert, on: date, by: User) -> Person:
    """Open a household with the person of the alert as its head, and link the alert. Refused without a village."""
    if alert.person_id:
        raise Refused("此人已经登记在册")
    if not names_a_village(alert.village_code):
        raise Refused("先把这条预警分派到村，再登记")
    household = open_household(village_code=alert.village_code, on=on, by=by, today=on)
    facts = {"name": alert.name, "phone": alert.phone}
    facts |= {"id_number": alert.id_number} if alert.id_number else {"no_id_reason": NO_NUMBER}
    membership = add_member(
        household=household,
        facts=facts,
        relation=HEAD,
        joined=Membership.Joined.SUPPLEMENT,
        on=on,
        by=by,
        today=on,
    )
    link_alert(alert=alert, person=membership.person, on=on, by=by, note="新登记")
    return membership.person


@transaction.atomic
def decide_doubt(*, doubt: IdentityDoubt, verdict: str, on: date, by: User) -> IdentityDoubt:
    """Say whether the two are one person; if so the unlinked alert goes to the registered person."""
    if verdict not in (Verdict.SAME, Verdict.DIFFERENT):
        raise Refused("选“是同一人”或“不是同一人”")
    waiting = IdentityDoubt.objects.filter(pk=doubt.pk, verdict=Verdict.OPEN)
    if not waiting.update(verdict=verdict, decided_by=by, decided_on=on):
        raise Refused("这一对已经有人认过")
    doubt.refresh_from_db()
    if verdict == Verdict.SAME:
        _join(doubt, on, by)
    return doubt


def _join(doubt: IdentityDoubt, on: date, by: User) -> None:
    one, other = doubt.alert, doubt.other
    person = doubt.person or one.person or (other.person if other else None)
    for alert in (one, other):
        if person and alert and alert.person_id is None:
            link_alert(alert=alert, person=person, on=on, by=by, note=f"认定与{person.name}是同一人")


@transaction.atomic
def reopen_doubt(*, doubt: IdentityDoubt) -> None:
    """Take the verdict back, and with it the link that it made. Refused once something was built on the link."""
    doubt = IdentityDoubt.objects.select_for_update().get(pk=doubt.pk)
    if doubt.verdict == Verdict.OPEN:
        raise Refused("这一对还没有认过")
    pair = Alert.objects.filter(pk__in=[doubt.alert_id, doubt.other_id])
    linked = AlertEvent.objects.known().filter(
        alert__in=pair, kind=AlertEvent.Kind.LINKED, by=doubt.decided_by, on=doubt.decided_on
    )
    for act in set(linked.exclude(act=None).values_list("act", flat=True)):
        assert act
        undo(alerts=Alert.objects.filter(events__act=act), act=act)
    IdentityDoubt.objects.filter(pk=doubt.pk).update(verdict=Verdict.OPEN, decided_by=None, decided_on=None)
