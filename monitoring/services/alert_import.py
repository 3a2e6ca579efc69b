"""What follows when a batch of alerts was written: repetitions, and the pairs that may be one person."""

from collections.abc import Iterator
from itertools import combinations
from operator import attrgetter

from django.db import connection

from exchange.models import Batch
from monitoring.models import Alert, IdentityDoubt
from paibou.lib import division, identity
from paibou.lib.sealing import unseal

Kind = IdentityDoubt.Kind

# One name in one village with another number; whether the numbers are near is told when they are unsealed.
_NAMESAKES = """
SELECT a.id, a.village_code, a.id_number, p.id, p.id_number
FROM monitoring_alert a
JOIN households_person p ON p.name = a.name AND p.village_code = a.village_code
    AND p.id_digest <> a.id_digest AND p.id_digest <> ''
WHERE a.batch_id = %s AND a.person_id IS NULL
"""
# The same of people whom nobody registered: alerts of one name in one village, and not all of one number.
_NAMESAKES_UNREGISTERED = """
SELECT array_agg(id) FROM monitoring_alert
WHERE left(village_code, 9) = %(township)s AND right(village_code, 3) <> '000'
    AND person_id IS NULL AND withdrawn_at IS NULL AND id_digest <> ''
GROUP BY village_code, name
HAVING min(encode(id_digest, 'hex') COLLATE "C") <> max(encode(id_digest, 'hex') COLLATE "C")
    AND bool_or(batch_id = %(batch)s)
"""
_ONE_NUMBER_TWO_NAMES = """
INSERT INTO monitoring_identitydoubt (alert_id, person_id, other_id, village_code, kind, verdict)
SELECT a.id, p.id, NULL, a.village_code, 'two_names', ''
FROM monitoring_alert a
JOIN households_person p ON p.id_digest = a.id_digest AND p.id_digest <> '' AND p.name <> a.name
    AND left(p.village_code, 9) = left(a.village_code, 9)
WHERE a.batch_id = %s AND a.person_id IS NULL
ON CONFLICT DO NOTHING
"""
# Nobody registered has the number, and alerts name its holder differently: the first of each name beside this one.
# The numbers with two names are told first, so that a fresh table without statistics is joined to few rows.
_ONE_NUMBER_TWO_NAMES_UNREGISTERED = """
INSERT INTO monitoring_identitydoubt (alert_id, person_id, other_id, village_code, kind, verdict)
WITH doubtful AS MATERIALIZED (
    SELECT id_digest FROM monitoring_alert
    WHERE left(village_code, 9) = %(township)s AND person_id IS NULL AND withdrawn_at IS NULL AND id_digest <> ''
    GROUP BY id_digest HAVING min(name) <> max(name))
SELECT DISTINCT ON (a.id_digest, a.name, b.name) a.id, NULL::bigint, b.id, a.village_code, 'two_names', ''
FROM doubtful d
JOIN monitoring_alert a ON a.id_digest = d.id_digest AND a.id_digest <> ''
JOIN monitoring_alert b ON b.id_digest = d.id_digest AND b.id_digest <> '' AND b.name <> a.name AND b.id < a.id
    AND b.person_id IS NULL AND b.withdrawn_at IS NULL AND left(b.village_code, 9) = %(township)s
WHERE a.batch_id = %(batch)s AND a.person_id IS NULL
    AND NOT EXISTS (SELECT FROM households_person p WHERE p.id_digest = a.id_digest AND p.id_digest <> '')
ORDER BY a.id_digest, a.name, b.name, a.id, b.id
ON CONFLICT DO NOTHING
"""


def after_import(batch: Batch) -> None:
    """Link repetitions to what they repeat, and list the pairs that somebody has to look at."""
    _link_repetitions(batch)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_NUMBER_TWO_NAMES, [batch.pk])
        here: dict[str, int | str] = {"batch": batch.pk, "township": division.township(batch.village_code)}
        cursor.execute(_ONE_NUMBER_TWO_NAMES_UNREGISTERED, here)
        cursor.execute(_NAMESAKES, [batch.pk])
        doubts = list(_near(cursor.fetchall()))
        cursor.execute(_NAMESAKES_UNREGISTERED, here)
        doubts += _near_each_other([ids for (ids,) in cursor.fetchall()])
    IdentityDoubt.objects.bulk_create(doubts, batch_size=1000, ignore_conflicts=True)


def _link_repetitions(batch: Batch) -> None:
    """Only alerts whose number came before: a first list repeats nothing, and is not joined to itself to find that out.

    The planner takes a table for what it was when it was last looked at; of one that this batch has made much larger
    it would look at every pair of rows.
    """
    township = division.township(batch.village_code)
    earlier = Alert.objects.known().inside(township).exclude(batch=batch).exclude(id_digest=b"")
    if earlier.exists():
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'monitoring_alert'::regclass")
            if cursor.fetchone()[0] < 2 * batch.received:
                cursor.execute("ANALYZE monitoring_alert")
        Alert.objects.filter(batch=batch, id_digest__in=earlier.values("id_digest")).link_to_previous()


def _near(pairs: list[tuple]) -> Iterator[IdentityDoubt]:
    for alert_id, village_code, number, person_id, other in pairs:
        if identity.nearly_equal(unseal(number), unseal(other)):
            yield IdentityDoubt(
                alert_id=alert_id, person_id=person_id, village_code=village_code, kind=Kind.TWO_NUMBERS
            )  # fmt: skip


def _near_each_other(namesakes: list[list[int]]) -> Iterator[IdentityDoubt]:
    """Of each number its first alert beside the first of another; a name of very many numbers is no name but a filler."""
    alerts = Alert.objects.only("village_code", "id_number").in_bulk([pk for pks in namesakes for pk in pks])
    for pks in namesakes:
        firsts = {alerts[pk].id_number: alerts[pk] for pk in sorted(pks, reverse=True)}
        if len(firsts) > identity.MOST_NAMESAKES:
            continue
        for one, other in combinations(sorted(firsts.values(), key=attrgetter("pk")), 2):
            if identity.nearly_equal(one.id_number, other.id_number):
                yield IdentityDoubt(
                    alert=other, other=one, village_code=other.village_code, kind=Kind.TWO_NUMBERS
                )  # fmt: skip
