"""What happens to cases when a household closes, and when that is taken back."""

from households.models import Household
from monitoring.queries.case import cases_ending_with
from monitoring.services.case_follow import end_with_household, reopen_with_household
from paibou.lib.declarations import Follower, followers


def closing_ends(*, household: Household) -> list[str]:
    cases = cases_ending_with(household).order_by("clue_on", "pk")
    return [f"监测案件（{case.get_kind_display()}，{case.get_state_display()}）" for case in cases]


followers.add(
    "cases",
    Follower(
        "cases",
        household_closed=end_with_household,
        household_reopened=reopen_with_household,
        closing_ends=closing_ends,
    ),
)
