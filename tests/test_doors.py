"""Every address × every role, generated from the URL table: who is let in, who is told no, what is not found."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Division, User
from accounts.roles import ALL_RIGHTS, RIGHTS, may
from tests.examples import AUTHORS_ONLY, EXAMPLES, MORE, PLAIN, QUERIES, SEEN_THROUGH, Place
from tests.factories.accounts import UserFactory

OWN, NEIGHBOUR = "341702106200", "341702107200"
NAMES = {6: "贵池区", 9: "牌楼镇", 12: "丰收村"}
WRITES = re.compile(r'^(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
WRITTEN_BY_LOOKING = {"django_session", "accounts_accesslog"}  # who looked is written down
START = date(2020, 1, 1)


@dataclass(frozen=True)
class Door:
    """One address of the URL table; `noun` is the sort of row whose key stands in it, if any."""

    name: str
    view: Any
    noun: str = ""
    key: str = ""
    rest: dict[str, Any] = field(default_factory=dict)

    def address(self, row: Model | None) -> str:
        key = {} if row is None else {self.key: row.pk if self.key.endswith("pk") else getattr(row, self.key)}
        rest = {name: value(row) if callable(value) else value for name, value in self.rest.items()}
        return reverse(self.name, kwargs=rest | key)


def routes() -> Iterator[tuple[str, str, Any]]:
    def walk(patterns: list, route: str, space: str) -> Iterator[tuple[str, str, Any]]:
        for one in patterns:
            here = route + str(one.pattern).lstrip("^")
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here, f"{one.namespace}:" if one.namespace else space)
            elif isinstance(one, URLPattern):
                yield space + str(one.name), here, one.callback

    yield from walk(get_resolver().url_patterns, "", "")


def doors() -> Iterator[Door]:
    for name, route, view in routes():
        keys = re.findall(r"<(?:\w+:)?(\w+)>", route)
        if name in MORE:
            key = "pk" if "pk" in keys else keys[0]
            yield from (Door(name, view, noun, key, rest) for noun, rest in MORE[name])
        elif name in PLAIN or not keys:
            yield Door(name, view, rest=PLAIN.get(name, {}))
        else:
            noun = re.split(r"<|\(\?P<", route)[0].strip("/")
            yield Door(name, view, noun, keys[0])


EVERY_DOOR = list(doors())
NOUNS = {door.noun for door in EVERY_DOOR if door.noun}
DOORS = [door for door in EVERY_DOOR if not door.noun or door.noun in EXAMPLES]  # a test below misses the others


def test_every_view_says_which_right_opens_it() -> None:
    silent = [door.name for door in DOORS if not hasattr(door.view, "needs")]

    assert silent == [], "wear @needs(…) or @open_to_all"


def test_only_the_way_in_is_open_to_all() -> None:
    assert sorted(door.name for door in DOORS if door.view.needs == ()) == [
        "accounts:login", "accounts:logout", "accounts:session_left",
    ]  # fmt: skip


def test_every_noun_has_an_example_row() -> None:
    assert set(EXAMPLES) >= NOUNS, "add them to tests/examples.py"


def test_the_table_names_roles_and_rights_in_one_form() -> None:
    assert set(RIGHTS) == set(User.Role.values)
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", right) for right in ALL_RIGHTS)


def test_every_link_in_a_template_leads_to_a_door() -> None:
    names = {door.name for door in EVERY_DOOR}
    link = re.compile(r"""\{% url ['"]([\w:]+)['"]""")
    pages = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    linked = {(page.name, name) for page in pages for name in link.findall(page.read_text())}

    assert {(page, name) for page, name in linked if name not in names} == set()


class World:
    """An example row of every noun in the users' village and in the neighbour township's."""

    def __init__(self) -> None:
        self.own, self.neighbour = Place(OWN), Place(NEIGHBOUR)
        codes = ["341702"] + [code for place in (self.own, self.neighbour) for code in (place.township, place.village)]
        for code in codes:
            Division.objects.create(code=code, level=len(code), name=NAMES[len(code)])
        self.rows = {noun: EXAMPLES[noun](self.own) for noun in sorted(NOUNS) if noun in EXAMPLES}

    def others(self) -> dict[str, Model]:
        return {noun: EXAMPLES[noun](self.neighbour) for noun in self.rows}

    def somebody(self, role: str) -> User:
        """A user of the role as it is usually granted; a helper holds the household that the examples hang on."""
        user = UserFactory(role=role, village_code=OWN)
        township = role in {User.Role.STATION, User.Role.DISTRICT_READER, User.Role.ADMINISTRATOR}
        if role == User.Role.HELPER:
            user.grants.create(household_id=self.own.household.pk, valid_from=START)
        else:
            user.grants.create(prefix=self.own.township if township else OWN, valid_from=START)
        return user


@pytest.fixture
def world(db: None) -> World:
    return World()


def enter(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    client.get(reverse("accounts:more"))
    return client


def ask(client: Client, door: Door, method: str, row: Model | None) -> HttpResponse:
    """One request whose effects are taken back."""
    kept = deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(door.address(row), QUERIES.get(door.name, dict)())
        if answer.streaming:
            answer.close()
        transaction.set_rollback(True)
    client.cookies = kept  # logging out takes the cookie away
    return answer


def knock(client: Client, door: Door, row: Model | None) -> tuple[str, HttpResponse]:
    """GET, or POST where the view takes nothing else."""
    answer = ask(client, door, "get", row)
    return ("get", answer) if answer.status_code != 405 else ("post", ask(client, door, "post", row))


def visible(door: Door, row: Model, user: User) -> bool:
    row = SEEN_THROUGH[door.noun](row) if door.noun in SEEN_THROUGH else row
    return type(row)._default_manager.visible_to(user).filter(pk=row.pk).exists()


def sent_away(answer: HttpResponse, door: Door) -> bool:
    login = answer.status_code == 302 and answer["Location"].startswith(reverse("accounts:login"))
    return login and door.name != "accounts:logout"


@pytest.mark.parametrize("role", User.Role.values)
def test_a_role_comes_in_where_the_table_says_so(world: World, role: str) -> None:
    user = world.somebody(role)
    client, wrong = enter(user), []

    for door in DOORS:
        row = world.rows[door.noun] if door.noun else None
        method, answer = knock(client, door, row)
        status = answer.status_code
        if door.view.needs and not may(user, *door.view.needs):
            fine = status == 403
        elif (row is not None and not visible(door, row, user)) or (
            door.name in AUTHORS_ONLY and not may(user, AUTHORS_ONLY[door.name])
        ):
            fine = status == 404
        else:
            fine = status in {200, 204, 302} and not sent_away(answer, door)
            fine |= method == "post" and status in {400, 409, 422}
        if not fine:
            wrong.append((door.name, method, status))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", User.Role.values)
def test_a_row_of_the_neighbour_township_is_not_found(world: World, role: str) -> None:
    user, rows = world.somebody(role), world.others()
    client, wrong = enter(user), []

    for door in DOORS:
        if not door.noun:
            continue
        method, answer = knock(client, door, rows[door.noun])
        if answer.status_code != (404 if may(user, *door.view.needs) else 403):
            wrong.append((door.name, method, answer.status_code))

    assert not wrong, "\n".join(map(str, wrong))


def test_nobody_comes_in_without_logging_in(world: World) -> None:
    client, wrong = Client(raise_request_exception=False), []

    for door in DOORS:
        row = world.rows[door.noun] if door.noun else None
        for method in ("get", "post"):
            answer = ask(client, door, method, row)
            if door.view.needs and not sent_away(answer, door) and answer.status_code != 405:
                wrong.append((door.name, method, answer.status_code))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", [User.Role.STATION, User.Role.ADMINISTRATOR, User.Role.HELPER])
def test_looking_changes_nothing(world: World, role: str) -> None:
    client, wrong = enter(world.somebody(role)), []

    for door in DOORS:
        row = world.rows[door.noun] if door.noun else None
        with CaptureQueriesContext(connection) as seen:
            ask(client, door, "get", row)
        written = {found[2] for query in seen if (found := WRITES.match(query["sql"]))} - WRITTEN_BY_LOOKING
        if written:
            wrong.append((door.name, sorted(written)))

    assert not wrong, "\n".join(map(str, wrong))
