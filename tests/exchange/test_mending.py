"""A row that is mended says what the corrected file would say, once, and nothing of it changes on the way."""

from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accounts.models import User
from exchange.jobs import run
from exchange.models import Batch, StagedRow
from exchange.services.applying import confirm_batch
from exchange.services.mending import leave_out, mend_row, take_back
from exchange.services.returning import with_reasons
from exchange.services.system_import import import_file
from exchange.services.upload import drop_batch, take_upload
from monitoring.models import Alert
from paibou.lib.refused import Refused
from tests.exchange.test_messy_workbooks import HEADINGS, book, number

IN_WAN = ["序号", "村", "姓名", "身份证号码", "个人自付（万元）", "结算日期"]


def taken(clerk: User, data: bytes, **more: Any) -> Batch:
    given = {"kind": "alerts", "name": "名单.xlsx", "by": clerk, "source": "district_medical"} | more
    return import_file(data=data, **given).batch


def mend(row: StagedRow, **cells: str) -> StagedRow:
    return mend_row(row=row, cells=cells, today=timezone.localdate())


def out_and_in(row: StagedRow) -> StagedRow:
    today = timezone.localdate()
    return take_back(row=leave_out(row=row, reason="先放一放", today=today), today=today)


def test_an_amount_that_somebody_typed_is_in_yuan_however_often_the_row_is_mended(clerk: User) -> None:
    row = taken(clerk, book(IN_WAN, [1, "竹溪村", "江玉兰", "34292119", "二点四万", "2025-03-01"])).rows.get()

    row = mend(row, self_paid_yuan="24000")
    row = mend(row, id_number=number(21))

    assert (row.verdict, row.values["self_paid_yuan"]) == ("new", "24000.00")


def test_an_amount_that_was_read_is_not_multiplied_again(clerk: User) -> None:
    rows = [1, "竹溪村", "江玉兰", number(21), 2.4, "2025-03-01"], [2, "竹溪村", "江玉梅", number(22), -1, "2025-03-01"]
    batch = taken(clerk, book(IN_WAN, *rows), is_dry=True)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.REVIEW)

    amounts = [out_and_in(row).values["self_paid_yuan"] for row in batch.rows.order_by("row")]

    assert amounts == ["24000.00", "-10000.00"]


def test_the_village_that_a_title_named_stays(clerk: User) -> None:
    headings = [word for word in HEADINGS if word != "村"]
    data = book(["丰收村大病患者名单"], headings, [1, "江玉兰", "34292119", 8000, "2025-03-01"])
    row = taken(clerk, data).rows.get()

    mended = mend(row, id_number=number(21))

    assert mended.village_code == row.village_code != ""


def test_a_row_that_was_written_is_mended_no_more(clerk: User) -> None:
    batch = taken(clerk, book(HEADINGS, [1, "竹溪村", "江玉兰", "34292119", 8000, "2025-03-01"]))
    [row] = batch.rows.all()
    mend(row, id_number=number(21))
    run(confirm_batch(batch=batch, by=clerk).pk)
    assert Alert.objects.count() == 1

    with pytest.raises(Refused, match="已经写入"):
        mend(row, self_paid_yuan="777")


def test_another_village_makes_no_other_alert_of_the_same_row(clerk: User) -> None:
    first, moved = (
        book(HEADINGS, [1, village, "江玉兰", number(21), 8000, "2025-03-01"]) for village in ("竹溪村", "丰收村")
    )
    taken(clerk, first)

    assert taken(clerk, moved, name="下月.xlsx").same == 1


def test_a_batch_is_not_given_up_while_a_job_has_it_and_not_written_afterwards(clerk: User) -> None:
    data = book(HEADINGS, [1, "竹溪村", "江玉兰", number(21), 8000, "2025-03-01"])
    batch = take_upload(kind="alerts", name="名单.xlsx", data=data, by=clerk, today=timezone.localdate(), send=False)
    with pytest.raises(Refused, match="正在处理"):
        drop_batch(batch=batch)
    run(batch.job_id)
    job = confirm_batch(batch=batch, by=clerk)
    with pytest.raises(Refused, match="正在处理"):
        drop_batch(batch=batch)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.DROPPED)

    assert run(job.pk).outcome == "这一批已经放弃，没有写入"
    assert not Alert.objects.exists()


