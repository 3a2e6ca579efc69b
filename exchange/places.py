"""The names by which a user's villages may be written."""

from django.db.models import Q

from accounts.models import Division, DivisionName, User
from paibou.lib import division
from paibou.lib.cleaners.places import Place, Places

COUNTY = 6


def places_of(user: User) -> Places:
    """Divisions by name, older names too, as seen from the user's prefixes; a closed village means its successor.

    Neighbours in the county are among them, so that a neighbour's row is told from a misspelt one.
    """
    near = Q(pk__in=[])
    for prefix in user.prefixes:
        above = [prefix[:length] for length in division.LEVELS if length <= len(prefix)]
        near |= Q(code__in=above) | division.within([prefix[:COUNTY]], "padded_code")
    divisions = {one.pk: one for one in Division.objects.filter(near)}

    def present(pk: int) -> str:
        one = divisions[pk]
        while one.closed_on and one.successor_id in divisions:
            one = divisions[one.successor_id]
        return one.code

    known = [Place(present(pk), one.name) for pk, one in divisions.items()]
    names = DivisionName.objects.known().filter(division__in=divisions).values_list("division_id", "name")
    return Places(known + [Place(present(pk), name) for pk, name in names], user.prefixes)
