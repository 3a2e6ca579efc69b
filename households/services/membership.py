"""家庭成员: who joins and leaves a household, on which day, and the correction of what was entered wrong."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from households.facts import HEAD_FIELD
from households.models import FactChange, Household, Membership, Person
from households.services.carrying import carry_circumstances, shift_circumstances
from households.services.dated import refuse_future, rewrite_all, stand, withdraw
from households.services.following import people_moved
from households.services.person import find_or_make_person, follow_household
from households.services.spells import rebuild_spells
from households.words import HEAD, RELATIONS
from paibou.lib.periods import holds
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day

Joined, Left = Membership.Joined, Membership.Left
KEEP: Any = object()


@transaction.atomic
def add_member(
    *,
    household: Household,
    facts: Mapping[str, Any],
    relation: str,
    joined: Membership.Joined,
    on: date,
    by: User | None,
    today: date,
    relation_raw: str = "",
    note: str = "",
) -> Membership:
    """A birth, a marriage in, a move in: the person, new or on file before, belongs to the household from the day on.

    Refused when the person belongs to another household on that day: that is a transfer. A person without a number is
    known by name and birth date, and joins once.
    """
    if not facts.get("id_number"):
        _refuse_twice(household, facts)
    person = find_or_make_person(village_code=household.village_code, facts=facts)
    return join_household(
        household=household,
        person=person,
        relation=relation,
        joined=joined,
        on=on,
        by=by,
        today=today,
        relation_raw=relation_raw,
        note=note,
    )


@transaction.atomic
def join_household(
    *,
    household: Household,
    person: Person,
    relation: str,
    joined: Membership.Joined,
    on: date,
    by: User | None,
    today: date,
    relation_raw: str = "",
    note: str = "",
) -> Membership:
    """Let a person on file belong to the household from the day on."""
    refuse_future(on, today)
    _refuse_unless_open(household, on)
    if relation not in RELATIONS:
        raise Refused(f"没有“{relation}”这种与户主关系，请从列出的里面选")
    if person.born_on and on < person.born_on:
        raise Refused(f"入户日期早于出生日期（{full_day(person.born_on)}），请核对")
    if Membership.objects.known().filter(person=person).filter(valid_to=None).exclude(household=household).exists():
        raise Refused(f"{person.name}现在还是另一户的成员，请登记“从别的户转来”，或先在那一户登记离户")
    row = Membership(
        household=household,
        village_code=household.village_code,
        person=person,
        relation=relation,
        relation_raw=relation_raw or relation,
        joined=joined,
        valid_from=on,
        note=note,
        by=by,
    )
    stand(row)
    _settle([row], on=on, by=by)
    return row


@transaction.atomic
def end_membership(
    *,
    membership: Membership,
    on: date,
    left: Membership.Left,
    by: User | None,
    today: date,
    new_head: Person | None = None,
    note: str = "",
) -> Membership:
    """A death, a marriage out, a move away: `on` is the first day the person belongs no more.

    Guarantees and work end with it. Refused for the head while others stay, unless one of them becomes the head.
    """
    refuse_future(on, today)
    household, person = membership.household, membership.person
    if membership.valid_to is not None:
        raise Refused(f"{person.name}已登记 {full_day(membership.valid_to)} 离户；日期不对请用“更正”")
    if on <= membership.valid_from:
        raise Refused(f"{person.name} {full_day(membership.valid_from)} 才入户，离户要晚于这一天")
    hand_over_head(household=household, leaving={person.pk}, on=on, new_head=new_head, by=by, today=today)
    at = timezone.now()
    row = replace_memberships(
        [(membership, {"valid_to": on, "left": left, "note": note or membership.note})], at=at, by=by
    )
    if left == Left.DEATH:
        Person.objects.filter(pk=person.pk).update(died_on=on)
    carry_circumstances(person=person, on=on, to=None, at=at, by=by)
    rebuild_spells([household.pk])
    return row[0]


@transaction.atomic
def transfer_member(
    *,
    person: Person,
    household: Household,
    relation: str,
    on: date,
    joined: Membership.Joined,
    left: Membership.Left,
    by: User | None,
    today: date,
    new_head: Person | None = None,
    note: str = "",
) -> Membership:
    """Move one person from the present household to another on a day: no day between, no day twice."""
    present = Membership.objects.known().select_related("household").filter(person=person, valid_to=None).first()
    if present is None:
        raise Refused(f"{person.name}现在不是哪一户的成员，请直接登记增加")
    if present.household_id == household.pk:
        raise Refused(f"{person.name}已是这一户的成员")
    hand_over_head(household=present.household, leaving={person.pk}, on=on, new_head=new_head, by=by, today=today)
    rows = move_people(
        rows=[present],
        to=household,
        relations={person.pk: relation},
        on=on,
        joined=joined,
        left=left,
        by=by,
        today=today,
        note=note,
    )
    return rows[0]


def move_people(
    *,
    rows: list[Membership],
    to: Household,
    relations: Mapping[int, str],
    on: date,
    joined: Membership.Joined,
    left: Membership.Left,
    by: User | None,
    today: date,
    note: str = "",
) -> list[Membership]:
    """End the memberships on the day and let the same people belong to another household from it."""
    refuse_future(on, today)
    _refuse_unless_open(to, on)
    for row in rows:
        if on <= row.valid_from:
            raise Refused(f"{row.person.name} {full_day(row.valid_from)} 才入户，转出要晚于这一天")
    at = timezone.now()
    replace_memberships([(row, {"valid_to": on, "left": left}) for row in rows], at=at, by=by)
    new = []
    for row in rows:
        relation = relations.get(row.person_id, row.relation)
        if relation not in RELATIONS:
            raise Refused(f"没有“{relation}”这种与户主关系，请从列出的里面选")
        new.append(
            stand(
                Membership(
                    household=to,
                    village_code=to.village_code,
                    person=row.person,
                    relation=relation,
                    relation_raw=relation,
                    joined=joined,
                    valid_from=on,
                    recorded_at=at,
                    note=note,
                    by=by,
                )
            )
        )
        carry_circumstances(person=row.person, on=on, to=to, at=at, by=by)
    rebuild_spells([to.pk, *(row.household_id for row in rows)])
    _settle(new, on=on, by=by)
    return new


@transaction.atomic
def correct_membership(
    *,
    membership: Membership,
    by: User | None,
    today: date,
    valid_from: Any = KEEP,
    valid_to: Any = KEEP,
    joined: Any = KEEP,
    left: Any = KEEP,
    relation: Any = KEEP,
    note: Any = KEEP,
) -> Membership:
    """Let a membership be as it really was; the wrong row stays, withdrawn, known for what it was until now.

    Where the person came from another household, or went to one, on the very day that is corrected, that household's
    row moves along. Refused when the period then overlaps another household, or the head would leave others.
    """
    asked = {
        "valid_from": valid_from,
        "valid_to": valid_to,
        "joined": joined,
        "left": left,
        "relation": relation,
        "note": note,
    }
    changes = {name: value for name, value in asked.items() if value is not KEEP}
    first, last = changes.get("valid_from", membership.valid_from), changes.get("valid_to", membership.valid_to)
    for day in (first, last):
        if day:
            refuse_future(day, today)
    born_on = membership.person.born_on
    if born_on and first != membership.valid_from and first < born_on:
        raise Refused(f"入户日期早于出生日期（{full_day(born_on)}），请核对")
    if first < membership.household.opened_on:
        raise Refused(f"这一户 {full_day(membership.household.opened_on)} 才开户，入户不能早于这一天")
    _refuse_other_head(membership, changes.get("relation", membership.relation))
    if last is None:
        changes["left"] = ""
    elif membership.valid_to is None and _leaves_others(membership.household, {membership.person_id}):
        raise Refused(f"{membership.person.name}是户主；请先更换户主，再更正离户日期")
    neighbours = _Neighbours.of(membership, first, last)
    touched = [(membership, changes), *neighbours.touched(first, last)]
    rows = replace_memberships(touched, at=timezone.now(), by=by)
    _shift(membership, rows[0], neighbours)
    rebuild_spells([row.household_id for row in rows])
    follow_household(membership.person)
    return rows[0]


def _refuse_other_head(membership: Membership, relation: str) -> None:
    """Who is the head stands on the household; a relation alone makes nobody head, and takes nobody's place."""
    is_head = membership.household.head_id == membership.person_id
    if (relation == HEAD) is not (membership.relation == HEAD) and is_head is not (relation == HEAD):
        raise Refused("户主请用“更换户主”来改")


