"""Every page a role may open, in Chromium: no CSP violation, no script error, no sideways scroll, no English word."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.roles import may
from tests.examples import QUERIES
from tests.test_doors import DOORS, Door, World, visible

pytestmark = pytest.mark.browser
LATIN = re.compile(r"[A-Za-z]{3,}")
ALLOWED = {"Esc", "Ctrl", "Enter", "Shift", "xlsx", "xls", "csv", "Word", "Excel", "GBK", "UTF", "docx", "user"}
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")


@pytest.fixture
def pages(site: str, browser) -> Iterator:
    """Opens the site as a user; gives what Chromium complained of at the end."""
    made = []

    def enter(user: User, width: int):
        client = Client()
        client.force_login(user)
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=site)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        made.append(context)
        return context.new_page()

    yield enter
    for context in made:
        context.close()


def open_to(user: User, world: World) -> Iterator[tuple[Door, str]]:
    """The addresses that answer GET with a page for this user."""
    client = Client()
    client.force_login(user)
    for door in DOORS:
        row = world.rows[door.noun] if door.noun else None
        if not door.view.needs or not may(user, *door.view.needs) or (row is not None and not visible(door, row, user)):
            continue
        answer = client.get(door.address(row), QUERIES.get(door.name, dict)())
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            yield door, answer.request["PATH_INFO"] + (f"?{q}" if (q := answer.request["QUERY_STRING"]) else "")


@pytest.mark.parametrize(
    ("role", "width"),
    [
        (User.Role.STATION, 1440),
        (User.Role.ADMINISTRATOR, 1440),
        (User.Role.VILLAGE_OFFICER, 390),
        (User.Role.STATION, 360),
    ],
)
def test_every_page_stands_in_chromium(site, pages, role, width) -> None:
    world = World()
    user = world.somebody(role)
    addresses = list(open_to(user, world))
    page, wrong = pages(user, width), []
    page.on("console", lambda said: wrong.append((page.url, said.text)) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append((page.url, str(error))))

    for door, url in addresses:
        page.goto(url)
        seen = page.evaluate(
            "() => ({aside: document.documentElement.scrollWidth - document.documentElement.clientWidth,"
            " heads: document.querySelectorAll('h1:not(.paper h1)').length || document.querySelectorAll('.paper').length && 1,"
            " text: document.body.innerText})"
        )
        english = set(LATIN.findall(seen["text"])) - ALLOWED
        half = HALF_WIDTH.findall(seen["text"])
        if seen["aside"] > 0 or seen["heads"] != 1 or english or half:
            wrong.append((door.name, seen["aside"], seen["heads"], sorted(english), half))

    assert addresses
    assert not wrong, "\n".join(map(str, wrong))
