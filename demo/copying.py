"""Rows by COPY: a table takes rows as keyword arguments, fills in its model's defaults, seals what is sealed."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone

from paibou.lib.sealing import SealedTextField, seal

NULL = "\\N"
BLOCK = 2000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(value: Any) -> str:
    if value is None:
        return NULL
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _sealed(value: str) -> str:
    return "\\\\x" + seal(value).hex()


def _json(value: Any) -> str:
    return _text(json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder))


def _array(values: list[Any]) -> str:
    quoted = ",".join('"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return _text("{" + quoted + "}")


def _writer(field: models.Field) -> Callable[[Any], str]:
    if isinstance(field, SealedTextField):
        return _sealed
    if isinstance(field, models.JSONField):
        return _json
    return _array if isinstance(field, ArrayField) else _text


def _default(field: models.Field) -> Any:
    return field.db_default if field.has_db_default() else field.get_default()


def _is_now(field: models.Field) -> bool:
    return getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)


class Table:
    """Rows of one model on their way into its table; `add` gives the id that the row will have."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        self.name = model._meta.db_table
        self._key = model._meta.pk.attname
        self._columns = [field.attname for field in fields]
        self._write = {field.attname: _writer(field) for field in fields}
        fresh = [each for each in fields if each.has_default() and callable(each.default) and not each.null]
        self._fresh = {each.attname: each.default for each in fresh}
        self._fixed = {
            each.attname: NULL if each.null else self._write[each.attname](_default(each))
            for each in fields
            if each.attname not in self._fresh and not each.primary_key and not _is_now(each)
        }
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
        key = values.setdefault(self._key, 0) or next(self._ids)
        values[self._key] = key
        write, fixed, fresh = self._write, self._fixed, self._fresh
        cells = []
        for column in self._columns:
            if column in values:
                value = values.pop(column)
                cells.append(NULL if value is None else write[column](value))
            elif column in fresh:
                cells.append(write[column](fresh[column]()))
            else:
                cells.append(fixed[column] if column in fixed else _text(timezone.now()))
        if values:
            raise ValueError(f"{self.name} has no {sorted(values)}")
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


def analyse(table: str) -> None:
    """Let the planner know what came: it would take a full table for an empty one until the server's own look."""
    with connection.cursor() as cursor:
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
        return {model._meta.label: table.rows for model, table in self.items()}