@transaction.atomic
def withdraw_membership(*, membership: Membership) -> None:
    """Take back a membership that never was. Refused for the head."""
    if membership.household.head_id == membership.person_id and membership.valid_to is None:
        raise Refused("这是户主；请先更换户主再撤回")
    withdraw(membership, at=timezone.now())
    rebuild_spells([membership.household_id])
    follow_household(membership.person)


@transaction.atomic
def change_head(
    *,
    household: Household,
    person: Person,
    on: date,
    by: User | None,
    today: date,
    relations: Mapping[int, str] | None = None,
    leaving: Collection[int] = (),
) -> None:
    """Make a member the head from the day on; relations of the others to the new head may be given with it."""
    refuse_future(on, today)
    rows = Membership.objects.known().filter(household=household, valid_to=None).exclude(person__in=leaving)
    standing = {row.person_id: row for row in rows}
    if person.pk not in standing:
        raise Refused(f"{person.name}不是这一户现在的成员，不能当户主")
    if standing[person.pk].valid_from > on:
        raise Refused(f"{person.name} {full_day(standing[person.pk].valid_from)}才入户，不能从更早的日子当户主")
    once_heads = {pk: "其他" for pk, row in standing.items() if row.relation == HEAD}
    wanted = {**once_heads, **(relations or {}), person.pk: HEAD}
    touched = [
        (row, {"relation": wanted[pk]}) for pk, row in standing.items() if wanted.get(pk, row.relation) != row.relation
    ]
    replace_memberships(touched, at=timezone.now(), by=by)
    note_head(household=household, person=person, on=on, by=by)
    rebuild_spells([household.pk])


