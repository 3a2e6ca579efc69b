"""The inbox: its views with their counts, and what stands beside each row."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from households.models import Registration
from monitoring.models import Alert
from monitoring.models.alert import AlertQuerySet

State = Alert.State
DEFAULT_VIEW = "open"
VIEWS = {
    "all": "全部",
    "new": "待分派",
    "open": "在办",
    "late": "超期",
    "review": "待复核",
    "back": "待回传",
    "closed": "已办结",
}


def of_view(name: str, day: date) -> Q:
    return {
        "all": Q(),
        "new": Q(state=State.RECEIVED),
        "open": ~Q(state=State.CLOSED),
        "late": Q(state__in=State.unanswered(), due_on__lt=day),
        "review": Q(state__in=[State.ANSWERED, State.PROPOSED]),
        "back": Q(state=State.CLOSED, returned_on=None, batch__isnull=False),
        "closed": Q(state=State.CLOSED),
    }[name]


def view_counts(rows: AlertQuerySet, day: date) -> dict[str, int]:
    """How many alerts each view holds, and alerts (条) and people (人) received this year, in one statement."""
    this_year = Q(received_on__year=day.year)
    return rows.order_by().aggregate(
        **{name: Count("pk", filter=of_view(name, day)) for name in VIEWS},
        year=Count("pk", filter=this_year),
        numbers=Count("id_digest", distinct=True, filter=this_year & ~Q(id_digest=b"")),
        unnumbered=Count("pk", filter=this_year & Q(id_digest=b"")),
    )


def kinds_of(household_ids: Iterable[int | None], day: date) -> dict[int, str]:
    """What households are on file as on a day: 监测对象 before 脱贫户; the rest are 一般农户."""
    ids = {pk for pk in household_ids if pk}
    standing = Registration.objects.as_of(day).filter(household__in=ids).order_by("kind")
    found = dict.fromkeys(ids, "一般农户")
    found.update({row.household_id: row.get_kind_display() for row in standing})
    return found


def kind_label(alert: Alert, kinds: Mapping[int, str]) -> str:
    """What its household is on file as; without one, whether the person is on file."""
    return kinds.get(alert.household_id or 0, "在册无户" if alert.person_id else "不在册")


def officers_of(village_codes: Iterable[str], day: date) -> dict[str, str]:
    """Who checks in a village: the names of its 专干, by village."""
    rows = User.objects.filter(
        role=User.Role.VILLAGE_OFFICER, is_active=True, grants__prefix__in=set(village_codes)
    ).filter(Q(grants__valid_to=None) | Q(grants__valid_to__gt=day))
    names: dict[str, list[str]] = {}
    for code, name in rows.order_by("pk").values_list("grants__prefix", "name"):
        names.setdefault(code or "", []).append(name)
    return {code: "、".join(dict.fromkeys(each)) for code, each in names.items()}


def subject(alert: Alert) -> tuple[object, ...]:
    """Alerts with the same subject are checked together."""
    if alert.person_id:
        return ("person", alert.person_id)
    return ("number", bytes(alert.id_digest), alert.name) if alert.id_digest else ("alert", alert.pk)


def by_person(alerts: Iterable[Alert]) -> list[list[Alert]]:
    """Alerts grouped by the person they are about, in the order of the first of each."""
    groups: dict[tuple[object, ...], list[Alert]] = {}
    for alert in alerts:
        groups.setdefault(subject(alert), []).append(alert)
    return list(groups.values())


def batches_of(user: User) -> QuerySet:
    """Batches with alerts that the user may see, the newest first."""
    counted = Alert.objects.known().visible_to(user).exclude(batch=None).order_by()
    return (
        counted.values("batch", "batch__upload__name", "batch__received_on", "source")
        .annotate(
            n=Count("pk"),
            new=Count("pk", filter=of_view("new", date.max)),
            open=Count("pk", filter=of_view("open", date.max)),
            back=Count("pk", filter=of_view("back", date.max)),
            returned=Count("pk", filter=Q(returned_on__isnull=False)),
        )
        .order_by("-batch__received_on", "-batch", "source")
    )
