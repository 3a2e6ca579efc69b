"""Rows by COPY: a table takes rows as keyword arguments, fills in its model's defaults, seals what is sealed."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone

from paibou.lib.sealing import SealedTextField, digest, seal

NULL = "\\N"
BLOCK = 2000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)


def _bytes(value: bytes) -> str:
    return "\\\\x" + value.hex()


def _sealed(value: str) -> str:
    return _bytes(seal(value))


def _flag(value: bool) -> str:
    return "t" if value else "f"


def _json(value: Any) -> str:
    return _text(json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder))


def _array(values: list[Any]) -> str:
    quoted = ",".join('"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return _text("{" + quoted + "}")


_WRITERS: tuple[tuple[type[models.Field], Callable[[Any], str]], ...] = (
    (SealedTextField, _sealed),
    (models.JSONField, _json),
    (ArrayField, _array),
    (models.CharField, _text),
    (models.TextField, _text),
    (models.BinaryField, _bytes),
    (models.BooleanField, _flag),
    (models.DateField, lambda value: value.isoformat()),
)


def _writer(field: models.Field) -> Callable[[Any], str]:
    """How a value of the field is written for COPY; numbers, keys and uids as they print."""
    return next((write for kind, write in _WRITERS if isinstance(field, kind)), str)


def _empty(field: models.Field) -> str:
    """What a column holds that the caller leaves out: NULL, or the model's own default."""
    if field.null or field.primary_key or _maker(field):
        return NULL
    default = field.db_default if field.has_db_default() else field.get_default()
    return NULL if default is None else _writer(field)(default)


def _maker(field: models.Field) -> Callable[[], str] | None:
    """A default that is made anew for each row."""
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return lambda: timezone.now().isoformat()
    if not field.null and field.has_default() and callable(field.default):
        write = _writer(field)
        return lambda: write(field.default())
    return None


class Table:
    """Rows of one model on their way into its table; `add` gives the id that the row will have."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        self.name = model._meta.db_table
        self._gin = [index.name for index in model._meta.indexes if isinstance(index, GinIndex)]
        self._key = model._meta.pk.attname
        self._columns = [field.attname for field in fields]
        self._places = {field.attname: (place, _writer(field)) for place, field in enumerate(fields)}
        self._empty = [_empty(field) for field in fields]
        self._made = {place: make for place, field in enumerate(fields) if (make := _maker(field))}
        sealed = [field.attname for field in fields if isinstance(field, SealedTextField)]
        self._digested = [(name, f"{name}_digest") for name in sealed if f"{name}_digest" in self._places]
        self._ids = self._blocks()
        self._buffer = io.StringIO()
        self.rows = 0

    def _blocks(self) -> Iterator[int]:
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                    [self.name, self._key, BLOCK],
                )
                found = cursor.fetchall()
            yield from (key for (key,) in found)

    def next_id(self) -> int:
        """An id for a row to come, for rows that know each other."""
        return next(self._ids)

    def add(self, **values: Any) -> int:
        key: int = values.get(self._key) or next(self._ids)
        values[self._key] = key
        cells = self._empty[:]
        for place, make in self._made.items():
            cells[place] = make()
        for sealed, found_by in self._digested:
            values.setdefault(found_by, digest(values.get(sealed, "")))
        places = self._places
        for column, value in values.items():
            place, write = places[column]
            cells[place] = NULL if value is None else write(value)
        self._buffer.write("\t".join(cells) + "\n")
        self.rows += 1
        return key

    def copy(self) -> None:
        """Send the rows and forget them."""
        if not self._buffer.tell():
            return
        self._buffer.seek(0)
        columns = ", ".join(f'"{column}"' for column in self._columns)
        with connection.cursor() as cursor:
            cursor.copy_expert(f'COPY "{self.name}" ({columns}) FROM STDIN', self._buffer)
        self._buffer = io.StringIO()

    def settle(self) -> None:
        """Sort what waits in front of the GIN indexes into them: every search would read through it until then."""
        with connection.cursor() as cursor:
            for name in self._gin:
                cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [name])


def analyse(table: str) -> None:
    """Let the planner know what came: it would take a full table for an empty one until the server's own look.

    A table that it knows and that grew by less than a tenth is left to the server.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size(oid) > 1.1 * 8192 * relpages FROM pg_class WHERE oid = %s::regclass", [table]
        )
        if cursor.fetchone()[0]:
            cursor.execute(f'ANALYZE "{table}"')


class Tables(dict[type[models.Model], Table]):
    """One table for each model, made at first use; sent in the order of first use."""

    def __missing__(self, model: type[models.Model]) -> Table:
        self[model] = Table(model)
        return self[model]

    def send(self) -> dict[str, int]:
        """Copy all; gives how many rows went into each."""
        for table in self.values():
            table.copy()
            analyse(table.name)
            table.settle()
        return {model._meta.label: table.rows for model, table in self.items()}
