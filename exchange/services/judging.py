"""Judging staged rows by set-based SQL: what is new, changed, the same, or would break a rule of the target."""

from collections import Counter
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from psycopg2 import sql

from exchange.models import Batch, StagedRow
from paibou.lib import division
from paibou.lib.importing import Kind, Mark, Table, imports


def judge(*, batch: Batch, today: date) -> dict[str, Any]:
    """Give every row that still waits its verdict, and the batch its counts. Leaves the staged tables behind.

    Runs inside a transaction, whose end drops them. Gives the parameters they were judged by.
    """
    kind = imports[batch.kind]
    parameters = parameters_of(batch, kind, today)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL default_statistics_target = 2")  # joins ask only how unlike values are
        for table in kind.tables:
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(staged(table)))
            cursor.execute(_create(table), parameters)
            cursor.execute(sql.SQL("ANALYZE {}").format(staged(table)))
        for mark in kind.marks:
            for table in kind.tables:
                if mark.table in {"", table.slug}:
                    cursor.execute(_mark(table, mark), parameters)
        if kind.judged:
            kind.judged(batch, parameters)
        for table in kind.tables:
            cursor.execute(_WRITE_BACK.format(staged=staged(table)))
    count(batch)
    return parameters


def parameters_of(batch: Batch, kind: Kind, today: date) -> dict[str, Any]:
    low, high = division.span(_prefix(batch.village_code))
    return {
        "batch": batch.pk,
        "round": batch.rounds,
        "low": low,
        "high": high,
        "village_code": batch.village_code,
        "source": batch.source,
        "received_on": batch.received_on,
        "as_of": batch.as_of,
        "user": batch.user_id,
        "today": today,
        "now": timezone.now(),
        **(kind.parameters(batch, today) if kind.parameters else {}),
    }


def _prefix(padded: str) -> str:
    """The division that a padded code stands for: 341702106000 → 341702106; the nation for nothing but zeros."""
    if not padded.strip("0"):
        return ""
    return next(padded[:length] for length in sorted(division.LEVELS) if not padded[length:].strip("0"))


def count(batch: Batch) -> None:
    """Write down how many rows there are of each verdict; together they are all that was received."""
    rows = StagedRow.objects.filter(batch=batch).values_list("verdict").annotate(rows=Count("pk")).order_by()
    counts = Counter(dict(rows))
    for verdict in StagedRow.Verdict:
        setattr(batch, verdict.value, counts[verdict.value])
    batch.received = sum(counts.values())
    batch.save(update_fields=["received", *(verdict.value for verdict in StagedRow.Verdict)])


def staged(table: Table) -> sql.Identifier:
    """The temporary table that holds a table's waiting rows while they are judged and written."""
    return sql.Identifier(f"staged_{table.slug}")


_CREATE = sql.SQL("""
    CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS
    SELECT r.id, r.sheet, r.row, 'new'::text AS verdict, NULL::bigint AS target, r.village_code, r.fingerprint,
           ''::text AS judged_code, ''::text AS judged_column, ''::text AS judged_sentence,
           r.verdict AS was, r.target AS was_target, r.judged_code AS was_code, r.judged_sentence AS was_sentence, {chosen}
    FROM exchange_stagedrow r CROSS JOIN LATERAL jsonb_to_record(r."values") AS v({types})
    WHERE r.batch_id = %(batch)s AND r."table" = {table} AND r.round > %(round)s
      AND (r.verdict IN ('new', 'changed', 'same') OR (r.verdict = 'problem' AND r.problems = '[]'))
""")
_MARK = sql.SQL("""
    UPDATE {staged} s SET verdict = {verdict}, target = {target}, judged_code = {code}, judged_column = {column},
                          judged_sentence = left({sentence}, 300)
    {where} s.verdict IN ('new', 'changed')
""")
_WRITE_BACK = sql.SQL("""
    UPDATE exchange_stagedrow r
    SET verdict = s.verdict, target = s.target, judged_code = s.judged_code, judged_column = s.judged_column,
        judged_sentence = s.judged_sentence
    FROM {staged} s
    WHERE r.id = s.id AND (s.was, s.was_target, s.was_code, s.was_sentence)
          IS DISTINCT FROM (s.verdict, s.target, s.judged_code, s.judged_sentence)
""")


def _create(table: Table) -> sql.Composable:
    """The waiting rows of a table, each declared column under its name and in its type."""
    sealed = [column for column in table.columns if column.sealed]
    plain = [column for column in table.columns if not column.sealed]
    digests = [f"{column.name}_digest" for column in sealed if column.has_digest]
    types = [sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(c.sql)) for c in plain]
    types += [sql.SQL("{} text").format(sql.Identifier(name)) for name in digests]
    derived = dict(pair for column in table.columns for pair in column.derives)
    types += [sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in derived.items()]
    chosen = [sql.Identifier("v", name) for name in [*(c.name for c in plain), *derived]]
    chosen += [
        sql.SQL("NULLIF({}, '') AS {}").format(sql.Identifier("r", f"sealed_{slot}"), sql.Identifier(c.name))
        for slot, c in enumerate(sealed, 1)
    ]
    chosen += [
        sql.SQL("decode({}, 'hex') AS {}").format(sql.Identifier("v", name), sql.Identifier(name)) for name in digests
    ]
    return _CREATE.format(
        staged=staged(table),
        chosen=sql.SQL(", ").join(chosen),
        types=sql.SQL(", ").join(types),
        table=sql.Literal(table.slug),
    )


def _mark(table: Table, mark: Mark) -> sql.Composable:
    has_condition = " WHERE " in f" {' '.join(mark.where.split())} "
    return _MARK.format(
        staged=staged(table),
        verdict=sql.Literal(mark.verdict),
        target=sql.SQL(mark.target or "s.target"),
        code=sql.Literal(mark.code),
        column=sql.SQL(mark.column_of) if mark.column_of else sql.Literal(mark.column),
        sentence=sql.SQL(mark.sentence),
        where=sql.SQL(f"{mark.where} {'AND' if has_condition else 'WHERE'}"),
    )
