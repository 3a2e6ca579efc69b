"""What follows from a person's dates and place."""

from datetime import date

from django.db.models import QuerySet

from households.models import Membership, Person


def age(person: Person, day: date) -> int | None:
    """Whole years on the day, or on the day of death; None without a birth date."""
    if person.born_on is None:
        return None
    last = min(day, person.died_on) if person.died_on else day
    return last.year - person.born_on.year - ((last.month, last.day) < (person.born_on.month, person.born_on.day))


def heirs(membership: Membership) -> QuerySet[Person] | None:
    """Those of whom one becomes the head when this member leaves; None where no head leaves others."""
    household = membership.household
    if household.head_id != membership.person_id:
        return None
    present = Membership.objects.known().filter(household=household, valid_to=None)
    others = Person.objects.filter(pk__in=present.values("person")).exclude(pk=membership.person_id)
    return others.order_by("id") if others.exists() else None
