"""What a search shows of each hit, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, prefetch_related_objects

from households.models import Household, Membership, Person, Registration
from households.queries.search import Found


@dataclass
class Hit:
    """A person or a household, with the household a person is in and what that one is on file as."""

    noun: str
    row: Person | Household
    home: Household | None
    url: str = ""
    village: str = ""

    @property
    def name(self) -> str:
        return str(self.row)

    @property
    def kinds(self) -> list[str]:
        return [row.get_kind_display() for row in self.home.on_file] if self.home else []  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Hits:
    all: list[Hit]
    near: list[Hit]

    @property
    def only(self) -> Hit | None:
        """The one that was meant: a single hit, or a person found together with nothing but his own household."""
        people = [hit for hit in self.all if hit.noun == "person"]
        if len(people) == 1 and all(hit.home == people[0].home for hit in self.all):
            return people[0]
        return self.all[0] if len(self.all) == 1 else None


def hits(found: Found, day: date) -> Hits:
    """Households first where a number or a phone is theirs, then people."""
    on_file = Prefetch("registrations", Registration.objects.as_of(day), to_attr="on_file")
    stays = (
        Membership.objects.as_of(day)
        .select_related("household__head")
        .prefetch_related(Prefetch("household__registrations", Registration.objects.as_of(day), to_attr="on_file"))
    )
    people = [*found.people, *found.near]
    prefetch_related_objects(people, Prefetch("memberships", stays, to_attr="stays"))
    prefetch_related_objects(found.households, on_file)
    shown = [_person(row) for row in people]
    households = [Hit("household", row, row) for row in found.households]
    return Hits([*households, *shown[: len(found.people)]], shown[len(found.people) :])


def _person(row: Person) -> Hit:
    home = row.stays[0].household if row.stays else None  # type: ignore[attr-defined]
    return Hit("person", row, home)
