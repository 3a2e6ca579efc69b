"""Rotation of the sealing keys: every sealed column of every app is sealed anew under the newest key."""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import connection, models, transaction
from psycopg2.extras import execute_values

from paibou.lib.sealing import SealedTextField, newest_key_id, seal_bytes, unseal_bytes

CHUNK = 1000


def sealed_columns() -> Iterator[tuple[type[models.Model], models.Field]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedTextField):
                yield model, field


def count_old() -> int:
    """Sealed values not under the newest key."""
    with connection.cursor() as cursor:
        total = 0
        for model, field in sealed_columns():
            sql = f"SELECT count(*) FROM {_table(model)} WHERE {_is_old(field)}"  # noqa: S608 -- names of our tables
            cursor.execute(sql, [newest_key_id()])
            total += cursor.fetchone()[0]
    return total


def rotate_keys(*, progress: Callable[[int], None] | None = None) -> int:
    """Seal what is under older keys anew, chunk by chunk.

    Safe to run again, and to stop anywhere. Gives how many values were sealed.
    """
    done = 0
    for model, field in sealed_columns():
        while moved := _rotate_chunk(model, field):
            done += moved
            if progress:
                progress(done)
    return done


@transaction.atomic
def _rotate_chunk(model: type[models.Model], field: models.Field) -> int:
    table, key, column = _table(model), _quoted(model._meta.pk.column), _quoted(field.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {column} FROM {table} WHERE {_is_old(field)} ORDER BY {key} LIMIT %s FOR UPDATE",  # noqa: S608
            [newest_key_id(), CHUNK],
        )
        old = [(pk, bytes(value)) for pk, value in cursor.fetchall()]
        if old:
            execute_values(
                cursor.cursor,
                f"UPDATE {table} t SET {column} = v.sealed FROM (VALUES %s) v(pk, sealed) WHERE t.{key} = v.pk",  # noqa: S608
                [(pk, seal_bytes(unseal_bytes(value))) for pk, value in old],
                page_size=CHUNK,
            )
    return len(old)


def _is_old(field: models.Field) -> str:
    column = _quoted(field.column)
    return f"length({column}) > 0 AND get_byte({column}, 0) <> %s"


def _table(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)


def _quoted(name: str | None) -> str:
    assert name
    return connection.ops.quote_name(name)
