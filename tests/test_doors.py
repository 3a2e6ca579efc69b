"""Every address × every role, generated from the URL table: who is let in, who is told no, what is not found."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Division, User
from accounts.roles import ALL_RIGHTS, RIGHTS, may
from tests.examples import EXAMPLES, PLAIN, QUERIES, Place
from tests.factories.accounts import UserFactory

OWN, NEIGHBOUR = Place("341702106200"), Place("341702107200")
WRITES = re.compile(r'^(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
WRITTEN_BY_LOOKING = {"django_session", "accounts_accesslog"}  # who looked is written down
START = date(2020, 1, 1)


@dataclass(frozen=True)
class Door:
    name: str
    route: str
    view: Any

    @property
    def noun(self) -> str:
        """The fixed part before the first row's key."""
        return self.route.partition("<")[0].strip("/")

    @property
    def keys(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)


def doors() -> Iterator[Door]:
    def walk(patterns: list, route: str, space: str) -> Iterator[Door]:
        for one in patterns:
            here = route + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here, f"{one.namespace}:" if one.namespace else space)
            elif isinstance(one, URLPattern):
                yield Door(space + str(one.name), here, one.callback)

    yield from walk(get_resolver().url_patterns, "", "")


DOORS = list(doors())


def test_every_view_says_which_right_opens_it() -> None:
    silent = [door.name for door in DOORS if not hasattr(door.view, "needs")]

    assert silent == [], "wear @needs(…) or @open_to_all"


def test_only_the_way_in_is_open_to_all() -> None:
    assert sorted(door.name for door in DOORS if door.view.needs == ()) == [
        "accounts:login", "accounts:logout", "accounts:session_left",
    ]  # fmt: skip


def test_every_right_of_the_table_opens_something_or_is_asked_for() -> None:
    named = {right for door in DOORS for right in door.view.needs}

    assert named <= ALL_RIGHTS


def test_every_noun_has_an_example_row() -> None:
    missing = {door.noun for door in DOORS if door.keys and door.name not in PLAIN} - set(EXAMPLES)

    assert missing == set(), "add them to tests/examples.py"


@pytest.fixture
def world(db: None) -> dict[str, dict[Place, Model]]:
    """An example row of every noun in the user's village and in the neighbour township's."""
    for code in ("341702", *(p.township for p in (OWN, NEIGHBOUR)), *(p.village for p in (OWN, NEIGHBOUR))):
        Division.objects.create(code=code, level=len(code), name=code)
    nouns = {door.noun for door in DOORS if door.keys and door.name not in PLAIN}
    return {noun: {place: EXAMPLES[noun](place) for place in (OWN, NEIGHBOUR)} for noun in nouns if noun in EXAMPLES}


def somebody(role: str, world: dict[str, dict[Place, Model]]) -> User:
    """A user of the role as it is usually granted; a helper holds the household that the examples hang on."""
    prefix = {User.Role.DISTRICT_READER: "341702106", User.Role.STATION: "341702106"}.get(role, OWN.village)
    if role == User.Role.ADMINISTRATOR:
        prefix = OWN.township
    user = UserFactory(role=role, village_code=OWN.village)
    household = world.get("households", {}).get(OWN)
    if role == User.Role.HELPER and household:
        user.grants.create(household_id=household.pk, valid_from=START)
    else:
        user.grants.create(prefix=prefix, valid_from=START)
    return user


def ask(client: Client, door: Door, method: str, row: Model | None) -> HttpResponse:
    """One request whose effects are taken back."""
    kwargs = PLAIN.get(door.name) or ({door.keys[0]: row.pk} if row is not None else {})
    query = QUERIES.get(door.name, dict)()
    kept = deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(reverse(door.name, kwargs=kwargs), query)
        transaction.set_rollback(True)
    client.cookies = kept  # logging out takes the cookie away
    return answer


def methods(door: Door, client: Client, row: Model | None) -> list[str]:
    """How the view may be asked; one that takes only POST answers GET with 405."""
    return ["post"] if ask(client, door, "get", row).status_code == 405 else ["get"]


def enter(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    client.get(reverse("accounts:more"))
    return client


def sent_away(answer: HttpResponse, door: Door) -> bool:
    login = answer.status_code == 302 and answer["Location"].startswith(reverse("accounts:login"))
    return login and door.name != "accounts:logout"


def visible(row: Model, user: User) -> bool:
    manager = type(row)._default_manager
    rows = manager.visible_to(user)
    return rows.filter(pk=row.pk).exists()


@pytest.mark.parametrize("role", User.Role.values)
def test_a_role_comes_in_where_the_table_says_so(world, role) -> None:
    user = somebody(role, world)
    client, wrong = enter(user), []

    for door in DOORS:
        row = world.get(door.noun, {}).get(OWN) if door.keys and door.name not in PLAIN else None
        (method,) = methods(door, client, row)
        answer = ask(client, door, method, row)
        status = answer.status_code
        if door.view.needs and not may(user, *door.view.needs):
            fine = status == 403
        elif row is not None and not visible(row, user):
            fine = status == 404
        else:
            fine = status in {200, 204, 302} and not sent_away(answer, door)
            fine |= method == "post" and status in {400, 409, 422}
        if not fine:
            wrong.append((door.name, method, status))

    assert wrong == []


@pytest.mark.parametrize("role", User.Role.values)
def test_a_row_of_the_neighbour_township_is_not_found(world, role) -> None:
    user = somebody(role, world)
    client, wrong = enter(user), []

    for door in DOORS:
        if not door.keys or door.name in PLAIN:
            continue
        row = world[door.noun][NEIGHBOUR]
        (method,) = methods(door, client, row)
        status = ask(client, door, method, row).status_code
        if status != (404 if may(user, *door.view.needs) else 403):
            wrong.append((door.name, method, status))

    assert wrong == []


def test_nobody_comes_in_without_logging_in(world) -> None:
    client, wrong = Client(raise_request_exception=False), []

    for door in DOORS:
        row = world[door.noun][OWN] if door.keys and door.name not in PLAIN else None
        for method in ("get", "post"):
            answer = ask(client, door, method, row)
            if door.view.needs and not sent_away(answer, door) and answer.status_code != 405:
                wrong.append((door.name, method, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", [User.Role.STATION, User.Role.ADMINISTRATOR, User.Role.HELPER])
def test_looking_changes_nothing(world, role) -> None:
    client, wrong = enter(somebody(role, world)), []

    for door in DOORS:
        row = world[door.noun][OWN] if door.keys and door.name not in PLAIN else None
        with CaptureQueriesContext(connection) as seen:
            ask(client, door, "get", row)
        written = {found[2] for query in seen if (found := WRITES.match(query["sql"]))} - WRITTEN_BY_LOOKING
        if written:
            wrong.append((door.name, sorted(written)))

    assert wrong == []


def test_the_table_names_roles_and_rights_in_one_form() -> None:
    assert set(RIGHTS) == set(User.Role.values)
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", right) for right in ALL_RIGHTS)
