"""What exchange adds to the rail."""

from exchange.models import Batch
from paibou.lib.declarations import NavEntry, nav

nav.add(
    "imports",
    NavEntry(
        "imports", "导入导出", "exchange:batch_list", "报送", "exchange.view", order=80,
        waiting=lambda user, day: Batch.objects.visible_to(user).waiting(),
    ),
)  # fmt: skip
