"""What reports add to the rail."""

from paibou.lib.declarations import NavEntry, nav

nav.add("workbench", NavEntry("workbench", "工作台", "reports:workbench", "", "reports.view_workbench", order=1))
nav.add("health", NavEntry("health", "数据体检", "reports:health", "", "reports.view_health", order=2))
nav.add("reports", NavEntry("reports", "报表", "reports:report_list", "报送", "reports.view", order=60))