def test_what_was_mended_on_the_page_stands_in_the_workbook_with_reasons(clerk: User) -> None:
    wrong = [1, "甲村", "江玉兰", "34292119", "二点四万", "2025-03-01"]
    data = book(["单位：万元"], IN_WAN, wrong, [2, "竹溪村", "江玉梅", number(22), -1, "2025-03-01"], [3, *wrong[1:]])
    batch = taken(clerk, data, is_dry=True)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.REVIEW)
    first, second, third = batch.rows.order_by("row")
    mend(first, village="竹溪村", id_number=number(21), self_paid_yuan="24000")
    mend(second, self_paid_yuan="1万元")
    mend(third, id_number=number(23))

    back = with_reasons(data, batch, [third], mended=list(batch.rows.filter(mended=True)))

    again = taken(clerk, back, name="改好.xlsx")
    assert [(row.verdict, row.values.get("self_paid_yuan")) for row in again.rows.order_by("row")] == [
        ("new", "24000.00"), ("new", "10000.00"), ("problem", None),
    ]  # fmt: skip
    assert [one["column"] for one in again.rows.of("problem").get().problems] == ["self_paid_yuan", "village"]


@pytest.mark.parametrize("typed", ["无", "24000元整", "24000圆", "24,000", "2.4万"])
def test_an_amount_typed_into_a_column_of_wan_is_read_back_as_the_page_read_it(clerk: User, typed: str) -> None:
    data = book(["单位：万元"], IN_WAN, [1, "竹溪村", "江玉兰", number(21), "二点四万", "2025-03-01"])
    batch = taken(clerk, data)
    row = mend(batch.rows.get(), self_paid_yuan=typed)

    again = taken(clerk, with_reasons(data, batch, [], mended=[row]), name="改好.xlsx").rows.get()

    assert (again.verdict, again.values.get("self_paid_yuan")) == ("new", row.values.get("self_paid_yuan"))


def test_a_village_merged_over_rows_is_written_into_the_mended_row_alone(clerk: User) -> None:
    source = Workbook()
    for cells in (HEADINGS, *([n, "甲村", "江玉兰", number(20 + n), 8000, "2025-03-01"] for n in (1, 2, 3))):
        source.active.append(cells)
    source.active.merge_cells("B2:B4")
    source.save(held := BytesIO())
    batch = taken(clerk, held.getvalue())
    first, second, third = batch.rows.order_by("row")
    mended = [mend(first, village="竹溪村"), mend(second, village="丰收村")]

    back = with_reasons(held.getvalue(), batch, [third], mended=mended)

    rows = taken(clerk, back, name="改好.xlsx").rows.order_by("row")
    assert [row.village_code for row in rows] == [*[row.village_code for row in mended], ""]


def test_a_csv_whose_name_no_sheet_may_bear_comes_back_with_reasons(clerk: User) -> None:
    data = "村,姓名,身份证号码,个人自付\n竹溪村,江玉兰,34292119,8000\n".encode()
    batch = taken(clerk, data, name="名单[1].csv")
    row = mend(batch.rows.get(), phone="12345")

    back = with_reasons(data, batch, [row], mended=[row])

    assert load_workbook(BytesIO(back)).sheetnames == ["名单_1_"]


def test_of_two_lists_in_a_sheet_one_in_yuan_stays_in_yuan(clerk: User) -> None:
    in_yuan = [word.replace("（万元）", "") for word in IN_WAN]
    data = book(
        in_yuan, [1, "竹溪村", "江玉兰", "34292119", 8000, "2025-03-01"],
        IN_WAN, [1, "竹溪村", "江玉梅", "34292118", 2.4, "2025-03-01"],
    )  # fmt: skip
    rows = taken(clerk, data).rows.order_by("row")

    mended = [mend(row, id_number=number(21 + index)) for index, row in enumerate(rows)]

    assert [row.values["self_paid_yuan"] for row in mended] == ["8000.00", "24000.00"]


def test_a_file_sent_as_the_mended_one_closes_only_those_it_brings(clerk: User) -> None:
    wrong = (
        [1, "竹溪村", "江玉兰", "34292119", 8000, "2025-03-01"],
        [2, "竹溪村", "江玉梅", "34292118", 8000, "2025-03-01"],
    )
    namesake = [3, "竹溪村", "江玉兰", number(23), -8000, "2025-03-01"]
    earlier = taken(clerk, book(HEADINGS, *wrong, namesake))
    data = book(HEADINGS, [1, "竹溪村", "江玉兰", number(21), 8000, "2025-03-01"])
    batch = take_upload(
        kind="alerts", name="改好.xlsx", data=data, by=clerk, today=timezone.localdate(), mends=earlier, send=False
    )
    run(batch.job_id)

    run(confirm_batch(batch=batch, by=clerk).pk)

    earlier.refresh_from_db()
    assert (earlier.problem, earlier.left_out) == (2, 1)
    assert [row.row for row in earlier.rows.of("problem").order_by("row")] == [3, 4]
