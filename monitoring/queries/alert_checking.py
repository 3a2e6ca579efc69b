"""What a cadre's phone shows: the people to see, and one person with all that waits on him."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from accounts.options import value_of
from households.models import Membership
from households.queries.listing import village_names
from monitoring.models import Alert, AlertEvent
from monitoring.models.alert import AlertQuerySet
from monitoring.options.alert import HOME_PHOTOS
from monitoring.queries.alert_list import by_person, kind_label, kinds_of, subject
from monitoring.queries.alert_repeat import keepable, last_answer

MOST_WAITING = 300  # a village has a few dozen; whoever holds a township looks for its list at a desk


@dataclass(frozen=True)
class ToSee:
    """One person with the alerts that wait on him, the most urgent first."""

    alerts: list[Alert]
    village: str
    kind: str
    is_chased: bool

    @property
    def first(self) -> Alert:
        return self.alerts[0]

    @property
    def phone(self) -> str:
        return phone_of(self.first)

    @property
    def what(self) -> str:
        return "；".join(f"{one.get_source_display()} {one.reason}".strip() for one in self.alerts)


def waiting_for(user: User) -> AlertQuerySet:
    """What waits for the user's check, the most urgent first."""
    return Alert.objects.with_the_village().visible_to(user).order_by("queue_on", "-received_on", "-id")


def to_check(user: User, day: date) -> tuple[list[ToSee], int]:
    """The people to see, and how many alerts wait on them in all."""
    rows = waiting_for(user).select_related("person", "household__head", "answer")[:MOST_WAITING]
    alerts = list(rows)
    villages, kinds = village_names(alerts), kinds_of((one.household_id for one in alerts), day)
    told = AlertEvent.objects.known().filter(alert__in=alerts, kind=AlertEvent.Kind.REMINDED)
    chased = set(told.values_list("alert_id", flat=True))
    people = [
        ToSee(
            group,
            villages.get(group[0].village_code, ""),
            kind_label(group[0], kinds),
            any(one.pk in chased for one in group),
        )
        for group in by_person(alerts)
    ]
    return people, len(alerts)


def phone_of(alert: Alert) -> str:
    """The number to ring: the alert's, the person's, the household's."""
    numbers = [alert.phone, alert.person and alert.person.phone, alert.household and alert.household.phone]
    return next((number for number in numbers if number), "")


def next_after(alert: Alert, user: User) -> Alert | None:
    """The next person to see: the one that was behind this one, else the first of all."""
    keys = waiting_for(user).only("pk", "person", "id_digest", "name", "queue_on", "received_on")[:MOST_WAITING]
    rest = [one for one in keys if subject(one) != subject(alert)]
    behind = [one for one in rest if one.queue_on >= alert.queue_on]
    return next(iter(behind or rest), None)


def checking(alert: Alert, user: User, day: date) -> dict[str, Any]:
    """The person of an alert: what waits on him, what was before, where he stands in the queue."""
    same = Alert.objects.of_the_same_person(alert).with_the_village().visible_to(user)
    alerts = list(
        same.select_related("previous__answer", "person", "household__head").order_by("queue_on", "-received_on", "-id")
    )
    shown = alerts[0] if alerts else alert
    keys = waiting_for(user).only("pk", "person", "id_digest", "name")[:MOST_WAITING]
    queue = [group[0] for group in by_person(keys)]
    place = [number for number, one in enumerate(queue, 1) if subject(one) == subject(alert)]
    _say_why_sent_back(alerts)
    answers = [(one, last_answer(one, day)) for one in alerts]
    household = shown.household
    return {
        "alert": shown,
        "slips": answers,
        "phone": phone_of(shown),
        "place": place[0] if place else 0,
        "of_all": len(queue),
        "kept": keepable(alerts, day),
        "home_photos": value_of(HOME_PHOTOS, village_code=shown.village_code, day=day),
        "village": village_names([shown]).get(shown.village_code, ""),
        "kind": kind_label(shown, kinds_of([shown.household_id], day)),
        "people": Membership.objects.as_of(day).filter(household=household).count() if household else 0,
        "today": day,
    }


def _say_why_sent_back(alerts: list[Alert]) -> None:
    """Give those that were sent back the station's reason, as `sent_back_note`."""
    back = [one for one in alerts if one.state == Alert.State.SENT_BACK]
    if not back:
        return
    events = AlertEvent.objects.known().filter(alert__in=back, kind=AlertEvent.Kind.SENT_BACK).order_by("pk")
    notes = dict(events.values_list("alert_id", "note"))
    for one in back:
        one.sent_back_note = notes.get(one.pk, "")
