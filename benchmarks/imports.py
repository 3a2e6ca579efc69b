"""The alert workbook of 10,000 rows against the limit and against stock django-import-export; the memory of 100,000."""

import io
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from import_export import fields
from import_export.formats.base_formats import XLSX
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget, Widget
from python_calamine import CalamineWorkbook

from accounts.models import Division, User
from accounts.services.user import system_user
from benchmarks import databases
from benchmarks.measure import Line, compare, goal
from exchange.models import Batch
from exchange.services.system_import import import_file
from households.models import Person
from monitoring.models import Alert, AlertEvent
from paibou.lib import identity
from paibou.lib.sealing import digest
from paibou.lib.workbook.writer import written

ROWS, STOCK_ROWS, MANY_ROWS = 10_000, 500, 100_000
SHARE, TIMES, MEGABYTES = 2.0, 30.0, 400
TOWNSHIP = "341702106"
DATABASE = "paibou_bench_imports"
VILLAGES = "甲乙丙丁戊己庚辛壬癸"
GIVEN = "友福秋菊大伟小雨明志强华芳娟敏静丽艳勇军杰涛超霞平刚桂英玉兰凤洁梅琳"
HOSPITALS = ("市人民医院", "区人民医院", "省立医院", "镇中心卫生院")
ILLNESSES = ("胃恶性肿瘤", "2型糖尿病", "肝硬化", "脑梗死", "冠心病", "慢性阻塞性肺疾病")


def run() -> Iterator[Line]:
    with databases.empty(DATABASE), tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        _divisions()
        with connection.cursor() as cursor:
            cursor.execute(_STAGE)
        data, few = workbook(ROWS), workbook(STOCK_ROWS)
        user = system_user(prefix=TOWNSHIP)

        def ours() -> None:
            batch = import_file(kind="alerts", name="名单.xlsx", data=data, by=user, source="district_medical").batch
            assert batch.new == ROWS, batch.notes

        ours()
        at = Batch.objects.latest("pk").pk
        pair = compare(ours, lambda: _limit(data, at, user.pk), pairs=9, warm=2, before=_empty)
        note = f"{pair.one:.2f} s, limit {pair.other:.2f} s"
        yield goal("alerts of 10,000 rows, times the limit", pair.ratio, SHARE, note)
        stock = compare(lambda: _stock(few, at, user), ours, pairs=7, warm=0, before=_empty)
        faster = stock.ratio * ROWS / STOCK_ROWS
        note = f"a row: {stock.one / STOCK_ROWS * 1e3:.2f} ms stock, {stock.other / ROWS * 1e3:.3f} ms ours"
        yield goal("alerts, times as fast as stock django-import-export", faster, TIMES, note, at_least=True)
        _empty()
        yield goal("memory of 100,000 rows, MB", _memory(Path(folder)), MEGABYTES, "the process and its reader")


def _divisions() -> None:
    for code, level in (("34", 2), ("3417", 4), ("341702", 6), (TOWNSHIP, 9)):
        Division.objects.create(code=code, level=level, name=f"区划{code}")
    for index, name in enumerate(VILLAGES):
        Division.objects.create(code=f"{TOWNSHIP}{200 + index}", level=12, name=f"{name}山村")


def workbook(rows: int) -> bytes:
    """A list as a medical-insurance bureau sends it: 15 columns, nobody twice."""
    drawn = random.Random(2025)  # noqa: S311 -- the same workbook each time
    return written({"预警信息": (_row(drawn, number) for number in range(rows))})


def _row(drawn: random.Random, number: int) -> dict[str, object]:
    first = f"342921{1930 + number // 1000 % 90}{drawn.randint(1, 12):02}{drawn.randint(1, 28):02}{number % 1000:03}"
    total = drawn.randint(500_000, 18_000_000) / 100
    return {
        "序号": number + 1,
        "乡镇": f"区划{TOWNSHIP}",
        "村": f"{drawn.choice(VILLAGES)}山村",
        "姓名": "".join(drawn.choices(GIVEN, k=3)),
        "身份证号码": first + identity.check_digit(first),
        "人员类别": drawn.choice(("脱贫人口", "一般农户")),
        "就诊医院": drawn.choice(HOSPITALS),
        "疾病诊断": drawn.choice(ILLNESSES),
        "医疗总费用": total,
        "统筹基金支付": round(total * 0.55, 2),
        "大病保险支付": round(total * 0.12, 2),
        "医疗救助": round(total * 0.05, 2),
        "个人自付": round(total * 0.28, 2),
        "结算日期": f"2025-{drawn.randint(1, 5):02}-{drawn.randint(1, 28):02}",
        "联系电话": f"138{drawn.randint(0, 99_999_999):08}",
    }


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bare, monitoring_alert, exchange_stagedrow CASCADE")


