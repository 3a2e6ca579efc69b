"""Who may do what: one table from role to rights. Where he may do it is his grants' matter (`accounts/scope.py`).

A right is `app.verb_noun`. Every view names the one it needs (`accounts/doors.py`); the crawl test reads both.
"""

from accounts.models import User

Role = User.Role

EVERYBODY = {
    "accounts.own_settings",  # password, look
    "reports.view_workbench",
}
READS = {
    "households.view",  # list, search, household and person pages
    "monitoring.view",  # alerts and cases
    "reports.view",  # figures, the summary, their lists
    "reports.view_health",
}
VISITS = {
    "monitoring.check_alert",  # the list of one's own alerts and the check form
    "monitoring.report_alert",  # one alert typed by hand
    "households.visit",  # the list of households to visit and the visit form
    "accounts.call",  # the full phone number of those one visits
}
VILLAGE_WORK = EVERYBODY | READS | VISITS | {"households.propose", "accounts.full_view"}
STATION = (
    VILLAGE_WORK
    | {"households.change", "households.settle_proposal"}
    | {
        "monitoring.hand_out_alert",  # to villages, another due date, chase
        "monitoring.close_alert",  # close, send back, second look
        "monitoring.answer_back",  # the sender's own workbook with the answers
        "monitoring.change_case",  # every step from clue to end, papers for many, measures
        "monitoring.review_cases",  # 综合研判
    }
    | {"exchange.view", "exchange.import", "exchange.export", "exchange.export_full"}
    | {"reports.make", "reports.finalise"}
    | {"accounts.reset_village_password", "accounts.view_access_log", "accounts.view_settings"}
)
DISTRICT = EVERYBODY | READS | {"exchange.export"}
ADMINISTRATION = (
    EVERYBODY
    | READS
    | {
        "accounts.manage_users",
        "accounts.reset_village_password",
        "accounts.manage_divisions",
        "accounts.view_settings",
        "accounts.manage_settings",
        "accounts.view_access_log",
        "accounts.rotate_keys",
        "exchange.view",
    }
)

RIGHTS: dict[str, frozenset[str]] = {
    Role.STATION: frozenset(STATION),
    Role.TOWN_CADRE: frozenset(VILLAGE_WORK),
    Role.VILLAGE_OFFICER: frozenset(VILLAGE_WORK),
    Role.RESIDENT_TEAM: frozenset(VILLAGE_WORK),
    Role.GRID_WORKER: frozenset(EVERYBODY | VISITS),
    Role.HELPER: frozenset(EVERYBODY | VISITS),
    Role.DISTRICT_READER: frozenset(DISTRICT),
    Role.ADMINISTRATOR: frozenset(ADMINISTRATION),
}
ALL_RIGHTS = frozenset().union(*RIGHTS.values())
VILLAGE_ROLES = frozenset(
    {Role.TOWN_CADRE, Role.VILLAGE_OFFICER, Role.RESIDENT_TEAM, Role.GRID_WORKER, Role.HELPER}
)  # whose first passwords the station hands out


def may(user: object, *rights: str) -> bool:
    """Whether the user's role has one of the rights."""
    held = RIGHTS.get(getattr(user, "role", ""), frozenset())
    return any(right in held for right in rights)
