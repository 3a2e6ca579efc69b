"""What the page of one alert shows, in a fixed number of statements."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import User
from households.models import Person
from households.queries.listing import village_names
from monitoring.models import Alert, AlertEvent, Case
from monitoring.queries.alert_list import kind_label, kinds_of, officers_of
from monitoring.queries.alert_repeat import last_answer

Kind = AlertEvent.Kind
MOST_NAMESAKES = 5
MOST_OTHERS = 20


def name_rows(alerts: Iterable[Alert], day: date) -> None:
    """Give each alert `village_name`, `kind_label` (what its household is on file as) and `checker_name`."""
    alerts = list(alerts)
    villages = village_names(alerts)
    kinds = kinds_of((alert.household_id for alert in alerts), day)
    officers = officers_of((alert.village_code for alert in alerts), day)
    for alert in alerts:
        alert.village_name = villages.get(alert.village_code, "未定村")
        if not villages.get(alert.village_code, "").endswith(("村", "社区")) and alert.village_code.endswith("000"):
            alert.village_name = "未定村"
        alert.kind_label = kind_label(alert, kinds)
        waits = alert.state in Alert.State.with_the_village()
        alert.checker_name = (
            alert.answer.checker if alert.answer else officers.get(alert.village_code, "") if waits else ""
        )


def page_of(alert: Alert, user: User, day: date) -> dict[str, Any]:
    events = list(alert.events.select_related("by", "check_made").order_by("pk"))
    villages = village_names([alert, *events])
    others = Alert.objects.of_the_same_person(alert).visible_to(user).exclude(pk=alert.pk).for_list()
    name_rows([alert], day)
    return {
        "alert": alert,
        "entries": [(event, villages.get(event.village_code, "")) for event in events],
        "last_event": _last_act(events),
        "others": list(others.order_by("-received_on", "-pk")[:MOST_OTHERS]),
        "without_household": without_household(alert),
        "last": last_answer(alert, day),
        "photos": list(alert.answer.photos.all()) if alert.answer else [],
        "doubts": list(alert.doubts.filter(verdict="").select_related("person", "other")),
        "people": namesakes(alert, user) if alert.person_id is None else [],
        "case": Case.objects.known().visible_to(user).filter(alert=alert).first(),
        "today": day,
    }


def without_household(alert: Alert) -> str:
    """Why no case can be opened on it yet, and what to do; empty when it has a household."""
    if alert.household_id:
        return ""
    if alert.person_id:
        return "此人在册，但现在不属于哪一户；先到农户页把他加进一户（“登记增加”，单独成户的“登记一户”），再立案"
    return "此人还不在册，先在右边登记，再立案"


def _last_act(events: list[AlertEvent]) -> AlertEvent | None:
    """The event that an undo would withdraw: the last that stands and moved something."""
    standing = [event for event in events if event.withdrawn_at is None and event.kind != Kind.REMINDED]
    return standing[-1] if standing and standing[-1].kind != Kind.RECEIVED and standing[-1].act else None


def namesakes(alert: Alert, user: User) -> list[Person]:
    """Registered people whom an unlinked alert may be about: of its number, or of its name in its village."""
    named = Q(name=alert.name, village_code=alert.village_code)
    numbered = Q(id_digest=alert.id_digest) if alert.id_digest else Q(pk__in=[])
    return list(Person.objects.visible_to(user).filter(named | numbered).order_by("pk")[:MOST_NAMESAKES])
