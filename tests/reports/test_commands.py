import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from docx import Document
from openpyxl import load_workbook

from accounts.models import AccessLog
from paibou.lib.figures import figures
from tests.factories.accounts import TOWNSHIP, DivisionFactory
from tests.factories.monitoring import AlertFactory

pytestmark = pytest.mark.django_db
VILLAGE = f"{TOWNSHIP}201"
PERIOD = ("half-year", "--from", "2025-01-01", "--until", "2025-10-20")


@pytest.fixture(autouse=True)
def township() -> None:
    DivisionFactory(code=TOWNSHIP, name="牌楼镇")
    DivisionFactory(code=VILLAGE, name="竹溪村")


def answer(*words: str) -> dict:
    written = StringIO()
    call_command(*words, "--json", stdout=written)
    return json.loads(written.getvalue())


def refusal(*words: str) -> str:
    with pytest.raises(CommandError) as no:
        call_command(*words, stdout=StringIO())
    return str(no.value)


def test_report_prints_the_lines_of_the_summary() -> None:
    AlertFactory(village_code=VILLAGE, received_on=date(2025, 10, 20))

    figures_told = answer("report", *PERIOD)["figures"]

    assert len(figures_told) == 17
    assert figures_told[-2] == {
        "slug": "alerts.medical.count",
        "kind": "period",
        "from": "2025-01-01",
        "until": "2025-10-20",
        "value": 1,
        "unit": "条",
        "label": "医保部门反馈预警",
    }
    assert {line["from"] for line in figures_told if line["kind"] == "as_of"} == {""}
    assert {line["from"] for line in figures_told if line["kind"] == "cumulative"} == {"2021-01-01"}


def test_until_includes_its_day_and_from_begins_with_its() -> None:
    for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 10, 20), date(2025, 10, 21)):
        AlertFactory(village_code=VILLAGE, received_on=day)

    told = answer("figure", "alerts.medical.count", "--from", "2025-01-01", "--until", "2025-10-20")

    assert (told["value"], told["villages"]) == (2, {VILLAGE: 2})


def test_what_was_not_known_at_an_instant_does_not_count() -> None:
    AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1))

    told = answer("report", *PERIOD, "--known-at", "2025-10-21T08:00")

    assert told["figures"][-2]["value"] == 0


def test_rows_as_json_are_whole_and_leave_a_line_in_the_log() -> None:
    alert = AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1))

    told = answer("figure", "alerts.medical.count", "--from", "2025-01-01", "--until", "2025-10-20", "--rows")

    (row,) = told["rows"]
    assert (row["证件号码"], row["village_code"], row["村"]) == (alert.id_number, VILLAGE, "竹溪村")
    assert AccessLog.objects.get().what == "figure alerts.medical.count --rows --json"


def test_rows_on_the_screen_are_masked() -> None:
    alert = AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1))
    written = StringIO()

    call_command(
        "figure", "alerts.medical.count", "--from", "2025-01-01", "--until", "2025-10-20", "--rows", stdout=written
    )

    last = written.getvalue().splitlines()[-1]
    assert last.startswith(f"竹溪村  {alert.name}")
    assert VILLAGE not in last
    assert alert.id_number not in written.getvalue()


def test_report_writes_the_paper_and_its_annex(tmp_path: Path) -> None:
    alert = AlertFactory(village_code=VILLAGE, received_on=date(2025, 3, 1), name="=1+1")
    paper, masked, full = tmp_path / "总结.docx", tmp_path / "附表.xlsx", tmp_path / "全.xlsx"

    answer("report", *PERIOD, "--docx", str(paper), "--xlsx", str(masked))
    answer("report", *PERIOD, "--xlsx", str(full), "--full", "报区里核对")

    said = "\n".join(each.text for each in Document(str(paper)).paragraphs)
    assert "市、区两级医保部门共反馈预警信息1条，省办系统推送预警信息0条" in said
    sheets = [load_workbook(path)["16 医保部门反馈预警"] for path in (masked, full)]
    assert [sheet.max_row for sheet in sheets] == [2, 2]
    assert [(sheet["C2"].value, sheet["C2"].data_type) for sheet in sheets] == [("=1+1", "s")] * 2
    assert [sheet["D2"].value == alert.id_number for sheet in sheets] == [False, True]
    assert list(AccessLog.objects.order_by("pk").values_list("reason", flat=True)) == ["", "报区里核对"]


