"""The registry workbook: sheets 户 and 家庭成员."""

from typing import Any

from exchange.models import Batch, StagedRow
from exchange.queries import village_names
from households.models import Household, Person
from households.registry_apply import APPLY
from households.registry_columns import HOUSEHOLDS, MEMBERS
from households.registry_marks import MARKS
from households.services import registry
from paibou.lib.importing import ANOTHER, Kind, imports


def printed(batch: Batch, rows: list[StagedRow], whole: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as the command line prints them, households with the name of their village."""
    names = village_names(row.village_code for row in rows)
    for row, cells in zip(rows, whole, strict=True):
        cells |= {"village": names.get(row.village_code)} if row.table == HOUSEHOLDS.slug else {}
    return whole


def filed(rows: list[StagedRow]) -> dict[int, str]:
    """The sealed values on file that differ from those of rows, by the row's id; seen as whoever brought them in may."""
    values: dict[int, str] = {}
    for table, noun in ((HOUSEHOLDS, Household), (MEMBERS, Person)):
        asked = [row for row in rows if row.table == table.slug and ANOTHER in row.judged_sentence]
        if asked:
            known = noun.objects.visible_to(asked[0].batch.user).in_bulk([row.target for row in asked])
            values |= {row.pk: getattr(known[row.target], row.judged_column) for row in asked if row.target in known}
    return values


imports.add(
    "registry",
    Kind(
        slug="registry",
        label="农户登记表",
        unit="行",
        tables=(HOUSEHOLDS, MEMBERS),
        marks=MARKS,
        apply=APPLY,
        asks=frozenset({"as_of"}),
        order=20,
        judged=registry.judged,
        finish=registry.finish,
        printed=printed,
        filed=filed,
        shown_at="households:household_list",
    ),
)
