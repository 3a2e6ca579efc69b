"""What alerts add to the rail."""

from datetime import date

from accounts.models import User
from accounts.roles import may
from monitoring.models import Alert
from monitoring.models.alert import AlertQuerySet
from paibou.lib.declarations import NavEntry, nav

State = Alert.State
GROUP = "监测帮扶"


def waiting(user: User, day: date) -> AlertQuerySet:
    """For the station what to hand out and to review, for a village what to check, for readers what is open."""
    if may(user, "monitoring.hand_out_alert"):
        mine = [State.RECEIVED, State.ANSWERED, State.PROPOSED]
        return Alert.objects.known().visible_to(user).filter(state__in=mine)
    return to_check(user, day)


def late(user: User, day: date) -> AlertQuerySet:
    return Alert.objects.overdue(day).visible_to(user)


def to_check(user: User, day: date) -> AlertQuerySet:
    return Alert.objects.with_the_village().visible_to(user)


def own_to_check(user: User, day: date) -> AlertQuerySet:
    """The station has its count at the inbox; the same one twice is one too many."""
    return to_check(user, day).none() if may(user, "monitoring.hand_out_alert") else to_check(user, day)


def late_to_check(user: User, day: date) -> AlertQuerySet:
    return own_to_check(user, day).filter(due_on__lt=day)


nav.add(
    "alerts",
    NavEntry("alerts", "预警", "monitoring:alert_list", GROUP, "monitoring.view", order=10, waiting=waiting, late=late),
)
nav.add(
    "checks",
    NavEntry(
        "checks",
        "核查",
        "monitoring:check_list",
        GROUP,
        "monitoring.check_alert",
        order=12,
        waiting=own_to_check,
        late=late_to_check,
    ),
)
