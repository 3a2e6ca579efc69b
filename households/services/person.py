"""A person's own row: made once, found again by the number."""

from collections.abc import Mapping
from typing import Any

from households.facts import PERSON_FACTS, put
from households.models import Membership, Person
from households.services.dated import stand
from paibou.lib import identity
from paibou.lib.pinyin import sort_key
from paibou.lib.refused import Refused
from paibou.lib.sealing import digest

OF_NUMBER = ("sex", "born_on")  # what an identity number says


def has_number(person: Person) -> bool:
    """The person has an identity number that says sex and birth date."""
    of_kind = person.id_kind in (Person.IdKind.RESIDENT, Person.IdKind.DISABILITY)
    return of_kind and not identity.wrong(person.id_number)


def derive(person: Person) -> None:
    """Set what follows from other columns: digests, the order by sound, sex and birth date of an identity number."""
    person.name_sort = sort_key(person.name)
    person.id_digest = digest(person.id_number)
    person.phone_digest = digest(person.phone)
    if has_number(person):
        person.born_on = identity.birth_date(person.id_number)
        person.sex = Person.Sex.MALE if identity.is_male(person.id_number) else Person.Sex.FEMALE


def find_or_make_person(*, village_code: str, facts: Mapping[str, Any]) -> Person:
    """The person of this number, or a new one. Refused when the number is somebody else's, or misses without a reason."""
    known = _known(str(facts.get("id_number") or ""))
    if known is None:
        return _make(village_code, facts)
    if known.name != facts["name"]:
        raise Refused("这个证件号码在系统里是另一个姓名，请核对号码和姓名")
    if known.died_on:
        raise Refused(f"{known.name}已登记死亡，请先更正死亡登记")
    return known


def _known(id_number: str) -> Person | None:
    return Person.objects.filter(id_digest=digest(id_number)).first() if id_number else None


def _make(village_code: str, facts: Mapping[str, Any]) -> Person:
    person = Person(village_code=village_code)
    for field, value in facts.items():
        put(person, PERSON_FACTS[field], value)
    if not person.id_number:
        person.id_kind = Person.IdKind.NONE
    derive(person)
    return stand(person)


def follow_household(person: Person) -> None:
    """Let the person's village be that of the present, or else the last household."""
    rows = Membership.objects.known().filter(person=person).order_by("-valid_from")
    code = rows.values_list("village_code", flat=True).first()
    if code and code != person.village_code:
        person.village_code = code
        person.save(update_fields=["village_code"])
