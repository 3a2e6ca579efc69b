"""The whole road as staff walk it: a department's messy list in, out to a village, back, a case, a figure and its row."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import User
from monitoring.models import Alert, Case
from tests.factories.accounts import TOWNSHIP, GrantFactory, UserFactory

pytestmark = pytest.mark.browser
WORKBOOKS = Path(__file__).parent.parent / "data" / "workbooks"
PASSWORD = "road-of-2025"
VILLAGE = f"{TOWNSHIP}208"  # 兰山村
ENGLISH = re.compile(r"[A-Za-z]{3,}")
ALLOWED = {"Esc", "Ctrl", "Enter", "Shift", "xlsx", "xls", "csv", "Word", "Excel"}
HEADINGS = ("序号", "村（社区）", "参保人", "证件号码", "个人负担合计（元）", "结算时间", "经办备注")
FULL_WIDTH = {ord(str(digit)): 0xFF10 + digit for digit in range(10)}
ROWS = (
    ("兰山", "沈德", "342921199703318616 ", "4.2万元"),
    ("穿山村委会", "汤荣", "342921198107149356".translate(FULL_WIDTH), "18,300.50"),
    ("牌楼镇兰山村", "刘 海", "342921198402041591", "三万出头"),
)


def department_list(folder: Path, received: date) -> Path:
    """A list as it arrives: title, unit line, columns in their own order, one amount in words, a sum, a signature."""
    book = Workbook()
    sheet = book.active
    sheet.title = "名单"
    sheet.append(["贵池区医保局大额自付人员名单"])
    sheet.append(["填报单位：贵池区医疗保障局", "", "", "", "", "单位：元"])
    sheet.append(HEADINGS)
    for number, (village, name, identity, amount) in enumerate(ROWS, 1):
        sheet.append([number, village, name, identity, amount, f"{received:%Y.%-m.%-d}", "电话无人接"])
    sheet.append(["合计", "", "3人", "", "60,300.50"])
    sheet.append(["经办人：", "", "", "审核人："])
    path = folder / f"区医保大额自付名单_{received:%Y%m%d}-3人.xlsx"
    book.save(path)
    return path


class Desk:
    """A person at a screen; whatever Chromium complains of is kept, and each stop leaves a picture."""

    def __init__(self, browser: Any, site: str, user: User, *, width: int, pictures: Path, wrong: list) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, base_url=site, locale="zh-CN")
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.width, self.pictures, self.wrong = width, pictures, wrong
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: wrong.append((self.page.url, str(error))))
        self.page.goto("/login/")
        self.page.fill("[name=username]", user.username)
        self.page.fill("[name=password]", PASSWORD)
        self.press("main button")

    def _heard(self, said: Any) -> None:
        if said.type in {"error", "warning"}:
            self.wrong.append((self.page.url, said.text))

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()

    def look(self, name: str) -> None:
        """Nothing runs out of the page, no English word is shown, and a picture is taken by day and by night."""
        seen = self.page.evaluate(
            "() => [document.documentElement.scrollWidth - document.documentElement.clientWidth, document.body.innerText]"
        )
        english = set(ENGLISH.findall(seen[1])) - ALLOWED
        if seen[0] > 0 or english:
            self.wrong.append((name, seen[0], sorted(english)))
        for theme in ("dark", "light"):
            self.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            kept = f"{name}-{self.width}{'-dark' if theme == 'dark' else ''}.png"
            self.page.screenshot(path=self.pictures / kept, full_page=True)

    def wait_for(self, selector: str) -> None:
        """Until a job has done its work; the page asks by itself, as it does for staff."""
        self.page.locator(selector).first.wait_for(timeout=60_000)

    def step(self, field_values: dict[str, str]) -> None:
        """Do what the next-step card of the case asks for, with the days given."""
        self.press(".next .button--main")
        for name, value in field_values.items():
            field = self.page.locator(f"[name={name}]")
            field.select_option(label=value) if field.evaluate("e => e.tagName") == "SELECT" else field.fill(value)
        self.press("main form .button--main")
        assert not self.page.locator(".error-list").count(), self.page.inner_text("main")


@pytest.fixture
def enter(site: str, browser: Any, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    wrong: list[Any] = []
    desks: list[Desk] = []

    def enter(role: User.Role, prefix: str, *, width: int = 1440) -> Desk:
        user = UserFactory(role=role, username=f"{role}-{width}", village_code=prefix.ljust(12, "0"))
        user.set_password(PASSWORD)
        user.save()
        GrantFactory(user=user, prefix=prefix)
        desks.append(Desk(browser, site, user, width=width, pictures=tmp_path, wrong=wrong))
        return desks[-1]

    yield enter
    for desk in desks:
        desk.page.screenshot(path=tmp_path / f"last-{desk.width}.png")
        desk.context.close()
    assert wrong == []


def test_the_whole_road_from_a_messy_list_to_a_row_of_the_summary(child, enter, tmp_path) -> None:
    today = timezone.localdate()
    received = today - timedelta(days=20)
    day = lambda after: f"{received + timedelta(days=after):%Y-%m-%d}"  # noqa: E731 -- the days of the road, in one word
    call_command("import_workbook", "villages", str(WORKBOOKS / "villages.csv"))
    call_command("import_workbook", "registry", str(WORKBOOKS / "registry.xlsx"), f"--as-of={received}")
    child("worker")
    station = enter(User.Role.STATION, TOWNSHIP)
    page = station.page

    # The list comes in; one amount in words is mended on the page, then all is written.
    page.goto("/imports/upload/")
    page.set_input_files("[name=files]", department_list(tmp_path, received))
    station.press("main form .button--main")
    station.wait_for(".commit")
    station.look("list-read")
    page.fill("[name=self_paid_yuan]", "32100")
    page.locator("main td form button:has-text('改好')").click()
    station.wait_for(".commit button:has-text('写入 3 行')")
    station.press(".commit .button--main")
    station.wait_for("main a:has-text('去看')")
    station.look("list-written")
    assert [
        (each.name, str(each.self_paid_yuan), each.source, each.received_on) for each in Alert.objects.order_by("row")
    ] == [
        ("沈德", "42000.00", "district_medical", received),
        ("汤荣", "18300.50", "district_medical", received),
        ("刘海", "32100.00", "district_medical", received),
    ]

    # Out to the villages with one click.
    page.goto("/alerts/batches/")
    station.press("button:has-text('分派到各村')")
    station.look("handed-out")

    # A cadre checks on a phone.
    cadre = enter(User.Role.VILLAGE_OFFICER, VILLAGE, width=390)
    cadre.page.goto("/alerts/check/")
    cadre.look("to-check")
    cadre.press("main a:has-text('沈德')")
    cadre.page.locator("label:has-text('入户')").first.click()
    cadre.page.locator(".pick label:has-text('拟纳入监测')").click()
    cadre.page.fill("[name=note]", "住院自付多，一时还不上，劳力减少")
    cadre.look("checking")
    cadre.press(".submit .button--main")
    cadre.look("checked")

    # The station looks for itself, then opens the case.
    alert = Alert.objects.get(name="沈德")
    page.goto(f"/alerts/{alert.pk}/")
    station.press(".next .button--main")
    if page.locator("[name=note]").count():
        page.fill("[name=note]", "电话核实，情况属实")
        station.press("main form .button--main")
    page.goto(f"/alerts/{alert.pk}/")
    station.press(".next .button--main")
    page.fill("[name=clue_on]", day(0))
    page.select_option("[name=main_risk]", index=1)
    station.press("main form .button--main")
    case = Case.objects.get()
    station.look("case-opened")

    # Every step to 纳入 and the entry in the national system.
    for step in (
        {"on": day(1), "signers": "2"},
        {"on": day(2), "visitor": "章立群", "findings": "自付较高，劳力减少"},
        {"on": day(3), "expected": "30", "present": "28"},
        {"on": day(4), "ends_on": day(9)},
    ):
        page.goto(f"/cases/{case.pk}/")
        station.step(step)
    page.goto(f"/cases/{case.pk}/income/")
    page.fill("[name=people]", "3")
    page.fill("[name=wages]", "21,000")
    page.fill("[name=medical_own]", "42000")
    station.press("main form .button--main")
    while not case.system_on:
        page.goto(f"/cases/{case.pk}/")
        station.step(given(page.locator(".next h2").inner_text(), day))
        case.refresh_from_db()
    page.goto(f"/cases/{case.pk}/")
    station.look("case-taken-up")
    case.refresh_from_db()
    assert (case.state, case.approved_on) == (Case.State.MONITORED, received + timedelta(days=12))

    # The summary, a number, its row, the case.
    page.goto("/reports/")
    station.press("main a:has-text('总结')")
    page.fill("[name=start]", f"{received:%Y-%m-%d}")
    page.fill("[name=end]", f"{today:%Y-%m-%d}")
    station.press("main form .button--main")
    station.wait_for(".paper .fig")
    station.look("summary")
    page.locator(".paper .fig", has_text="1户").first.click()
    station.wait_for(".inspect a:has-text('户')")
    station.look("number")
    station.press(".inspect a:has-text('看这')")
    station.look("rows")
    station.press("main a:has-text('沈')")
    station.look("row-opened")
    assert str(case.household) in page.inner_text("h1") or "沈德" in page.inner_text("main")


def given(heading: str, day: Callable[[int], str]) -> dict[str, str]:
    """What the form of a step of the card wants."""
    forms = {
        "公示": {},
        "比对返回": {"ends_on": day(9)},
        "比对": {"on": day(4), "ends_on": day(9)},
        "审核": {"on": day(11)},
        "审定": {"on": day(12), "number": "贵农2025第7号"},
        "公告": {"on": day(13)},
        "录入": {"on": day(14), "who": "周敏"},
        "措施": {"kind": "健康帮扶", "who": "章立群", "first_day": day(13)},
        "联系人": {"name": "章立群", "on": day(13)},
    }
    found = [values for word, values in forms.items() if word in heading]
    assert found, heading
    return found[0]
