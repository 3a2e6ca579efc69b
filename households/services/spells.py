"""On-file spells: a pure function of memberships and registrations."""

from collections.abc import Iterable

from django.db import connection, transaction

_PAIRS = """
INSERT INTO households_onfilespell
    (household_id, person_id, village_code, kind, valid_from, valid_to, recorded_at, withdrawn_at)
SELECT m.household_id, m.person_id, m.village_code, r.kind,
    greatest(m.valid_from, r.valid_from), least(m.valid_to, r.valid_to),
    greatest(m.recorded_at, r.recorded_at), least(m.withdrawn_at, r.withdrawn_at)
FROM households_membership m JOIN households_registration r USING (household_id)
WHERE m.household_id = ANY(%s)
    AND (m.valid_to IS NULL OR r.valid_from < m.valid_to) AND (r.valid_to IS NULL OR m.valid_from < r.valid_to)
    AND (m.withdrawn_at IS NULL OR r.recorded_at < m.withdrawn_at)
    AND (r.withdrawn_at IS NULL OR m.recorded_at < r.withdrawn_at)
"""


@transaction.atomic
def rebuild_spells(household_ids: Iterable[int]) -> int:
    """Derive the spells of the households anew, in the transaction that changed one of their two sources.

    A spell is each pair of a membership and a registration of one household that meet in both times: withdrawn rows
    too, so that what was known on a past day can be asked. Gives how many there are now.
    """
    ids = sorted(set(household_ids))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM households_onfilespell WHERE household_id = ANY(%s)", [ids])
        cursor.execute(_PAIRS, [ids])
        return cursor.rowcount
