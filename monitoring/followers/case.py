"""What happens to cases when a household closes, and when that is taken back."""

from monitoring.services.case_follow import end_with_household, reopen_with_household
from paibou.lib.declarations import Follower, followers

followers.add("cases", Follower("cases", household_closed=end_with_household, household_reopened=reopen_with_household))
