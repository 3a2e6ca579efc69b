"""What households adds to the rail."""

from households.models import FactProposal
from paibou.lib.declarations import NavEntry, nav

GROUP = "监测帮扶"

nav.add(
    "households",
    NavEntry(
        "households",
        "农户",
        "households:household_list",
        GROUP,
        "households.view",
        order=30,
        waiting=lambda user, day: FactProposal.objects.visible_to(user).open(),
    ),
)
nav.add("visits", NavEntry("visits", "走访", "households:visit_list", GROUP, "households.visit", order=40))
