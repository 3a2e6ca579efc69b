"""The 19 alert files in the state in which departments send them, through the command that a person types."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import AccessLog
from monitoring.models import Alert
from tests.exchange.conftest import WORKBOOKS

pytestmark = pytest.mark.services

EXPECTED = json.loads((WORKBOOKS / "expected.json").read_text())


def run(kind: str, *files: Path, **options: object) -> list[dict]:
    out = StringIO()
    call_command("import_workbook", kind, *map(str, files), stdout=out, json=True, **options)
    return json.loads(out.getvalue())


def without_place(rows: list[dict]) -> list[dict]:
    """Rows without where they stood, in an order of their own."""
    bare = [{name: value for name, value in row.items() if name not in {"sheet", "row"}} for row in rows]
    return sorted(bare, key=lambda row: (row["id_number"], row["self_paid"]))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_public_workbook_comes_out_as_expected(registry: None, name: str) -> None:
    expected = EXPECTED[name]

    [report] = run("alerts", WORKBOOKS / "alerts" / name)

    assert report["file"] == name
    assert (report["file_refused"] is None) == (expected["file_refused"] is None)
    assert without_place(report["accepted"]) == without_place(expected["accepted"])
    assert without_place(report["duplicates"]) == without_place(expected["duplicates"])
    places = [(row["sheet"], row["row"]) for row in expected["rejected"]]
    assert [(row["sheet"], row["row"]) for row in report["rejected"]] == places
    assert Alert.objects.count() == len(expected["accepted"])


def test_all_files_twice_add_nothing_the_second_time(registry: None) -> None:
    files = [WORKBOOKS / "alerts" / name for name in EXPECTED]
    run("alerts", *files)
    before = Alert.objects.count()

    again = run("alerts", *files)

    assert Alert.objects.count() == before
    assert [report["accepted"] for report in again] == [[] for _ in files]
    known = {report["file"]: len(report["duplicates"]) for report in again}
    assert known == {name: len(one["accepted"]) + len(one["duplicates"]) for name, one in EXPECTED.items()}


def test_full_numbers_on_the_command_line_leave_one_row_of_log(registry: None) -> None:
    run("alerts", WORKBOOKS / "alerts" / "01_plain.xlsx")

    assert [(log.kind, log.rows) for log in AccessLog.objects.filter(noun="batch")] == [("command", 20)]
