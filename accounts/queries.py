"""Reads across accounts' nouns."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Division, Grant, User
from paibou.lib.declarations import lookups

NATION = "全国"


@dataclass(frozen=True)
class Place:
    """A grant with the name of what it opens."""

    grant: Grant
    name: str

    def holds(self, day: date) -> bool:
        return self.grant.valid_from <= day and (self.grant.valid_to is None or self.grant.valid_to > day)


def places_of(user_ids: Iterable[int], *, day: date | None, user: User) -> dict[int, list[Place]]:
    """Places by user, those of one day or all there ever were; names in one statement each for divisions and households."""
    grants = Grant.objects.filter(user__in=list(user_ids)).order_by("valid_from", "prefix", "id")
    rows = list(grants.on(day) if day else grants)
    codes = {grant.prefix for grant in rows if grant.prefix}
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}
    ids = [grant.household_id for grant in rows if grant.household_id]
    households = lookups["household"].labels(user, ids) if ids and "household" in lookups else {}
    places: dict[int, list[Place]] = defaultdict(list)
    for grant in rows:
        if grant.household_id:
            name = households.get(grant.household_id, "不在您范围内的户")
        else:
            name = names.get(grant.prefix or "", grant.prefix or NATION)
        places[grant.user_id].append(Place(grant, name))
    return places
