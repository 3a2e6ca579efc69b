"""The registry workbook of 10,000 people against the limit: read, COPY, INSERT … SELECT into the same tables."""

import io
import random
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from import_export import fields, resources
from import_export.widgets import ForeignKeyWidget
from python_calamine import CalamineWorkbook
from tablib import Dataset

from accounts.models import Division
from accounts.services.user import system_user
from benchmarks import databases
from benchmarks.measure import compare, goal
from exchange.models import Batch
from exchange.services.system_import import import_file
from households.models import Household, Membership, Person
from paibou.lib import identity
from paibou.lib.workbook.writer import written

PEOPLE, HOUSEHOLDS, STOCK_PEOPLE = 10_000, 3_000, 300
TIMES = 30.0
FEW = 20  # namesakes of one village with one birthday, whom a person has to tell apart
SHARE = 2.0  # as long as the limit, at most
TOWNSHIP = "341702106"
DAY = date(2025, 1, 1)
SURNAMES = "程汪方章吴王李张刘陈杨黄赵周徐孙马朱胡林何郭高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶"
GIVEN = (
    "友福秋菊大伟小雨明志强华芳娟敏静丽艳勇军杰涛超霞平刚桂英玉兰凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉"
)
RELATIONS = ("户主", "配偶", "子", "女", "父亲", "母亲", "孙子", "儿媳")
TABLES = (
    "households_onfilespell, households_membership, households_registration, households_person, households_household"
)


def run() -> Iterator[str]:
    with databases.empty("paibou_bench_registry"), tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        _divisions()
        data = _workbook()
        path = Path(folder) / "registry.xlsx"
        path.write_bytes(data)
        user = system_user(prefix=TOWNSHIP)

        def ours() -> None:
            batch = import_file(kind="registry", name="registry.xlsx", data=data, by=user, as_of=DAY).batch
            assert batch.new > PEOPLE + HOUSEHOLDS - FEW, batch.new

        def again() -> None:
            batch = import_file(kind="registry", name="registry.xlsx", data=data, by=user, as_of=DAY).batch
            assert batch.same > PEOPLE + HOUSEHOLDS - FEW, batch.same

        ours()
        batch = Batch.objects.latest("pk").pk
        pair = compare(ours, lambda: _limit(path, batch, user.pk), pairs=9, warm=2, before=_empty)
        yield goal(
            "registry of 10,000 people, times the limit",
            pair.ratio,
            SHARE,
            f"{pair.one:.2f} s, limit {pair.other:.2f} s",
        )
        stock = compare(lambda: _stock(), ours, pairs=7, warm=0, before=_empty)
        faster = stock.ratio * PEOPLE / STOCK_PEOPLE
        note = f"a person: {stock.one / STOCK_PEOPLE * 1e3:.2f} ms stock, {stock.other / PEOPLE * 1e3:.3f} ms ours"
        yield goal("registry, times as fast as stock django-import-export", faster, TIMES, note, at_least=True)
        _empty()
        ours()
        pair = compare(again, lambda: None, pairs=3, warm=0)
        yield goal("the same again, seconds", pair.one, 10.0)


def _divisions() -> None:
    for code, level in (("34", 2), ("3417", 4), ("341702", 6), (TOWNSHIP, 9)):
        Division.objects.create(code=code, level=level, name=f"区划{code}")
    for index in range(10):
        Division.objects.create(code=f"{TOWNSHIP}{200 + index}", level=12, name=f"{'甲乙丙丁戊己庚辛壬癸'[index]}山村")


def _workbook() -> bytes:
    drawn = random.Random(2025)  # noqa: S311 -- the same workbook each time
    people = [_person(drawn, number) for number in range(PEOPLE)]
    homes = [number if number < HOUSEHOLDS else drawn.randrange(HOUSEHOLDS) for number in range(PEOPLE)]
    members = [
        {
            "户编号": _number(homes[number]), "姓名": name, "证件号码": identity_number,
            "与户主关系": "户主" if number < HOUSEHOLDS else drawn.choice(RELATIONS[1:]),
            "性别": "男" if identity.is_male(identity_number) else "女",
            "出生日期": str(identity.birth_date(identity_number)),
        }
        for number, (name, identity_number) in enumerate(people)
    ]  # fmt: skip
    households = [
        {
            "村": f"{'甲乙丙丁戊己庚辛壬癸'[number % 10]}山村", "村民组": f"{number % 12 + 1}组", "户编号": _number(number),
            "户主姓名": people[number][0], "户主证件号码": people[number][1],
            "户类型": "一般农户" if number % 10 == 0 else "脱贫户", "家庭人口数": homes.count(number) if number < 50 else 3,
            "联系电话": f"139{number:08}",
        }
        for number in range(HOUSEHOLDS)
    ]  # fmt: skip
    return written({"户": households, "家庭成员": members})


def _person(drawn: random.Random, number: int) -> tuple[str, str]:
    born = date(1940, 1, 1) + timedelta(number // 1000 + 10 * drawn.randrange(3_000))  # no number twice
    first = f"342921{born:%Y%m%d}{number % 1000:03}"
    return drawn.choice(SURNAMES) + drawn.choice(GIVEN) + drawn.choice(GIVEN), first + identity.check_digit(first)


def _number(household: int) -> str:
    return f"3417021061{household:06}"


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES}, exchange_stagedrow CASCADE")


