"""What of alerts waits for a user today."""

from datetime import date

from django.db.models import Count, Min, Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import may
from monitoring.models import Alert, IdentityDoubt
from monitoring.queries.alert_list import of_view
from paibou.lib.declarations import Todo, Waiting, todos

LATE = Q(state__in=Alert.State.with_the_village())


def station(user: User, day: date) -> list[Waiting]:
    """For the station: what to hand out, to chase, to review, to send back, whose identity to settle."""
    if not may(user, "monitoring.hand_out_alert"):
        return []
    chase = LATE & Q(due_on__lt=day)
    found = (
        Alert.objects.known()
        .visible_to(user)
        .aggregate(
            new=Count("pk", filter=of_view("new", day)),
            new_due=Min("due_on", filter=of_view("new", day)),
            new_late=Count("pk", filter=of_view("new", day) & Q(due_on__lt=day)),
            late=Count("pk", filter=chase),
            late_due=Min("due_on", filter=chase),
            review=Count("pk", filter=of_view("review", day)),
            back=Count("pk", filter=of_view("back", day)),
        )
    )
    lines = [
        _line("村里超期没反馈，该催了", "late", found["late"], due_on=found["late_due"], late=found["late"]),
        _line("预警待分派", "new", found["new"], due_on=found["new_due"], late=found["new_late"]),
        _line("村里答复了，待复核", "review", found["review"]),
        _line("办结了还没回传", "back", found["back"]),
        _doubts(user),
    ]
    return [line for line in lines if line.count]


def _line(what: str, view: str, count: int, *, due_on: date | None = None, late: int = 0) -> Waiting:
    return Waiting(what, f"{reverse('monitoring:alert_list')}?view={view}", count, due_on=due_on, late=late, unit="条")


def _doubts(user: User) -> Waiting:
    count = IdentityDoubt.objects.visible_to(user).filter(verdict="").count()
    return Waiting("号码和姓名对不上，待认", reverse("monitoring:doubt_list"), count, unit="对")


def checks(user: User, day: date) -> list[Waiting]:
    """我的核查: for those who go to see the families."""
    if may(user, "monitoring.hand_out_alert") or not may(user, "monitoring.check_alert"):
        return []
    mine = Alert.objects.with_the_village().visible_to(user)
    found = mine.aggregate(count=Count("pk"), due=Min("due_on"), late=Count("pk", filter=Q(due_on__lt=day)))
    if not found["count"]:
        return []
    url = reverse("monitoring:check_list")
    return [Waiting("预警等您核查", url, found["count"], due_on=found["due"], late=found["late"], unit="条")]


todos.add("alerts", Todo("alerts", "预警", station, order=10))
todos.add("checks", Todo("checks", "我的核查", checks, order=5))
