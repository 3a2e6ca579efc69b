"""What follows from a person's dates."""

from datetime import date

from households.models import Person


def age(person: Person, day: date) -> int | None:
    """Whole years on the day, or on the day of death; None without a birth date."""
    if person.born_on is None:
        return None
    last = min(day, person.died_on) if person.died_on else day
    return last.year - person.born_on.year - ((last.month, last.day) < (person.born_on.month, person.born_on.day))
