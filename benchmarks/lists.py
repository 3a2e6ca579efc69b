"""Lists and search: a page costs the same in one township alone and among a hundred."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from benchmarks.databases import MANY, townships
from benchmarks.measure import PAIRS, compare, goal, in_ms, seconds
from households.models import Person
from households.queries.search import find_people

PAGES = {"alert list": "monitoring:alert_list", "people list": "households:person_list"}
WORDS = ("福贵", "秀英", "王建", "欧阳", "建国")


def run() -> Iterator[str]:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("collectstatic", verbosity=0, interactive=False)  # pages name their style sheets by digest
    for what, name in PAGES.items():
        alone, among = _both(lambda name=name: _page(name))  # type: ignore[misc]
        ratio = statistics.median(many / one for one, many in zip(alone, among, strict=True))
        note = f"{in_ms(statistics.median(among))} / {in_ms(statistics.median(alone))}"
        yield goal(f"{what}, logged in, ×{MANY} over ×1", ratio, 1.5, note)
    with townships(MANY):
        yield from _search()


def _page(name: str) -> Callable[[], Any]:
    """Opens a list as the station of the first township, as a browser does it."""
    client = Client()
    client.force_login(User.objects.get(role=User.Role.STATION, village_code__startswith="341702106"))
    address = reverse(name)

    def ask() -> None:
        if client.get(address).status_code != 200:
            raise RuntimeError(f"{address} did not answer")

    return ask


def _both(prepare: Callable[[], Callable[[], Any]]) -> tuple[list[float], list[float]]:
    """In turn in the database of one township and in that of many; a new connection is warmed before each."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(PAIRS):
        for count, times in zip((1, MANY), taken, strict=True):
            database: AbstractContextManager[None] = townships(count)
            with database:
                ask = prepare()
                ask()
                times.append(seconds(ask, 5))
    return taken


def _search() -> Iterator[str]:
    user = User.objects.get(role=User.Role.STATION, village_code__startswith="341702106")
    key = Person.objects.visible_to(user).values_list("pk", flat=True)[:1].get()
    worst, note = 0.0, ""
    for word in WORDS:
        pair = compare(
            lambda word=word: list(find_people(user, word).values_list("pk", "name")[:20]),  # type: ignore[misc]
            lambda: list(Person.objects.filter(pk=key).values_list("pk", "name")),
            times=5,
        )
        if pair.ratio > worst:
            worst, note = pair.ratio, f"“{word}” {in_ms(pair.one)} / {in_ms(pair.other)}"
    yield goal(f"any two characters of a name over one row by its key, ×{MANY}", worst, 5, note)
