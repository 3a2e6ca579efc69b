"""What speaks against 兜底保障标注: somebody who can work, or is not secured. It warns and wants a reason; none stops."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from households.models import Guarantee, Membership, Person
from households.queries.people import age
from households.words import UNABLE
from monitoring.queries.elimination import Warned

GROWN = 16  # 劳动年龄 begins; younger ones need no 劳动技能
SECURING = (Guarantee.Kind.MINIMUM, Guarantee.Kind.DESTITUTE)


def label_warnings(household_ids: Iterable[int], on: date) -> dict[int, list[Warned]]:
    """By household: where it is not whole without labour and secured by 低保 or 特困 on the day."""
    households: dict[int, list[Person]] = defaultdict(list)
    members = Membership.objects.as_of(on).filter(household__in=list(household_ids)).select_related("person")
    for row in members.order_by("pk"):
        households[row.household_id].append(row.person)
    people = [person.pk for members in households.values() for person in members]
    rows = Guarantee.objects.as_of(on).filter(person__in=people, kind__in=SECURING)
    secured = set(rows.values_list("person", flat=True))
    return {household: list(_warned(members, secured, on)) for household, members in households.items()}


def _warned(members: list[Person], secured: set[int], on: date) -> Iterator[Warned]:
    able = [one for one in members if one.labour and one.labour not in UNABLE]
    if able:
        yield Warned("labour", f"{_names(able)}有劳动能力")
    unknown = [one for one in members if not one.labour and not _is_child(one, on)]
    if unknown:
        yield Warned("labour_unknown", f"没有登记{_names(unknown)}的劳动技能")
    bare = [one for one in members if one.pk not in secured]
    if bare:
        yield Warned("secured", f"{'全家' if bare == members else _names(bare)}没有低保或特困")


def _is_child(person: Person, on: date) -> bool:
    years = age(person, on)
    return years is not None and years < GROWN


def _names(people: list[Person]) -> str:
    return "、".join(person.name for person in people)