def test_figures_are_all_told_with_what_they_count() -> None:
    told = answer("figures")["figures"]

    assert [each["slug"] for each in told] == [figure.slug for figure in figures]
    assert all(each["definition"] and each["label"] and each["unit"] for each in told)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("figure", "no.such", "--until", "2025-10-20"), "没有代号是 no.such 的数"),
        (("figure", "registry.lifted.people", "--until", "2025-10-20", "--kind", "period"), "是时点数"),
        (("figure", "registry.lifted.people", "--until", "2025-10-20", "--from", "2025春"), "是时点数"),
        (("figure", "alerts.medical.count", "--until", "2025-10-20"), "期内数要写从哪天起"),
        (("figure", "alerts.medical.count", "--until", "2025-10-20", "--from", "2025-11-01"), "晚于截止日期"),
        (("figure", "alerts.medical.count", "--until", "2025-10-20", "--from", "去年"), "不是日期"),
        (("figure", "alerts.medical.count", "--until", "20251020年"), "不是日期"),
        (("report", "half-year", "--from", "2025-11-01", "--until", "2025-10-20"), "晚于截止日期"),
        (("report", "half-year", "--from", "2025-01-01", "--until", "2099-10-20"), "2099年10月20日 还没到"),
        (("figure", "registry.lifted.people", "--until", "2099-10-20"), "2099年10月20日 还没到"),
        (("figure", "alerts.medical.count", "--until", "2099-10-20", "--from", "2025春"), "2099年10月20日 还没到"),
        (("figure", "alerts.medical.count", "--until", "2025-06-30", "--from", "2025秋"), "晚于截止日期"),
        (("figure", "alerts.medical.count", "--until", "2025-06-30", "--from", "9999秋"), "不是日期"),
        (("figure", "alerts.medical.count", "--until", "2019-01-01", "--kind", "cumulative"), "晚于截止日期"),
        (("report", *PERIOD, "--known-at", "昨天"), "不是时刻"),
        (("report", *PERIOD, "--division", "341702199"), "没有代码是 341702199 的区划"),
        (("report", *PERIOD, "--docx", "/no/such/folder/x.docx"), "写不进文件"),
    ],
)
def test_a_question_that_cannot_be_answered_gets_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    assert sentence in refusal(*words)


def test_with_several_townships_one_has_to_be_named() -> None:
    DivisionFactory(code="341702107")

    assert "用 --division 写明" in refusal("report", *PERIOD)


@pytest.mark.parametrize(
    ("semester", "until", "last", "value"),
    [
        ("2025春", "2025-05-31", "2025-05-31", 1),
        ("2025春", "2025-10-20", "2025-07-31", 2),
        ("2025秋", "2025-10-20", "2025-10-20", 1),
        ("2025秋", "2026-05-31", "2026-01-31", 2),
    ],
)
def test_a_semester_is_a_kind_of_window_and_ends_with_its_last_day(semester, until, last, value) -> None:
    for day in ((2025, 1, 31), (2025, 2, 1), (2025, 7, 31), (2025, 8, 1), (2026, 1, 31), (2026, 2, 1)):
        AlertFactory(village_code=VILLAGE, received_on=date(*day))

    told = answer("figure", "alerts.medical.count", "--from", semester, "--until", until)

    assert (told["kind"], told["from"], told["until"], told["value"]) == ("semester", semester, last, value)