def note_head(*, household: Household, person: Person, on: date, by: User | None) -> None:
    """Write the head on the household, and that it changed."""
    FactChange.objects.create(
        household=household,
        village_code=household.village_code,
        field=HEAD_FIELD,
        old=household.head.name if household.head else "",
        new=person.name,
        on=on,
        by=by,
    )
    household.head = person
    household.save(update_fields=["head"])


def hand_over_head(
    *, household: Household, leaving: set[int], on: date, new_head: Person | None, by: User | None, today: date
) -> None:
    """Before people leave: who stays has a head. Refused when the head leaves others without naming one."""
    if not _leaves_others(household, leaving):
        return
    if new_head is None or new_head.pk in leaving:
        raise Refused(f"{household.head}是户主，请同时选定由谁当户主")
    change_head(household=household, person=new_head, on=on, by=by, today=today, leaving=leaving)


def _leaves_others(household: Household, leaving: set[int]) -> bool:
    """The head is among those who leave, and somebody stays."""
    staying = Membership.objects.known().filter(household=household, valid_to=None).exclude(person__in=leaving)
    return household.head_id in leaving and staying.exists()


def replace_memberships(
    touched: Sequence[tuple[Membership, Mapping[str, Any]]], *, at: datetime, by: User | None
) -> list[Membership]:
    return rewrite_all([(row, {**changes, "by": by, "batch": None}) for row, changes in touched], at=at)


@dataclass(frozen=True)
class _Neighbours:
    """The rows of other households that end, or begin, on the very day that is corrected."""

    before: Membership | None
    after: Membership | None

    @classmethod
    def of(cls, membership: Membership, first: date, last: date | None) -> "_Neighbours":
        others = Membership.objects.known().filter(person=membership.person_id).exclude(pk=membership.pk)
        moved_start, moved_end = first != membership.valid_from, last and last != membership.valid_to
        return cls(
            before=others.filter(valid_to=membership.valid_from).first() if moved_start else None,
            after=others.filter(valid_from=membership.valid_to).first() if moved_end and membership.valid_to else None,
        )

    def touched(self, first: date, last: date | None) -> list[tuple[Membership, Mapping[str, Any]]]:
        moved = ((self.before, {"valid_to": first}), (self.after, {"valid_from": last}))
        return [(row, changes) for row, changes in moved if row]


def _shift(membership: Membership, row: Membership, neighbours: _Neighbours) -> None:
    """Circumstances and the day of death follow the corrected days."""
    person_id, at = row.person_id, row.recorded_at
    if neighbours.before:
        shift_circumstances(
            person_id=person_id,
            household_id=neighbours.before.household_id,
            before=membership.valid_from,
            now=row.valid_from,
            next_id=row.household_id,
            at=at,
        )
    if row.valid_to != membership.valid_to:
        shift_circumstances(
            person_id=person_id,
            household_id=row.household_id,
            before=membership.valid_to,
            now=row.valid_to,
            next_id=neighbours.after.household_id if neighbours.after else None,
            at=at,
        )
    if Left.DEATH in (membership.left, row.left):
        Person.objects.filter(pk=person_id).update(died_on=row.valid_to if row.left == Left.DEATH else None)


def _refuse_twice(household: Household, facts: Mapping[str, Any]) -> None:
    Household.objects.select_for_update().get(pk=household.pk)  # of two clicks the second sees the first
    name, born_on = facts["name"], facts.get("born_on")
    present = Membership.objects.known().filter(household=household, valid_to=None)
    if present.filter(person__name=name, person__born_on=born_on).exists():
        born = f"、{full_day(born_on)}出生" if born_on else ""
        raise Refused(f"这一户已有{name}{born}，不用再登记；双胞胎请写各人自己的名字")


def _refuse_unless_open(household: Household, on: date) -> None:
    if on < household.opened_on:
        raise Refused(f"这一户 {full_day(household.opened_on)} 才开户，入户不能早于这一天")
    if household.closed_on:
        raise Refused(f"这一户 {full_day(household.closed_on)} 已经销户，不能增加成员")


def _settle(rows: list[Membership], *, on: date, by: User | None) -> None:
    """After people joined: the head, their village, and whoever follows them above."""
    household = rows[0].household
    for row in rows:
        follow_household(row.person)
        if row.relation == HEAD and household.head_id != row.person_id:
            if (
                household.head_id
                and Membership.objects.known().filter(holds(on), household=household, person=household.head_id).exists()
            ):
                raise Refused(f"这一户已有户主（{household.head}），请先更换户主")
            if household.head_id:
                note_head(household=household, person=row.person, on=on, by=by)
            household.head = row.person
            household.save(update_fields=["head"])
    rebuild_spells([household.pk])
    people_moved(person_ids=[row.person_id for row in rows], household=household, on=on, by=by)
