import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import Division, User
from accounts.roles import ALL_RIGHTS
from accounts.templatetags import frame as tags
from paibou.lib.declarations import NavEntry, nav

STATIC = Path(settings.BASE_DIR) / "static"


def test_every_entry_of_the_rail_leads_somewhere_by_a_right_of_the_table() -> None:
    for entry in nav:
        assert reverse(entry.url_name)
        assert entry.right in ALL_RIGHTS
        assert entry.group in tags.GROUPS


def test_the_rail_counts_everything_that_waits_in_one_statement(
    station, monkeypatch, django_assert_num_queries
) -> None:
    entry = NavEntry(
        "x", "区划", "accounts:division_list", "", "accounts.own_settings",
        waiting=lambda user, day: Division.objects.visible_to(user),
        late=lambda user, day: Division.objects.none(),
    )  # fmt: skip
    late = NavEntry(
        "y", "账号", "accounts:user_list", "管理", "accounts.own_settings", late=lambda u, d: Division.objects.all()
    )
    hidden = NavEntry("z", "不该看", "accounts:setting_list", "管理", "accounts.rotate_keys")
    monkeypatch.setattr(tags, "nav", [entry, late, hidden])
    request = RequestFactory().get(reverse("accounts:division_list"))
    request.user, request.session = User.objects.get(pk=station.pk), {}

    with django_assert_num_queries(2):  # grants, counts with the house's name
        made = tags.frame({"request": request})

    assert [(w.entry.label, w.waiting, w.late, w.current) for w in made.words] == [
        ("区划", 3, 0, True),
        ("账号", 0, 8, False),
    ]
    assert (made.house, made.small, made.seal) == ("牌楼镇", "乡村振兴工作站", "牌")
    assert [head for head, _ in made.groups] == ["", "管理"]


def test_a_page_has_one_heading_landmarks_and_nothing_inline(as_user, station) -> None:
    client = as_user(station)

    for url in ("/me/", "/more/", "/users/", "/settings/", "/access/", "/nothing/"):
        page = client.get(url).content.decode()
        assert page.count("<h1") == 1, url
        assert 'lang="zh-Hans"' in page
        assert re.search(r'<main[^>]* id="main"', page)
        assert re.search(r"<script(?![^>]*\bsrc=)", page) is None, url
        assert re.search(r"\s(style|on[a-z]+)=", page) is None, url


def test_the_look_is_the_users(as_user, station) -> None:
    client = as_user(station)

    client.post("/me/", {"theme": "dark", "size": "xl"})

    assert '<html lang="zh-Hans" data-theme="dark" data-size="xl">' in client.get("/me/").content.decode()


def test_not_found_and_not_yours_are_the_same_page(as_user, station, someone) -> None:
    other = someone(User.Role.STATION, "341702107", username="other")
    client = as_user(station)

    pages = [client.get(url) for url in (f"/users/{other.pk}/", "/users/999999/")]

    bodies = [
        re.sub(r'(value|token|CSRFToken)"?[=:] ?"[^"]+"|seconds="[0-9]+"|next=[^"]+', "", page.content.decode())
        for page in pages
    ]
    assert [page.status_code for page in pages] == [404, 404]
    assert bodies[0] == bodies[1]
    assert "没有这一页，或不在您的范围内。" in bodies[0]


def test_a_refusal_no_form_took_up_is_said_in_its_own_words(as_user, station, admin) -> None:
    client = as_user(station)

    page = client.post(f"/users/{admin.pk}/password/")
    part = client.post(f"/users/{admin.pk}/password/", headers={"HX-Request": "true"})

    sentence = "工作站只重置村里人的密码；这个账号请管理员重置"
    assert page.status_code == part.status_code == 422
    assert sentence in page.content.decode()
    assert part["HX-Reswap"] == "none"
    assert part.content.decode().startswith('<div id="done" role="status" hx-swap-oob="true">')
    assert sentence in part.content.decode()


def test_a_fault_of_ours_is_said_with_the_number_that_stands_in_the_log(as_user, station, monkeypatch, caplog) -> None:
    client = as_user(station)
    client.raise_request_exception = False
    monkeypatch.setattr("accounts.views.own.render", lambda *given: 1 / 0)

    answer = client.get("/more/")

    number = re.search(r"编号 ([0-9A-F]{4})", answer.content.decode())
    assert answer.status_code == 500
    assert number
    assert f"server error {number[1]} on /more/" in caplog.text


def test_what_was_done_is_said_once_with_the_way_back(as_user, admin, rf) -> None:
    source = '{% include "parts/_done.html" %}'

    class Message(str):
        level_tag, extra_tags = "success", "/alerts/undo/3/"

    shown = Template(source).render(Context({"messages": [Message("已办结 3 条")]}))

    assert 'action="/alerts/undo/3/"' in shown
    assert "data-undo" in shown


def test_the_dark_theme_is_written_down_twice_and_alike() -> None:
    css = (STATIC / "tokens.css").read_text()
    dark = css.partition(':root[data-theme="dark"] {')[2].partition("}")[0]
    auto = css.partition(':root[data-theme="auto"] {')[2].partition("}")[0]

    def values(block: str) -> dict[str, str]:
        return {name: value.strip() for name, value in re.findall(r"(--[\w-]+):\s*([^;]+);", block)}

    assert values(dark)
    assert values(dark) == values(auto)


@pytest.mark.parametrize(("names", "limit"), [(("tokens.css", "paibou.css"), 12), (("paibou.js",), 12)])
def test_styles_and_script_keep_their_weight(names: tuple[str, ...], limit: int) -> None:
    assert sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names) <= limit * 1024


def test_styles_and_script_fetch_nothing_from_elsewhere() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in {".css", ".js"}:
            text = path.read_text()
            assert not re.search(r"https?://|@import|url\(|eval\(|new Function", text), path.name
