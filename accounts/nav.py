"""What accounts adds to the rail."""

from paibou.lib.declarations import NavEntry, nav

GROUP = "管理"

nav.add("settings", NavEntry("settings", "设置", "accounts:setting_list", GROUP, "accounts.view_settings", order=80))
nav.add("users", NavEntry("users", "账号", "accounts:user_list", GROUP, "accounts.reset_village_password", order=81))
nav.add(
    "divisions", NavEntry("divisions", "区划", "accounts:division_list", GROUP, "accounts.manage_divisions", order=82)
)
nav.add("access", NavEntry("access", "审计", "accounts:access_log", GROUP, "accounts.view_access_log", order=83))
