from accounts.models.access import AccessLog, FullView
from accounts.models.division import Division, DivisionName
from accounts.models.setting import Setting
from accounts.models.user import Grant, User

__all__ = ["AccessLog", "Division", "DivisionName", "FullView", "Grant", "Setting", "User"]
