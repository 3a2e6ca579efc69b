"""The demonstration's workbooks are read as their batches say."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from accounts.services.user import system_user
from demo.uploads import COLUMNS, SHEET, Uploads, _recognised, workbook
from exchange.models import StagedRow
from exchange.services.system_import import import_file
from tests.factories.households import id_number


def test_a_list_is_read_as_its_batch_says(villages, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cells = ["程友福", id_number(11), "牌楼村", Decimal("12345.60"), date(2025, 3, 1)]
    data = workbook([["区医保局个人自付较高人员名单（2025年04月）"], [*COLUMNS], cells])
    written: list[dict] = []
    world = SimpleNamespace(
        villages={villages["牌楼村"].padded_code: "牌楼村"},
        rng=lambda part: None,
        add=lambda _, **row: written.append(row),
    )

    batch = import_file(
        kind="alerts", name="名单.xlsx", data=data, by=system_user(prefix="341702106"), is_dry=True
    ).batch
    Uploads(world)._stage(batch.pk, Uploads.first_row, dict(zip(COLUMNS.values(), cells, strict=True)))

    [row], [said] = StagedRow.objects.filter(batch=batch), written
    assert batch.recognised == [_recognised(COLUMNS) | {"words": batch.recognised[0]["words"]}]
    assert row.sheet == SHEET
    assert {name: getattr(row, name) for name in said if name != "batch_id"} == {
        name: value for name, value in said.items() if name != "batch_id"
    }
