"""The sender's own workbook goes back with our answers; his rows and columns stay as they are."""

import io
import json
import uuid
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.models import AccessLog, User
from accounts.services.user import system_user
from exchange import files, jobs
from exchange.models import Batch, Upload
from exchange.services.system_import import import_file
from monitoring.models import Alert, AlertEvent
from monitoring.services.alert import close_alerts, return_alerts
from monitoring.services.alert_handout import hand_out
from monitoring.services.alert_return import order_answers
from paibou.lib.refused import Refused
from tests.exchange.conftest import WORKBOOKS
from tests.factories.accounts import TOWNSHIP, GrantFactory
from tests.monitoring.alerts import FRIDAY, TODAY, answer, kinds, only, waiting

pytestmark = pytest.mark.django_db
HEADINGS = ["序号", "姓名", "身份证号", "个人自付", "备注"]


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def workbook(headings: list[str]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "9月"
    sheet["A1"] = "市医保 9月 名单"
    sheet.append(headings)
    sheet.append([1, "汪德发", "342921195006010017", 24180.5, "透析"])
    sheet.append([2, "吴秀英", "342921195006010025", 300, None])
    sheet.append(["合计", None, None, 24480.5, None])
    sheet.column_dimensions["B"].width = 33
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def batch_of(by: User, data: bytes, name: str = "9月名单.xlsx", headings: list[str] = HEADINGS) -> Batch:
    place = f"{TOWNSHIP}000"
    upload = Upload.objects.create(
        name=name,
        path=files.keep(data, "uploads"),
        digest=files.digest_of(data),
        size=len(data),
        village_code=place,
        user=by,
    )
    columns = [{"index": index, "heading": heading, "column": ""} for index, heading in enumerate(headings)]
    recognised = [{"sheet": "9月", "blocks": [{"rows": [2], "columns": columns}]}]
    return Batch.objects.create(
        kind="alerts", upload=upload, village_code=place, user=by, source="city_medical", received_on=date(2025, 10, 10),
        recognised=recognised, state="applied",
    )  # fmt: skip


def answered(by: User, batch: Batch, **columns: Any) -> Alert:
    alert = waiting(by, batch=batch, sheet="9月", row=3, name="汪德发")
    return answer(
        alert,
        by,
        **{"result": "helped_now", "help": ["medical_aid"], "note": "=HYPERLINK(1)", "checker": "何桂英"} | columns,
    )


def produced(by: User, batch: Batch) -> Any:
    job = order_answers(batch=batch, by=by, reason="回传市医保", today=TODAY)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.outcome
    return load_workbook(io.BytesIO(files.read(job.files.get().path)))


def test_answers_stand_behind_the_senders_columns(station: User) -> None:
    batch = batch_of(station, workbook(HEADINGS))
    answered(station, batch)

    sheet = produced(station, batch)["9月"]

    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1] == [*HEADINGS, "核查方式", "核查日期", "核查结果", "帮扶措施", "说明", "核查人"]
    assert rows[2][:5] == [1, "汪德发", "342921195006010017", 24180.5, "透析"]
    assert rows[2][5:] == ["电话", sheet["G3"].value, "有困难，已落实帮扶", "申请医疗救助", "=HYPERLINK(1)", "何桂英"]
    assert sheet["G3"].value.date() == date(2025, 10, 15)
    assert (sheet["J3"].data_type, sheet.column_dimensions["B"].width) == ("s", 33)
    assert [row[:5] for row in rows[3:]] == [
        [2, "吴秀英", "342921195006010025", 300, None], ["合计", None, None, 24480.5, None],
    ]  # fmt: skip
    assert {cell for row in rows[3:] for cell in row[5:]} == {None}


def test_a_column_that_the_sender_left_open_is_filled(station: User) -> None:
    headings = [*HEADINGS[:4], "核查结果"]
    data = load_workbook(io.BytesIO(workbook(headings)))
    data["9月"]["E3"] = None
    out = io.BytesIO()
    data.save(out)
    batch = batch_of(station, out.getvalue(), headings=headings)
    answered(station, batch)

    sheet = produced(station, batch)["9月"]

    assert sheet["E3"].value == "有困难，已落实帮扶"
    assert [cell.value for cell in sheet[2]][5:] == ["核查方式", "核查日期", "帮扶措施", "说明", "核查人"]


def test_a_text_file_comes_back_as_a_workbook(station: User) -> None:
    data = "姓名,身份证号,个人自付\n汪德发,342921195006010017,24180.50\n".encode("gbk")
    batch = batch_of(station, data, "名单.csv", HEADINGS[:3])
    batch.recognised = []
    batch.save()
    alert = answered(station, batch)
    only(alert).update(sheet=next(iter(sheet_names(data))), row=2)

    book = produced(station, batch)

    assert book.worksheets[0]["A2"].value == "汪德发"
    assert "有困难，已落实帮扶" in [cell.value for cell in book.worksheets[0][2]]


