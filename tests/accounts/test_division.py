from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from accounts.models import AccessLog, Division, Grant, Setting, User
from accounts.services import division as services
from paibou.lib.refused import Refused
from tests.factories.accounts import UserFactory
from tests.factories.households import HouseholdFactory, PersonFactory

ON, TODAY = date(2025, 7, 1), date(2025, 10, 20)


def test_a_division_hangs_below_the_one_its_code_begins_with(divisions) -> None:
    village = services.open_division(code="341702106202", name="神山村", on=ON)

    assert (village.parent, village.level, village.village_code) == (divisions["341702106"], 12, "341702106202")


@pytest.mark.parametrize("code", ["341702106200", "341702999200"])
def test_a_division_twice_or_below_nothing_is_refused(divisions, code) -> None:
    with pytest.raises((Refused, ValidationError), match=r"已经登记过|还没登记"):
        services.open_division(code=code, name="某村")


def test_another_name_keeps_the_earlier_one_for_recognition(divisions) -> None:
    village = divisions["341702106200"]

    services.rename_division(division=village, name="丰收社区", on=ON)
    services.rename_division(division=village, name="丰收新村", on=date(2025, 9, 1))

    assert Division.objects.get(pk=village.pk).name == "丰收新村"
    assert sorted(village.names.values_list("name", flat=True)) == ["丰收村", "丰收社区"]
    with pytest.raises(Refused, match="现在就叫"):
        services.rename_division(division=village, name="丰收新村", on=ON)


def test_every_column_with_a_division_code_is_found() -> None:
    found = {(model, column) for model, column in services.coded_columns()}

    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            looks_coded = field.name.endswith("village_code") and isinstance(field, models.CharField)
            if looks_coded and not getattr(model, "keeps_old_codes", False):
                assert (model, field.name) in found, f"{model.__name__}.{field.name} is not recoded at 撤并村"


def test_a_merger_moves_every_row_and_keeps_the_old_name(divisions, station, cadre) -> None:
    old, new = divisions["341702106200"], divisions["341702106201"]
    services.rename_division(division=old, name="丰收新村", on=date(2020, 1, 1))
    log = AccessLog.objects.create(user=cadre, kind="export", what="导出", village_code=old.code)
    household, person = HouseholdFactory(village_code=old.code), PersonFactory(village_code=old.code)
    other = AccessLog.objects.create(user=station, kind="export", what="导出", village_code="341702107200")
    Setting.objects.create(name="a", prefix=old.code, valid_from=ON, value=1)
    Setting.objects.create(name="b", prefix=old.code, valid_from=ON, value=2)
    Setting.objects.create(name="b", prefix=new.code, valid_from=ON, value=3)

    done = services.recode_division(old=old, new=new, on=ON, today=TODAY)

    for row in (log, other, cadre, household, person):
        row.refresh_from_db()
    assert (household.village_code, person.village_code) == (new.code, new.code)
    assert (log.village_code, other.village_code, cadre.village_code) == (new.code, "341702107200", new.code)
    assert User.objects.get(pk=cadre.pk).prefixes == [new.code]
    assert set(Setting.objects.values_list("name", "prefix", "value")) == {
        ("a", new.code, 1), ("b", old.code, 2), ("b", new.code, 3),
    }  # fmt: skip
    assert set(new.names.known().values_list("name", flat=True)) == {"丰收村", "丰收新村"}
    assert (done.old.closed_on, done.old.successor) == (ON, new)
    assert done.rows == {"查看记录": 1, "账号": 1, "授权范围": 1, "设置": 1, "农户": 1, "人员": 1}
    assert done.as_sentence() == "丰收新村并入竹溪村：改了 6 行的区划，旧名称仍能认出"


def test_a_merger_done_twice_is_done_once(divisions, cadre) -> None:
    old, new = divisions["341702106200"], divisions["341702106201"]
    services.recode_division(old=old, new=new, on=ON, today=TODAY)
    old.refresh_from_db()

    again = services.recode_division(old=old, new=new, on=ON, today=TODAY)

    assert again.rows == {}
    assert new.names.count() == 1
    assert Grant.objects.filter(prefix=new.code).count() == 1


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("341702106200", "341702106200", "不是同一个"),
        ("341702106200", "341702107", "要同级"),
        ("341702106", "341702107", "牌楼镇下面还有没撤并的村"),
    ],
)
def test_a_merger_that_makes_no_sense_is_refused(divisions, old, new, sentence) -> None:
    with pytest.raises(Refused, match=sentence):
        services.recode_division(old=divisions[old], new=divisions[new], on=ON, today=TODAY)


def test_a_merger_waits_for_its_day(divisions) -> None:
    old, new = divisions["341702106200"], divisions["341702106201"]

    with pytest.raises(Refused, match="2025年7月1日还没到"):
        services.recode_division(old=old, new=new, on=ON, today=date(2025, 6, 30))
    services.recode_division(old=old, new=new, on=ON, today=ON)

    old.refresh_from_db()
    assert old.closed_on == ON


def test_a_closed_village_takes_nobody_in_and_merges_nowhere_else(divisions) -> None:
    a, b, c = (divisions[code] for code in ("341702106200", "341702106201", "341702107200"))
    services.recode_division(old=a, new=b, on=ON, today=TODAY)
    a.refresh_from_db()

    with pytest.raises(Refused, match="已经撤销"):
        services.recode_division(old=a, new=c, on=ON, today=TODAY)
    with pytest.raises(Refused, match="已经撤销，不能并进去"):
        services.recode_division(old=c, new=a, on=ON, today=TODAY)


def test_a_township_merges_once_its_villages_have(divisions) -> None:
    services.recode_division(old=divisions["341702107200"], new=divisions["341702106201"], on=ON, today=TODAY)
    log = AccessLog.objects.create(user=UserFactory(), what="导出", village_code="341702107000")

    services.recode_division(old=divisions["341702107"], new=divisions["341702106"], on=ON, today=TODAY)

    log.refresh_from_db()
    assert log.village_code == "341702106000"


def test_divisions_are_registered_and_renamed_on_their_pages(as_user, admin) -> None:
    client = as_user(admin)

    outside = client.post("/divisions/new/", {"code": "341702107201", "name": "某村"})
    wrong = client.post("/divisions/new/", {"code": "3417021", "name": "某村"})
    made = client.post("/divisions/new/", {"code": "341702106202", "name": "神山村", "on": "2020-01-01"})
    renamed = client.post(made["Location"] + "name/", {"name": "神山社区", "on": "2025-07-01"})
    page = client.get(renamed["Location"]).content.decode()

    assert "只能登记您自己范围内的区划" in outside.content.decode()
    assert "区划代码是 2、4、6、9 或 12 位数字" in wrong.content.decode()
    assert "<td>神山村</td>" in page
    assert "<h1>神山社区" in page


def test_a_neighbours_division_is_not_found(as_user, admin, divisions) -> None:
    client = as_user(admin)
    pk = divisions["341702107"].pk

    assert client.get(f"/divisions/{pk}/").status_code == 404
    assert client.post(f"/divisions/{pk}/name/", {"name": "x", "on": "今天"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_division_pages_cost_the_same(as_user, admin, divisions, rows, django_assert_num_queries) -> None:
    for number in range(rows):
        services.open_division(code=f"34170210630{number}", name=f"新村{number}")
    client = as_user(admin)

    with django_assert_num_queries(6):  # session, user, grants, rows, count, frame
        client.get("/divisions/")
    with django_assert_num_queries(7):  # session, user, grants, division, names, children, frame
        client.get(f"/divisions/{divisions['341702106'].pk}/")
