"""More mess: what stands around the rows, what headings and places are called, what a cell may hold."""

from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import User
from exchange.models import Batch
from monitoring.models import Alert
from tests.exchange.conftest import WORKBOOKS
from tests.exchange.test_messy_workbooks import HEADINGS, alerts, book, number, packed, taken
from tests.exchange.test_public_workbooks import run
from tests.factories.exchange import ColumnMeaningFactory
from tests.factories.households import PersonFactory

ROW = [1, "竹溪村", "沈德", number(1), 1.5, "2025-05-01"]


def test_a_title_that_speaks_of_what_columns_are_called_is_no_group_over_them(clerk: User) -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A1:F1")

    again = [9, *ROW[1:]]
    for title in ("牌楼镇大病患者医疗救助名单", "统筹支付后个人自付超1万元人员名单"):
        for rows in ([[title]], [[title], ["单位：元"]], [["", "", title]]):
            batch = taken(clerk, book(*rows, HEADINGS, ROW, again, then=merge), source="civil_affairs")
            assert (batch.problem, batch.received) == (0, 2)
            assert batch.recognised[0]["blocks"][0]["columns"][0]["column"] == ""

    assert Alert.objects.count() == 1


def test_a_village_in_the_title_over_one_row_of_headings_is_found(clerk: User) -> None:
    taken(clerk, book(["丰收村大病患者名单"], ["序号", *HEADINGS[2:]], [1, *ROW[2:]]))

    assert alerts() == [("沈德", "204", "1.50", "2025-05-01")]


@pytest.mark.parametrize(
    "row",
    [
        ["文本", "文本", "文本", "18位文本", "数字", "日期"],
        ["必填", "", "必填", "必填", "选填", "选填"],
        ["---", "-", "/", "—", "-", ""],
        ["单位负责人", "张三", "填表人", "李四", "联系电话", "0566-1234567"],
        ["", "制表", "王芳", "审核：", "赵六", "2025-07-01"],
    ],
)
def test_what_is_to_be_filled_in_strokes_and_signatures_are_no_rows(clerk: User, row: list[Any]) -> None:
    batch = taken(clerk, book(HEADINGS, row, ROW, row))

    assert (batch.new, batch.problem, batch.left_out) == (1, 0, 0)


def test_an_example_row_with_a_number_of_its_own_is_left_out(clerk: User) -> None:
    batch = taken(clerk, book(HEADINGS, ["示例", "竹溪村", "张三", number(7), 1, "2025-05-01"], ROW))

    assert (batch.new, batch.left_out) == (1, 1)


def test_a_person_with_nothing_but_a_name_waits_and_is_not_lost(clerk: User) -> None:
    batch = taken(clerk, book(HEADINGS, ROW, [2, "", "李云根", "", "", ""]))

    assert (batch.new, batch.problem) == (1, 1)


def test_a_row_of_units_below_the_headings_says_how_money_is_counted(clerk: User) -> None:
    taken(clerk, book(HEADINGS, ["", "", "", "", "万元", ""], ROW))
    taken(clerk, book(["名单", "", "", "单位：人、万元"], HEADINGS, [1, "竹溪村", "郝珍强", number(2), 2, ""]))

    assert [row[2] for row in alerts()] == ["15000.00", "20000.00"]


@pytest.mark.parametrize("heading", ["持卡人", "人群", "谁"])
@pytest.mark.parametrize("day", ["费用发生时间", "报销结算日期", "发现时间"])
def test_names_are_known_by_what_they_are_and_days_by_any_heading(clerk: User, heading: str, day: str) -> None:
    rows = [[number(1), "夏发生", "帮扶人甲", 5, "2025-5-1"], [number(2), "郝珍强", "帮扶人乙", 6, "2025-5-1"]]
    taken(clerk, book(["证件号", heading, "帮扶联系人", "个人自付", day], *rows))

    assert [(row[0], row[3]) for row in alerts()] == [("夏发生", "2025-05-01"), ("郝珍强", "2025-05-01")]


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("01竹溪村", "201"), ("竹溪-红庙组", "201"), ("牌楼竹溪", "201"), ("竹溪村红庙组", "201"), ("牌楼", "200"),
        ("牌楼镇竹溪行政村", "201"),
    ],
)  # fmt: skip
def test_villages_with_a_number_or_a_group_or_a_short_township_are_known(clerk: User, place: str, code: str) -> None:
    taken(clerk, book([*HEADINGS, "乡镇"], [1, place, *ROW[2:], "牌楼镇人民政府"]))

    assert [row[1] for row in alerts()] == [code]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("安徽省池州市贵池区牌楼镇佳山村红庙组3号", "202"), ("贵池区牌楼镇兰山", "208"),
        ("池州市东至县龙泉镇竹溪村", "000"),
    ],
)  # fmt: skip
def test_an_address_names_our_village_and_not_one_called_alike(clerk: User, address: str, code: str) -> None:
    taken(clerk, book(["姓名", "身份证号", "户籍地址", "个人自付"], ["沈德", number(1), address, 1]))

    assert [row[1] for row in alerts()] == [code]


def test_the_command_prints_the_village_that_a_row_without_one_goes_to(clerk: User, tmp_path: Any) -> None:
    PersonFactory(name="沈德", id_number=number(1), village_code="341702106203")
    file = tmp_path / "名单.xlsx"
    file.write_bytes(book(HEADINGS, [1, "", *ROW[2:]], [2, "", "沈德", number(1), "", ""]))

    [report] = run("alerts", file)

    assert {row["village"] for row in report["accepted"]} == {"济公村"}


