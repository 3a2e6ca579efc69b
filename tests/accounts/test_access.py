from datetime import timedelta

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import timezone

from accounts.models import AccessLog, FullView, User
from accounts.services import access
from paibou.lib.refused import Refused

TASK = {"task": "household:12", "what": "程友福户", "village_code": "341702106200"}


def test_one_reason_opens_one_task_for_some_hours(station: User, cadre: User) -> None:
    with time_machine.travel("2025-11-20T09:00:00+08:00", tick=False):
        access.open_full_view(user=station, reason=" 核对慢病名单 ", rows=4, **TASK)
    with time_machine.travel("2025-11-20T12:59:00+08:00", tick=False):
        within = access.is_open(user=station, task="household:12")
        other = access.is_open(user=station, task="household:13")
        somebody = access.is_open(user=cadre, task="household:12")
    with time_machine.travel("2025-11-20T13:00:00+08:00", tick=False):
        after = access.is_open(user=station, task="household:12")

    assert (within, other, somebody, after) == (True, False, False, False)
    log = AccessLog.objects.get()
    assert (log.kind, log.what, log.noun, log.keys, log.rows, log.reason, log.village_code) == (
        "full_view", "程友福户", "household", [12], 4, "核对慢病名单", "341702106200",
    )  # fmt: skip


def test_an_open_task_closes_with_the_right(station: User) -> None:
    access.open_full_view(user=station, reason="核对名单", **TASK)

    station.role = User.Role.DISTRICT_READER

    assert not access.is_open(user=station, task=TASK["task"])


def test_a_full_view_without_a_reason_is_refused(station: User) -> None:
    with pytest.raises(Refused, match="写明看全号的事由"):
        access.open_full_view(user=station, reason="  ", **TASK)

    assert (FullView.objects.count(), AccessLog.objects.count()) == (0, 0)


def link(user: User) -> str:
    request = RequestFactory().get("/households/12/?tab=1")
    request.user = user
    source = '{% load access %}{% full_view_link "household:12" "程友福户" "341702106200" %}'
    return Template(source).render(Context({"request": request}))


def test_the_way_from_a_mask_to_the_whole_number(as_user, station) -> None:
    client = as_user(station)
    url = link(station).partition('href="')[2].partition('"')[0].replace("&amp;", "&")

    dialog = client.get(url, headers={"HX-Request": "true"}).content.decode()
    task = dialog.partition('name="task" value="')[2].partition('"')[0]
    empty = client.post("/full-view/", {"task": task, "next": "/households/12/?tab=1", "reason": ""})
    plain = client.post("/full-view/", {"task": task, "next": "/households/12/?tab=1", "reason": "核对名单"})
    part = client.post(
        "/full-view/",
        {"task": task, "next": "https://evil.example/", "reason": "核对名单"},
        headers={"HX-Request": "true"},
    )

    assert dialog.startswith('<dialog class="ask" data-modal')
    assert "看程友福户的全号？" in dialog
    assert empty.status_code == 422
    assert plain["Location"] == "/households/12/?tab=1"
    assert part["HX-Redirect"] == "/"
    assert access.is_open(user=station, task="household:12")


def test_a_task_that_no_page_signed_is_not_found(as_user, station) -> None:
    client = as_user(station)

    assert client.post("/full-view/", {"task": "household:12", "reason": "核对名单"}).status_code == 404
    assert not FullView.objects.exists()


def test_whoever_may_not_see_whole_numbers_is_shown_no_way(as_user, someone) -> None:
    grid = someone(User.Role.GRID_WORKER)

    assert link(grid) == ""
    assert as_user(grid).get("/full-view/").status_code == 403


def test_numbers_are_masked_until_the_task_is_open() -> None:
    source = "{% load paibou %}{{ number|shown_id:full }} {{ phone|shown_phone:full }} {{ none|shown_id:full }}"
    shown = [
        Template(source).render(
            Context({"number": "341702196001011234", "phone": "13900000012", "none": None, "full": full})
        )
        for full in (False, True)
    ]

    assert shown == ["341702********1234 139****0012 –", "341702196001011234 13900000012 –"]


def write(user: User, village_code: str, what: str, **fields: object) -> AccessLog:
    return access.log_access(user=user, kind=AccessLog.Kind.EXPORT, what=what, village_code=village_code, **fields)


def test_the_log_shows_ones_own_divisions_newest_first_and_filters(as_user, station, cadre) -> None:
    write(cadre, "341702106200", "导出一", reason="对账")
    write(station, "341702106000", "导出二", rows=1040)
    write(station, "341702107200", "邻镇的")
    AccessLog.objects.filter(what="导出一").update(at=timezone.now() - timedelta(days=3))
    client = as_user(station)

    def shown(query: str) -> list[str]:
        page = client.get("/access/" + query).content.decode()
        return [what for what in ("导出二", "导出一", "邻镇的") if what in page]

    assert shown("") == ["导出二", "导出一"]
    assert shown("?who=何桂英") == ["导出一"]
    assert shown("?kind=full_view") == []
    assert shown("?until=昨天") == ["导出一"]
    assert shown("?since=今天") == ["导出二"]
    page = client.get("/access/").content.decode()
    assert page.index("导出二") < page.index("导出一")
    assert "1,040" in page


def test_a_date_that_is_none_is_said_and_the_rest_still_filters(as_user, station, cadre) -> None:
    write(cadre, "341702106200", "导出一")
    write(station, "341702106000", "导出二")

    page = as_user(station).get("/access/?since=2025-13-2&who=何桂英").content.decode()

    assert "导出二" not in page
    assert 'role="alert"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_log_costs_the_same(as_user, station, rows, django_assert_num_queries) -> None:
    for number in range(rows):
        write(station, "341702106000", f"导出{number}")
    client = as_user(station)

    with django_assert_num_queries(6):  # session, user, grants, rows, count, frame
        assert client.get("/access/").content.decode().count('<td class="first">') == rows


def test_no_page_deletes_or_changes_a_row_of_the_log(as_user, station) -> None:
    log = write(station, "341702106000", "导出")
    client = as_user(station)

    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)("/access/").status_code == 405
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str) and "access_log" in name]
    assert names in ([], ["access_log"])
    assert AccessLog.objects.get() == log
