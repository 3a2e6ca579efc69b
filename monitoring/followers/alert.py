"""What happens to alerts when people move."""

from monitoring.services.alert_follow import follow_people
from paibou.lib.declarations import Follower, followers

followers.add("alerts", Follower("alerts", people_moved=follow_people))