def sheet_names(data: bytes) -> list[str]:
    from paibou.lib.workbook.reader import open_workbook  # noqa: PLC0415

    with open_workbook(data, "名单.csv") as sheets:
        return [sheet.name for sheet in sheets if list(sheet.rows)]


def test_without_a_reason_or_an_answer_no_file_is_made(station: User) -> None:
    batch = batch_of(station, workbook(HEADINGS))
    waiting(station, batch=batch, sheet="9月", row=3)

    with pytest.raises(Refused, match="事由"):
        order_answers(batch=batch, by=station, reason="", today=TODAY)
    with pytest.raises(Refused, match="还没有核查答复"):
        order_answers(batch=batch, by=station, reason="回传", today=TODAY)


def test_what_went_back_is_noted_once_and_undone(station: User) -> None:
    batch = batch_of(station, workbook(HEADINGS))
    alert = answered(station, batch)
    close_alerts(alerts=only(alert), on=TODAY, by=station)

    return_alerts(alerts=only(alert), on=TODAY, by=station)

    alert.refresh_from_db()
    assert (alert.returned_on, kinds(alert)[-1]) == (TODAY, "returned")
    with pytest.raises(Refused, match="没有办结了还没回传"):
        return_alerts(alerts=only(alert), on=TODAY, by=station)


def test_the_page_orders_shows_and_gives_the_file(
    client: Any, station: User, django_capture_on_commit_callbacks: Any
) -> None:
    batch = batch_of(station, workbook(HEADINGS))
    alert = answered(station, batch)
    close_alerts(alerts=only(alert), on=TODAY, by=station)
    client.force_login(station)
    page = reverse("monitoring:answer_back", args=[batch.pk])

    assert client.post(page, {"reason": ""}).status_code == 422
    client.post(page, {"reason": "回传市医保"})
    job = batch_jobs(client.get(page))[0]
    jobs.run(job.pk)

    made = job.files.get()
    answer_page = client.get(reverse("exchange:file_download", args=[made.pk]))
    client.post(reverse("monitoring:answers_returned", args=[batch.pk]))
    assert (answer_page.content[:2], AlertEvent.objects.filter(kind="returned").count()) == (b"PK", 1)
    assert list(AccessLog.objects.order_by("pk").values_list("kind", flat=True)) == ["export", "file"]
    assert client.get(reverse("monitoring:alert_batches")).context["rows"][0]["returned"] == 1


def batch_jobs(page: Any) -> list[Any]:
    return page.context["jobs"]


def test_a_batch_of_another_township_is_not_found(client: Any, station: User) -> None:
    batch = batch_of(station, workbook(HEADINGS))
    Batch.objects.update(village_code="341703106000")
    client.force_login(station)

    assert client.get(reverse("monitoring:answer_back", args=[batch.pk])).status_code == 404


@pytest.mark.parametrize(
    "name", ["02_title_total_note.xlsx", "08_repeats.xlsx", "09_sheet_per_village.xlsx", "10_excel97.xls", "11_gbk.csv"]
)
def test_a_workbook_as_departments_send_it_gets_each_answer_beside_its_row(name: str) -> None:
    station = GrantFactory().user
    import_file(
        kind="villages", name="villages.csv", data=(WORKBOOKS / "villages.csv").read_bytes(), by=system_user(prefix="")
    )
    import_file(
        kind="alerts", name=name, data=(WORKBOOKS / "alerts" / name).read_bytes(), by=station, received_on=FRIDAY
    )
    batch = Batch.objects.get(kind="alerts")
    hand_out(alerts=Alert.objects.filter(batch=batch), on=TODAY, by=station)
    for number, alert in enumerate(Alert.objects.with_the_village()):
        answer(alert, station, note=f"第 {number} 条", uid=uuid.uuid4())

    book = produced(station, batch)

    for alert in Alert.objects.filter(batch=batch).select_related("answer"):
        row = [cell.value for cell in book[alert.sheet][alert.row]]
        assert alert.name in "".join(str(value) for value in row).replace(" ", "").replace("\u3000", "")
        assert row[-2] == alert.answer.note
    expected = json.loads((WORKBOOKS / "expected.json").read_text())[name]
    notes = [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    filled = sum(isinstance(note, str) and note.startswith("第 ") and note.endswith(" 条") for note in notes)
    assert filled == len(expected["accepted"]) + len(expected["duplicates"])