# A table that lasts, for staged rows wait for a person; it has no index and no constraint.
_STAGE = """
CREATE TABLE bare (number text, township text, village text, name text, id_number text, category text,
    hospital text, diagnosis text, total numeric, pooled numeric, major numeric, aid numeric, self_paid numeric,
    settled_on date, phone text)
"""
# Constant bytes of the lengths that sealed values have: key id, nonce, tag and the text itself.
_WRITE = """
WITH received AS (
INSERT INTO monitoring_alert (village_code, source, received_on, batch_id, sheet, "row", fingerprint, name, id_number,
    id_digest, phone, category, reason, diagnosis, hospital, total_yuan, self_paid_yuan, settled_on, extra, state, result,
    recorded_at)
SELECT d.code, 'district_medical', '2025-06-30', %s, '预警信息', b.number::numeric::int, decode(md5(b.id_number), 'hex'),
    b.name, %s, decode(md5(b.id_number), 'hex'), %s, b.category, '', %s, b.hospital, b.total, b.self_paid, b.settled_on,
    %s, 'received', '', now()
FROM bare b JOIN accounts_division d ON d.name = b.village
RETURNING id, village_code)
INSERT INTO monitoring_alertevent (alert_id, village_code, kind, "on", note, by_id, recorded_at)
SELECT id, village_code, 'received', '2025-06-30', '', %s, now() FROM received
"""


_STOCK = {
    "row": "序号", "name": "姓名", "id_number": "身份证号码", "category": "人员类别", "hospital": "就诊医院",
    "diagnosis": "疾病诊断", "total_yuan": "医疗总费用", "self_paid_yuan": "个人自付", "settled_on": "结算日期",
    "phone": "联系电话",
}  # fmt: skip


class _Digested(Widget):
    def clean(self, value: str, row: dict | None = None, **kwargs: object) -> bytes:
        return digest(value)

    def render(self, value: bytes, obj: object = None, **kwargs: object) -> str:
        return bytes(value).hex()


class _Registered(Widget):
    """The registered person of a number, or nobody."""

    def clean(self, value: str, row: dict | None = None, **kwargs: object) -> Person | None:
        return Person.objects.filter(id_digest=digest(value)).first()

    def render(self, value: Person | None, obj: object = None, **kwargs: object) -> str:
        return str(value.pk) if value else ""


def _limit(data: bytes, batch: int, user: int) -> None:
    """What nothing can be faster than: no cleaning, no judging, constant bytes where something is sealed."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    lines = "\n".join(["\t".join(map(str, row)) for row in rows])
    sealed = [b"\1" * (29 + length) for length in (18, 11, 15, 110)]
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY bare FROM STDIN", io.StringIO(lines))
        cursor.execute(_WRITE, [batch, *sealed, user])


class _Alerts(ModelResource):
    """Stock: a row is known again by its number, day and amount, and finds its batch and its person."""

    batch = fields.Field("batch", "batch", ForeignKeyWidget(Batch))
    id_digest = fields.Field("id_digest", "id_number", _Digested())
    person = fields.Field("person", "id_number", _Registered())

    class Meta:
        model = Alert
        import_id_fields = ("id_digest", "settled_on", "self_paid_yuan")
        fields = (*_STOCK, "village_code", "source", "received_on", "batch", "person", "id_digest")

    def __init__(self, by: User) -> None:
        super().__init__()
        self.by = by

    def after_save_instance(self, instance: Alert, row: dict, **kwargs: object) -> None:
        """An alert and its receipt, as in the other two."""
        AlertEvent.objects.create(
            alert=instance, village_code=instance.village_code, kind="received", on=instance.received_on, by=self.by
        )


def _stock(data: bytes, batch: int, by: User) -> None:
    """django-import-export as it comes: a model's resource, its own reader, row by row."""
    dataset = XLSX().create_dataset(data)
    names = {heading: name for name, heading in _STOCK.items() if heading}
    dataset.headers = [names.get(heading, heading) for heading in dataset.headers]
    given = {
        "village_code": f"{TOWNSHIP}200",
        "source": "district_medical",
        "received_on": "2025-06-30",
        "batch": batch,
    }
    for name, value in given.items():
        dataset.append_col([value] * len(dataset), header=name)
    result = _Alerts(by).import_data(dataset, raise_errors=True)
    assert result.totals["new"] == len(dataset), result.totals


_MEASURED = """
import json, resource, sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.db import connection
from accounts.services.user import system_user
from benchmarks.measure import peak_mb
from exchange.services.system_import import import_file
path, database, prefix = sys.argv[1:]
settings.MEDIA_ROOT = str(Path(path).parent)
connection.settings_dict["NAME"] = database
batch = import_file(kind="alerts", name="a.xlsx", data=Path(path).read_bytes(), by=system_user(prefix=prefix)).batch
print(json.dumps([batch.new, peak_mb(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]))
"""


def _memory(folder: Path) -> float:
    path = folder / "many.xlsx"
    path.write_bytes(workbook(MANY_ROWS))
    command = [sys.executable, "-c", _MEASURED, str(path), DATABASE, TOWNSHIP]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    new, own, reader = json.loads(done.stdout)
    assert new == MANY_ROWS
    return own + reader
