"""What cases add to the rail."""

from monitoring.models import Case
from paibou.lib.declarations import NavEntry, nav

nav.add(
    "cases",
    NavEntry(
        "cases",
        "监测对象",
        "monitoring:case_list",
        "监测帮扶",
        "monitoring.view",
        order=20,
        waiting=lambda user, day: Case.objects.known().visible_to(user).filter(state=Case.State.IDENTIFYING),
    ),
)
