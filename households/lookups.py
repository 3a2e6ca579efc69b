"""How a helper's households are named where accounts are made."""

from django.db.models import Q

from accounts.models import User
from households.models import Household
from paibou.lib.declarations import Lookup, lookups


def find(user: User, text: str) -> list[Household]:
    """Open households of the user's by number or by their head's name; two where it is not clear which."""
    rows = Household.objects.visible_to(user).filter(closed_on=None)
    return list(rows.filter(Q(number=text) | Q(head__name=text)).select_related("head")[:2])


def labels(user: User, ids: list[int]) -> dict[int, str]:
    rows = Household.objects.visible_to(user).filter(pk__in=ids).select_related("head")
    return {row.pk: f"{row.head.name if row.head else '无户主'}户 {row.number}".strip() for row in rows}


lookups.add("household", Lookup("household", find, labels))
