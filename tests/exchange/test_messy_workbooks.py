"""Mess beyond the public files, of the same sorts."""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest
import xlwt
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import User
from exchange.models import Batch
from exchange.services.mending import mend_row
from exchange.services.system_import import import_file
from monitoring.models import Alert, IdentityDoubt
from paibou.lib import identity
from paibou.lib.sealing import digest
from tests.factories.households import MembershipFactory, PersonFactory

HEADINGS = ["序号", "村", "姓名", "身份证号码", "个人自付", "结算日期"]
BORN = date(1957, 5, 14)


def number(order: int, born: date = BORN) -> str:
    first = f"342921{born:%Y%m%d}{order:03}"
    return first + identity.check_digit(first)


def book(*rows: Sequence[Any], title: str = "预警", then: Callable[[Any], None] = lambda sheet: None) -> bytes:
    made = Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(list(row))
    then(made.active)
    return packed(made)


def packed(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def taken(clerk: User, data: bytes, name: str = "名单.xlsx", **facts: Any) -> Batch:
    return import_file(kind="alerts", name=name, data=data, by=clerk, **facts).batch


def alerts() -> list[tuple[str, str, str, str]]:
    rows = Alert.objects.order_by("pk")
    return [(a.name, a.village_code[-3:], str(a.self_paid_yuan), str(a.settled_on)) for a in rows]


def test_titles_groups_units_notes_and_totals_are_no_rows(clerk: User) -> None:
    def merge(sheet: Any) -> None:
        for cells in ("A1:H1", "B3:B4", "C3:D3", "E3:F3", "G3:H3"):
            sheet.merge_cells(cells)

    batch = taken(clerk, book(
        ["关于报送2025年8月大病数据的通知"],
        ["填报单位：池州市医保局", "", "", "", "", "", "单位：万元"],
        ["", "所在村", "患者信息", "", "户主信息", "", "费用情况", ""],
        ["", "", "姓名", "身份证号", "姓名", "身份证号", "总费用", "个人负担"],
        ["", "1", "2", "3", "4", "5", "6", "7"],
        ["", "竹溪村", "沈德", number(1), "沈大", number(9), "10.2", "2.4"],
        ["注：以上含大病保险"],
        ["", "佳山", "郝珍强", number(2), "沈大", number(9), 10, "24000元"],
        ["小计", "", "2人", "", "", "", 20.2, 4.8],
        ["制表人：", "", "张三", "", "审核：", "李四", "2025年9月1日"],
        then=merge,
    ))  # fmt: skip

    assert (batch.received, batch.new, batch.problem) == (2, 2, 0)
    assert batch.source == Alert.Source.CITY_MEDICAL
    assert [row[:3] for row in alerts()] == [("沈德", "201", "24000.00"), ("郝珍强", "202", "24000.00")]
    assert str(Alert.objects.first().total_yuan) == "102000.00"


def test_a_heading_that_comes_again_in_another_order_rules_what_follows_it(clerk: User) -> None:
    batch = taken(clerk, book(
        HEADINGS, [1, "竹溪村", "沈德", number(1), 100, "2025-05-01"],
        HEADINGS, [2, "竹溪村", "郝珍强", number(2), 200, "2025-05-02"],
        ["二、佳山村"],
        ["序号", "身份证号码", "姓名", "个人自付", "村", "结算日期"], [1, number(3), "毛水杰", 300, "", "2025-05-03"],
    ))  # fmt: skip

    assert batch.received == 3
    assert alerts()[2] == ("毛水杰", "202", "300.00", "2025-05-03")


def test_a_village_is_taken_from_merged_cells_from_the_sheet_and_from_the_file(clerk: User) -> None:
    made = Workbook()
    made.active.title = "一览"
    for row in (HEADINGS, [1, "竹溪村", "沈德", number(1), 1, ""], [2, None, "郝珍强", number(2), 2, ""]):
        made.active.append(row)
    made.active.merge_cells("B2:B3")
    by_sheet = made.create_sheet("佳山村（2人）")
    for row in (["姓名", "身份证号码", "个人自付"], ["毛水杰", number(3), 3]):
        by_sheet.append(row)
    goes_on = made.create_sheet("济公村")
    goes_on.append(["汤荣", number(4), 4])

    taken(clerk, packed(made))
    taken(clerk, book(["姓名", "身份证号码", "个人自付"], ["刘海", number(5), 5]), name="牌楼镇兰山村名单.xlsx")

    assert [(name, village) for name, village, *_ in alerts()] == [
        ("沈德", "201"), ("郝珍强", "201"), ("毛水杰", "202"), ("汤荣", "203"), ("刘海", "208"),
    ]  # fmt: skip


def test_days_in_every_spelling_are_read(clerk: User) -> None:
    days = [
        "20250521",
        20250521,
        "2025年5月21日",
        45798,
        "2025/5/21",
        datetime(2025, 5, 21, 8, 30),  # noqa: DTZ001 -- cells know no zone
        date(2025, 5, 21),
        "2025.05.21",
        "25-5-21",
    ]
    taken(clerk, book(HEADINGS, *[[i, "竹溪村", "沈德", number(1), i, day] for i, day in enumerate(days, 1)]))

    assert {row[3] for row in alerts()} == {"2025-05-21"}
    assert len(alerts()) == len(days)


def test_blank_rows_and_columns_around_the_table_are_read_over(clerk: User) -> None:
    def move(sheet: Any) -> None:
        sheet.insert_cols(1, 3)
        sheet.insert_rows(1, 4)
        sheet.insert_rows(7, 2)

    batch = taken(clerk, book(
        HEADINGS, [1, "竹溪村", "沈德", number(1), 1, "2025-05-01"], [2, "竹溪村", "郝珍强", "342921", 2, "2025-05-02"], then=move,
    ))  # fmt: skip

    assert (batch.new, batch.problem) == (1, 1)
    assert batch.rows.of("problem").get().row == 9


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_text_tables_of_any_make_are_read(clerk: User, encoding: str, separator: str) -> None:
    lines = [
        HEADINGS,
        ["1", "竹溪村", "沈德", f"'{number(1)}", "2.4万元", "2025/5/1"],
        ["", "合计", "", "", "2.4万元", ""],
    ]
    data = "\n".join(separator.join(line) for line in lines).encode(encoding)

    batch = taken(clerk, data, name="名单.txt")

    assert batch.received == 1
    assert alerts() == [("沈德", "201", "24000.00", "2025-05-01")]


def test_an_old_workbook_with_numbers_as_text_is_read(clerk: User) -> None:
    made, out = xlwt.Workbook(), io.BytesIO()
    sheet = made.add_sheet("表")
    for index, row in enumerate([HEADINGS, ["1", "竹溪村", "沈 德", number(1) + "\t", " 1,234.5 ", "2025-5-1"]]):
        for column, cell in enumerate(row):
            sheet.write(index, column, cell)
    made.save(out)

    taken(clerk, out.getvalue(), name="名单.xls")

    assert alerts() == [("沈德", "201", "1234.50", "2025-05-01")]


def test_a_needed_formula_without_a_value_waits_for_a_person(clerk: User) -> None:
    batch = taken(clerk, book(HEADINGS, [1, "竹溪村", "沈德", number(1), "=1+1", "2025-05-01"]))

    assert batch.problem == 1
    assert batch.rows.get().problems[0]["code"] == "formula.unstored"


def test_a_hidden_sheet_is_left_out_and_says_so(clerk: User) -> None:
    made = Workbook()
    for row in (HEADINGS, [1, "竹溪村", "沈德", number(1), 1, ""]):
        made.active.append(row)
    hidden = made.create_sheet("上月")
    for row in (HEADINGS, [1, "竹溪村", "郝珍强", number(2), 1, ""]):
        hidden.append(row)
    hidden.sheet_state = "hidden"

    batch = taken(clerk, packed(made))

    assert (batch.new, batch.left_out) == (1, 1)
    assert batch.rows.of("left_out").get().reason == "在隐藏的工作表里"


def test_day_and_count_in_the_files_name_are_read_and_compared(clerk: User) -> None:
    data = book(HEADINGS, [1, "竹溪村", "沈德", number(1), 1, ""])

    batch = taken(clerk, data, name="贵池区医保局预警信息_20250902-风险未消除608人.xlsx")

    assert (batch.source, batch.received_on) == (Alert.Source.DISTRICT_MEDICAL, date(2025, 9, 2))
    assert batch.notes == ["文件名或题名写的是 608，读到 1 行，请核对"]


def test_what_nobody_said_is_taken_by_default_and_noted(clerk: User) -> None:
    batch = taken(clerk, book(HEADINGS, [1, "竹溪村", "沈德", number(1), 1, ""]))

    today = timezone.localdate()
    assert Alert.objects.get().source == Alert.Source.UNNAMED
    assert batch.received_on == today
    assert [note[:3] for note in batch.notes] == ["没写来", "没写收"]


def test_the_same_row_of_another_source_or_with_another_amount_is_another_alert(clerk: User) -> None:
    row = [1, "竹溪村", "沈德", number(1), 1, "2025-05-01"]
    taken(clerk, book(HEADINGS, row), source="city_medical")
    taken(clerk, book(HEADINGS, row), source="district_medical")
    taken(clerk, book(HEADINGS, [9, "竹溪", " 沈德 ", number(1), "1.00元", "2025/5/1"]), source="city_medical")
    last = taken(clerk, book(HEADINGS, [1, "竹溪村", "沈德", number(1), 2, "2025-05-01"]), source="city_medical")

    assert (last.new, Alert.objects.count()) == (1, 3)


def test_an_alert_is_linked_to_its_person_and_takes_the_village_from_there(clerk: User) -> None:
    person = PersonFactory(name="沈德", id_number=number(1), village_code="341702106203", born_on=BORN)
    membership = MembershipFactory(person=person, household__village_code="341702106203")

    taken(clerk, book(HEADINGS, [1, "", "沈德", number(1), 1, ""], [2, "", "无人", number(2), 1, ""]))

    known, unknown = Alert.objects.order_by("pk")
    assert (known.person, known.household_id, known.village_code) == (person, membership.household_id, "341702106203")
    assert (unknown.person, unknown.village_code) == (None, "341702106000")


def test_doubtful_people_are_not_linked_and_wait_in_a_list(clerk: User) -> None:
    same_number = PersonFactory(name="桂金连", id_number=number(1), village_code="341702106201", born_on=BORN)
    near_number = PersonFactory(name="沈德", id_number=number(2), village_code="341702106201", born_on=BORN)
    PersonFactory(name="沈德", id_number=number(3, date(1990, 1, 2)), village_code="341702106201")
    PersonFactory(name="沈德", id_number=number(4), village_code="341702106202", born_on=BORN)

    batch = taken(clerk, book(
        HEADINGS, [1, "竹溪村", "桂金莲", number(1), 1, ""], [2, "竹溪村", "沈德", number(5), 1, ""],
        [3, "竹溪村", "甲乙", number(6), 1, ""], [4, "竹溪村", "乙甲", number(6), 1, ""],
    ))  # fmt: skip

    doubts = IdentityDoubt.objects.order_by("alert_id", "kind")
    assert batch.new == 4
    assert [alert.person for alert in Alert.objects.all()] == [None] * 4
    assert [(d.alert.name, d.kind, d.person, d.other and d.other.name) for d in doubts] == [
        ("桂金莲", "two_names", same_number, None),
        ("沈德", "two_numbers", near_number, None),
        ("乙甲", "two_names", None, "甲乙"),
    ]


def test_one_name_in_one_village_with_two_near_numbers_waits_in_the_list_though_nobody_registered_it(
    clerk: User,
) -> None:
    apart = number(3, date(1990, 1, 2))
    taken(clerk, book(HEADINGS, [1, "竹溪村", "沈德", number(2), 1, ""], [2, "竹溪村", "沈德", apart, 1, ""]))
    again = (
        [1, "竹溪村", "沈德", number(5), 2, ""],
        [2, "竹溪村", "沈德", number(5), 3, ""],
        [3, "兰山村", "沈德", number(6), 1, ""],
    )
    batch = taken(clerk, book(HEADINGS, *again))
    taken(clerk, book(HEADINGS, *([*row[:4], 9, ""] for row in again)))

    [doubt] = IdentityDoubt.objects.all()
    assert batch.new == 3
    assert (doubt.kind, doubt.person, doubt.alert.id_number) == ("two_numbers", None, number(5))
    assert (doubt.other.id_number, doubt.alert) == (number(2), Alert.objects.filter(batch=batch).earliest("pk"))


def test_a_row_is_known_again_by_the_same_bytes_whatever_turned_it(clerk: User) -> None:
    """Alerts on file keep their fingerprints: a change of what is digested brings every cumulative list in anew."""
    data = (
        f"村,姓名,身份证号码,个人自付,统筹基金支付,医疗救助,联系电话\n竹溪村,沈德,{number(1)},8000,5000,200,13812345678"
    )

    batch = taken(clerk, data.encode(), name="名单.csv")

    told = [
        f'"name":"沈德","id_number_digest":"{digest(number(1)).hex()}","self_paid_yuan":"8000.00"',
        '"统筹基金支付":"5000.00"', '"医疗救助":"200.00"', "phone=13812345678",
    ]  # fmt: skip
    assert bytes(batch.rows.get().fingerprint) == digest("\x1f".join(told))


def test_what_was_typed_as_a_formula_or_a_script_stays_text(clerk: User) -> None:
    data = (
        ",".join(HEADINGS) + f"\n1,竹溪村,沈德,{number(1)},=1+1,2025-05-01\n2,竹溪村,<script>,{number(2)},3,2025-05-01"
    )

    batch = taken(clerk, data.encode(), name="名单.csv")

    assert [row.sentences for row in batch.rows.order_by("pk")] == [
        ["“=1+1”不是数字；写成 32000 的样子"],
        ["“<script>”不像姓名，请核对"],
    ]


def test_a_mended_row_is_the_one_that_the_corrected_file_brings(clerk: User) -> None:
    headings = [*HEADINGS, "统筹基金支付", "经办备注"]
    row = [1, "竹溪村", "江玉兰", number(21), -8000, "2025-03-01", 5000, "已电话告知"]
    wrong, right = (book(headings, [*row[:4], paid, *row[5:]]) for paid in (-8000, 8000))
    batch = import_file(kind="alerts", name="名单.xlsx", data=wrong, by=clerk, source="district_medical").batch
    [waiting] = batch.rows.of("problem")
    assert not waiting.raw

    mended = mend_row(row=waiting, cells={"self_paid_yuan": "8000"}, today=timezone.localdate())

    again = import_file(
        kind="alerts", name="改好.xlsx", data=right, by=clerk, source="district_medical", is_dry=True
    ).batch.rows.get()
    assert (mended.fingerprint, mended.sealed_4) == (again.fingerprint, again.sealed_4)
    assert mended.verdict == "new"