_STAGE = """
CREATE TEMPORARY TABLE bare_households ON COMMIT DROP AS SELECT ''::text a, ''::text b, ''::text c, ''::text d, ''::text e, ''::text f, ''::text g, ''::text h LIMIT 0;
CREATE TEMPORARY TABLE bare_members ON COMMIT DROP AS SELECT ''::text a, ''::text b, ''::text c, ''::text d, ''::text e, ''::text f LIMIT 0
"""
_SEALED = "'\\x01000102030405060708090a0b0c0d0e0f1011121314151617'"
_WRITE = (
    f"""INSERT INTO households_person (village_code, number, name, name_sort, id_kind, id_number, id_digest, no_id_reason,
        disability, sex, born_on, ethnicity, political, hukou, away, phone, phone_digest, education, schooling, dropout_reason,
        health, labour)
    SELECT '341702106200', '', b, left(md5(b), 12) || ' ' || b, 'resident', {_SEALED}, convert_to(c, 'UTF8'), '', '', e, f::date, '', '', '', '', '', '', '',
        '', '', '{{}}', '' FROM bare_members""",
    f"""INSERT INTO households_household (village_code, number, natural_village, "group", head_id, phone, phone_digest, bank,
        bank_account, bank_account_digest, main_cause, housing_grade, flags, opened_on, close_reason)
    SELECT '341702106200', b.c, '', b.b, p.id, {_SEALED}, convert_to(b.h, 'UTF8'), '', '', '', '', '', '{{}}', '2025-01-01', ''
    FROM bare_households b JOIN households_person p ON p.id_digest = convert_to(b.e, 'UTF8')""",
    """INSERT INTO households_membership (person_id, household_id, village_code, relation, relation_raw, joined, "left", note,
        valid_from, recorded_at, batch_id, by_id)
    SELECT p.id, h.id, h.village_code, m.d, m.d, 'supplement', '', '', '2025-01-01', now(), %(batch)s, %(user)s
    FROM bare_members m JOIN households_household h ON h.number = m.a JOIN households_person p ON p.id_digest = convert_to(m.c, 'UTF8')""",
    """INSERT INTO households_registration (household_id, village_code, kind, without_benefits, end_reason, valid_from, recorded_at, by_id)
    SELECT h.id, h.village_code, 'lifted', false, '', '2025-01-01', now(), %(user)s
    FROM bare_households b JOIN households_household h ON h.number = b.c WHERE b.f = '脱贫户'""",
    """INSERT INTO households_onfilespell (household_id, person_id, village_code, kind, valid_from, recorded_at)
    SELECT m.household_id, m.person_id, m.village_code, r.kind, r.valid_from, r.recorded_at
    FROM households_membership m JOIN households_registration r USING (household_id)""",
)


def _limit(path: Path, batch: int, user: int) -> None:
    """What nothing can be faster than: no cleaning, no judging, constant bytes where something is sealed, signs for sounds."""
    book = CalamineWorkbook.from_path(path)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGE)
        for sheet, table in (("户", "bare_households"), ("家庭成员", "bare_members")):
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=True)[1:]
            lines = "\n".join("\t".join(map(str, row)) for row in rows)
            cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(lines))
            cursor.execute(f"ANALYZE {table}")
        for statement in _WRITE:
            cursor.execute(statement, {"batch": batch, "user": user})


class _Members(resources.ModelResource):
    """Stock: each row finds its household and its person by their numbers."""

    household = fields.Field("household", "household", ForeignKeyWidget(Household, "number"))
    person = fields.Field("person", "person", ForeignKeyWidget(Person, "number"))

    class Meta:
        model = Membership
        import_id_fields = ("person", "household")
        fields = ("household", "person", "village_code", "relation", "valid_from")


def _stock() -> None:
    """django-import-export as it comes, one resource for each table."""
    homes = range(STOCK_PEOPLE * HOUSEHOLDS // PEOPLE)
    place = f"{TOWNSHIP}200"
    households = [(_number(home), place, "4组", "13900000001", "2025-01-01", "") for home in homes]
    people = [(f"P{n}", place, "程友福", f"号码{n}", "登记", "1975-03-08", "male") for n in range(STOCK_PEOPLE)]
    members = [(_number(n % len(homes)), f"P{n}", place, "子", "2025-01-01") for n in range(STOCK_PEOPLE)]
    columns = ("number", "village_code", "group", "phone", "opened_on", "close_reason")
    _take(resources.modelresource_factory(Household, meta_options=_meta(columns)), columns, households)
    columns = ("number", "village_code", "name", "id_number", "no_id_reason", "born_on", "sex")
    _take(resources.modelresource_factory(Person, meta_options=_meta(columns)), columns, people)
    _take(_Members, ("household", "person", "village_code", "relation", "valid_from"), members)


def _meta(columns: tuple[str, ...]) -> dict:
    return {"fields": columns, "import_id_fields": ("number",)}


def _take(resource: type[resources.ModelResource], headers: tuple[str, ...], rows: list[tuple]) -> None:
    result = resource().import_data(Dataset(*rows, headers=headers), raise_errors=True)
    assert result.totals["new"] == len(rows), result.totals
