"""What happens to cases when a household closes."""

from monitoring.services.case_follow import end_with_household
from paibou.lib.declarations import Follower, followers

followers.add("cases", Follower("cases", household_closed=end_with_household))
