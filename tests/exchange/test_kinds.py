"""Kinds of workbook, and the one that everything else hangs on: the ledger of divisions."""

import pytest
from django.db import models

from accounts.models import Division, DivisionName, User
from accounts.services.user import system_user
from exchange.models import Batch
from exchange.services.system_import import import_file
from monitoring.models import Alert
from paibou.lib.importing import imports
from paibou.lib.recognition.headings import likeness
from tests.exchange.test_messy_workbooks import HEADINGS, book, number, taken


def ledger(*rows: tuple[str, str], prefix: str = "") -> Batch:
    data = "\n".join(["区划代码,名称", *[",".join(row) for row in rows]]).encode()
    return import_file(kind="villages", name="区划.csv", data=data, by=system_user(prefix=prefix)).batch


@pytest.mark.parametrize(("kind", "target"), [("alerts", Alert), ("villages", Division)])
def test_every_uniqueness_of_a_target_has_its_mark(kind: str, target: type[models.Model]) -> None:
    unique = {one.name for one in target._meta.constraints if isinstance(one, models.UniqueConstraint)}
    unique |= {
        f"{target._meta.db_table}_{f.column}_key"
        for f in target._meta.concrete_fields
        if f.unique and not f.primary_key
    }

    assert unique <= {mark.constraint for mark in imports[kind].marks}


@pytest.mark.parametrize("kind", [kind.slug for kind in imports])
def test_no_two_columns_of_a_table_are_called_alike(kind: str) -> None:
    for table in imports[kind].tables:
        for column in table.columns:
            for heading in column.headings:
                best = max(table.columns, key=lambda other: likeness(other, heading, heading))
                assert best.name == column.name, heading


def test_divisions_are_opened_with_their_parents_and_a_second_time_are_the_same(villages: dict[str, Division]) -> None:
    again = ledger(("34", "安徽省"), ("341702106000", "牌楼镇"), ("341702106201", "竹溪村"))

    assert villages["竹溪村"].parent == villages["牌楼镇"]
    assert villages["安徽省"].parent is None
    assert (again.same, again.received) == (3, 3)


def test_a_renamed_village_keeps_its_old_name_for_workbooks(villages: dict[str, Division], clerk: User) -> None:
    batch = ledger(("341702106201", "新溪村"))

    assert batch.changed == 1
    assert [(row.division.name, row.name) for row in DivisionName.objects.all()] == [("新溪村", "竹溪村")]
    taken(clerk, book(HEADINGS, [1, "竹溪村", "沈德", number(1), 1, ""]))
    assert Alert.objects.get().village_code == "341702106201"


def test_divisions_that_hang_in_the_air_wait_for_a_person(villages: dict[str, Division]) -> None:
    batch = ledger(("341799106", "无根镇"), ("34170210", "八位"), ("341702106201", "甲村"), ("341702106201", "乙村"))

    assert [row.sentences for row in batch.rows.of("problem").order_by("pk")] == [
        ["上级区划还没登记"],
        ["区划代码应是 2、4、6、9 或 12 位数字"],
        ["同一个代码前面写的是“甲村”"],
    ]


def test_divisions_beyond_the_users_own_are_refused(villages: dict[str, Division]) -> None:
    batch = ledger(("341702107", "棠溪镇"), prefix="341702106")

    assert [row.sentences for row in batch.rows.all()] == [["不在您的范围内"]]


def test_an_amount_no_column_holds_waits_for_a_person(clerk: User) -> None:
    batch = taken(clerk, book(HEADINGS, [1, "竹溪村", "沈德", number(1), 10**11, ""]), name=f"{'长' * 70}.xlsx")

    assert batch.problem == 1