def test_the_registry_sent_in_as_alerts_is_refused(clerk: User, tmp_path: Any) -> None:
    [report] = run("alerts", WORKBOOKS / "registry.xlsx")

    assert report["file_refused"] == (
        "这是农户登记表的样子（户、家庭成员），不是预警名单；请回到导入页选“农户登记表”再传"
    )
    assert not Alert.objects.exists()


def test_an_empty_file_is_refused_and_others_go_on(clerk: User, tmp_path: Any) -> None:
    (tmp_path / "空.csv").write_bytes(b"")
    (tmp_path / "名单.xlsx").write_bytes(book(HEADINGS, ROW))

    empty, other = run("alerts", tmp_path / "空.csv", tmp_path / "名单.xlsx")

    assert (empty["file_refused"], len(other["accepted"])) == ("文件是空的", 1)


@pytest.mark.parametrize(
    ("kind", "option", "said"),
    [
        ("registry", "--as-of=2030-01-01", "2030-01-01 还没到，请核对"),
        ("alerts", "--received-on=2030-01-01", "2030-01-01 还没到，请核对"),
        ("registry", "--as-of=abc", "“abc”不是日期，写成 2025-10-20 的样子"),
        ("alerts", "--received-on=9.18", "“9.18”不是日期，写成 2025-10-20 的样子"),
    ],
)
def test_a_day_that_is_none_or_not_yet_is_refused_on_the_command_line(
    clerk: User, kind: str, option: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("import_workbook", kind, str(WORKBOOKS / "registry.xlsx"), option)

    assert not Batch.objects.filter(kind=kind).exists()


def test_amounts_below_nothing_and_beyond_the_column_wait(clerk: User) -> None:
    amounts = [-5, "-1,234.5", 1e11, 99999999999.9, "5000000万元", 9999999999.98]
    batch = taken(clerk, book(HEADINGS, *[[i, *ROW[1:4], amount, ""] for i, amount in enumerate(amounts)]))

    assert (batch.problem, batch.new) == (5, 1)


@pytest.mark.parametrize("cell", ['"未完', "丙"])
def test_a_quotation_mark_that_never_closes_takes_no_rows_with_it(clerk: User, cell: str) -> None:
    lines = [
        ["就诊医院", *HEADINGS],
        [cell, *ROW],
        ["甲", 2, "佳山村", "郝珍强", *ROW[3:]],
        ['"乙', 3, "竹溪村", "毛水杰", *ROW[3:]],
    ]
    text = "\n".join(",".join(map(str, line)) for line in lines)

    batch = taken(clerk, text.encode(), name="名单.csv")

    assert batch.received == 3


def test_numbers_that_a_program_wrote_as_formulas_of_text_are_read(clerk: User) -> None:
    taken(clerk, f'{",".join(HEADINGS)}\n1,竹溪村,沈德,="{number(1)}",="1.5",2025-05-01'.encode(), name="名单.csv")

    assert alerts() == [("沈德", "201", "1.50", "2025-05-01")]


def test_lists_side_by_side_are_not_half_read(clerk: User) -> None:
    headings = ["村", "姓名", "身份证号", "个人自付"]
    one, two = ["竹溪村", "沈德", number(1), 1], ["佳山村", "郝珍强", number(2), 2]

    batch = taken(clerk, book(["名单"], [*headings, "", *headings], [*one, "", *two]))

    assert (batch.file_refused[:13], Alert.objects.count()) == ("“预警”里有名单左右并排；", 0)
    assert taken(clerk, book([*headings, "", *headings], one)).new == 1


def test_a_village_that_a_formula_should_have_given_waits_for_a_person(clerk: User) -> None:
    batch = taken(clerk, book(HEADINGS, [1, "=A1", *ROW[2:]], ["=ROW()", *ROW[1:]]))

    assert (batch.problem, batch.new) == (1, 1)
    assert [one["column"] for one in batch.rows.of("problem").get().problems] == ["village"]


@pytest.mark.parametrize(
    ("headings", "rows"),
    [
        (["姓名", "身份证号码", "村", "个人自付", "结算日期"], [["沈德", number(1), "竹溪村", 1.5, "2025-05-01"]]),
        (["姓名", "身份证号码", "备注"], [["沈德", number(1), "民政局低保对象，3人"], ["郝珍强", number(2), ""]]),
        (["个人自付（5人次）", "姓名", "身份证号码"], [[1, "沈德", number(1)]]),
    ],
)
@pytest.mark.parametrize("title", [[], [["大病名单"]]])
def test_what_stands_in_and_below_a_heading_says_nothing_of_the_whole_list(
    clerk: User, headings: list[str], rows: list[list[Any]], title: list[list[Any]]
) -> None:
    batch = taken(clerk, book(*title, headings, *rows))

    assert (batch.source, batch.received_on, batch.announced_rows) == ("", timezone.localdate(), None)


def test_a_heading_that_only_a_person_could_read_still_ends_the_titles(clerk: User) -> None:
    for heading, column in (("甲", "name"), ("乙", "self_paid_yuan"), ("丙", "reason")):
        ColumnMeaningFactory(heading=heading, column=column, source="city_medical")

    batch = taken(clerk, book(["市医保局名单"], ["甲", "乙", "丙"], ["沈德", 5, "2025-05-01住院，3人"]))

    assert (batch.source, batch.received_on, batch.announced_rows) == ("city_medical", timezone.localdate(), None)
    assert batch.received == 1


def test_a_cover_sheet_speaks_for_the_lists_behind_it(clerk: User) -> None:
    made = Workbook()
    made.active.append(["市医保局2025年9月18日名单1人"])
    sheet = made.create_sheet("名单")
    for row in (HEADINGS, ROW):
        sheet.append(row)

    batch = taken(clerk, packed(made))

    assert (batch.source, batch.received_on, batch.announced_rows) == ("city_medical", date(2025, 9, 18), 1)
