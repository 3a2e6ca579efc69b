"""What SQL alone cannot do for a registry workbook: near numbers, people who are missing, the sealed history."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from exchange.models import Batch
from households.models import FactChange, Household
from households.services.following import people_moved
from households.services.spells import rebuild_spells
from paibou.lib import identity
from paibou.lib.sealing import unseal

MOST_NAMED = 20
MISSING, UNREGISTERED, HEADLESS, MISCOUNTED = (
    "文件里没有、系统里还在户的",
    "文件里写着监测对象、系统里没有监测案件的",
    "没有认出户主的",
    "家庭人口数和成员行数不一样的",
)
OURS = (MISSING, UNREGISTERED, HEADLESS, MISCOUNTED)

_PLACED = (
    "DROP TABLE IF EXISTS pg_temp.registry_placed",
    """
CREATE TEMPORARY TABLE registry_placed ON COMMIT DROP AS
SELECT s.id, s.name, s.id_number, s.id_number_digest, COALESCE(h.village_code, n.village_code) AS village_code, s.target
FROM staged_members s
LEFT JOIN households_household h ON h.number = s.household_number AND h.closed_on IS NULL
    AND h.village_code BETWEEN %(low)s AND %(high)s
LEFT JOIN staged_households n ON n.number = s.household_number AND n.verdict <> 'problem'
WHERE s.verdict IN ('new', 'changed') AND s.id_number IS NOT NULL
""",
    # A column that holds no names gives a village very many people of one name: their pairs are not looked at.
    """
WITH crowded AS (
    DELETE FROM registry_placed WHERE (name, village_code) IN (
        SELECT name, village_code FROM registry_placed
        GROUP BY name, village_code HAVING count(DISTINCT id_number_digest) > %(most)s)
    RETURNING id
)
UPDATE staged_members s SET verdict = 'problem', judged_code = 'registry.crowded_name', judged_column = 'name',
    judged_sentence = '这个村有超过 %(most)s 个人都叫这个名字，姓名列可能不对；请核对'
FROM crowded WHERE s.id = crowded.id
""",
    "ANALYZE registry_placed",
)
# One name in one village with another number: on file, and in the file itself.
_NAMESAKES = """
WITH names AS MATERIALIZED (
    SELECT name, village_code FROM registry_placed
    GROUP BY name, village_code HAVING count(DISTINCT id_number_digest) > 1
)
SELECT a.id, a.id_number, b.id_number FROM registry_placed a JOIN names USING (name, village_code)
JOIN registry_placed b
    ON b.name = a.name AND b.village_code = a.village_code AND b.id_number_digest <> a.id_number_digest
WHERE a.target IS NULL OR b.target IS NULL
UNION ALL
SELECT a.id, a.id_number, p.id_number FROM registry_placed a
JOIN households_person p ON p.name = a.name AND p.village_code = a.village_code
    AND p.id_digest <> a.id_number_digest AND p.id_digest <> ''
WHERE a.target IS NULL
"""
_WAIT = """
UPDATE staged_members SET verdict = 'problem', judged_code = 'registry.near_number', judged_column = 'id_number',
    judged_sentence = '同村有同名的人，证件号码相近（最多差两位，或同一天出生）；是同一人请改成一样的号码，不是就在人员页先登记'
WHERE id = ANY(%s)
"""
# In two steps: fresh tables have no statistics yet, and what is left after the first is little.
_MISSING = """
WITH present AS MATERIALIZED (
    SELECT m.person_id, h.number, h.village_code
    FROM (SELECT DISTINCT household_number AS number FROM staged_members) listed
    JOIN households_household h USING (number)
    JOIN households_membership m ON m.household_id = h.id AND m.withdrawn_at IS NULL
        AND m.valid_from <= %(as_of)s AND (m.valid_to IS NULL OR m.valid_to > %(as_of)s)
    WHERE h.closed_on IS NULL AND h.village_code BETWEEN %(low)s AND %(high)s
), absent AS MATERIALIZED (
    SELECT person_id FROM present EXCEPT SELECT target FROM staged_members
)
SELECT p.name, present.number FROM absent JOIN present USING (person_id) JOIN households_person p ON p.id = person_id
WHERE NOT EXISTS (SELECT FROM exchange_stagedrow r WHERE r.batch_id = %(batch)s AND r."table" = 'members'
    AND r."values" ->> 'household_number' = present.number AND r."values" ->> 'name' = p.name)
ORDER BY present.village_code, present.number, p.id
"""
_UNREGISTERED = """
SELECT COALESCE(s.head_name, ''), s.number FROM staged_households s
WHERE s.kind IN ('monitored', 'lifted_monitored') AND s.verdict <> 'problem'
    AND NOT EXISTS (SELECT FROM households_registration r WHERE r.household_id = s.target AND r.kind = 'monitored'
        AND r.withdrawn_at IS NULL AND (r.valid_to IS NULL OR r.valid_to > %(as_of)s))
ORDER BY s.id
"""
_HEADLESS = """
SELECT COALESCE(s.head_name, ''), s.number FROM staged_households s
WHERE s.verdict = 'new' AND NOT EXISTS (SELECT FROM staged_members m WHERE m.household_number = s.number
    AND m.verdict <> 'problem' AND (m.relation_word = '户主' OR m.id_number_digest = s.head_number_digest))
ORDER BY s.id
"""
_MISCOUNTED = """
SELECT COALESCE(s.head_name, ''), s.number FROM staged_households s
JOIN (SELECT household_number, count(*) AS rows FROM staged_members GROUP BY household_number) m
    ON m.household_number = s.number
WHERE s.people <> m.rows
ORDER BY s.id
"""
_NOTES = {MISSING: _MISSING, UNREGISTERED: _UNREGISTERED, HEADLESS: _HEADLESS, MISCOUNTED: _MISCOUNTED}


def judged(batch: Batch, parameters: Mapping[str, Any]) -> None:
    """Near numbers wait; who is missing from the file is told, and stays."""
    with connection.cursor() as cursor:
        for statement in _PLACED:
            cursor.execute(statement, {**parameters, "most": identity.MOST_NAMESAKES})
        cursor.execute(_NAMESAKES)
        near = sorted({pk for pk, one, other in cursor.fetchall() if identity.nearly_equal(unseal(one), unseal(other))})
        if near:
            cursor.execute(_WAIT, [near])
        notes = [note for note in batch.notes if not note.startswith(OURS)]
        for head, query in _NOTES.items():
            cursor.execute(query, parameters)
            notes += _note(head, cursor.fetchall())
    batch.notes = notes
    batch.save(update_fields=["notes"])


def _note(head: str, found: list[tuple[str, str]]) -> Iterator[str]:
    if not found:
        return
    unit = "人" if head == MISSING else "户"
    named = "、".join(f"{name or '–'}（{number}）" for name, number in found[:MOST_NAMED])
    rest = f" 等，其余 {len(found) - MOST_NAMED} {unit}没有列出" if len(found) > MOST_NAMED else ""
    end = "；没有动他们，离户请在农户页登记" if head == MISSING else ""
    yield f"{head} {len(found)} {unit}：{named}{rest}{end}"


def finish(batch: Batch) -> None:
    """History of what changed, spells, and whoever follows people above."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT household_id FROM registry_touched")
        rebuild_spells([pk for (pk,) in cursor.fetchall()])
        cursor.execute(
            "SELECT household_id, person_id, village_code, field, staged, filed, staged_sealed, filed_sealed FROM registry_facts"
        )
        changes = [_change(batch, row) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT household_id, array_agg(person_id) FROM registry_members WHERE NOT is_new GROUP BY household_id"
        )
        returned = cursor.fetchall()
    FactChange.objects.bulk_create(changes, batch_size=2000)
    for household_id, person_ids in returned:
        _tell(batch, household_id, person_ids)


def _change(batch: Batch, row: tuple) -> FactChange:
    household_id, person_id, village_code, field, staged, filed, staged_sealed, filed_sealed = row
    is_sealed = staged_sealed is not None
    return FactChange(  # type: ignore[misc]  # sealed already, and the day is set before it is applied
        household_id=household_id,
        person_id=person_id,
        village_code=village_code,
        field=field,
        old=(bytes(filed_sealed or b"") if is_sealed else filed),
        new=(bytes(staged_sealed) if is_sealed else staged),
        on=batch.as_of,
        by_id=batch.user_id,
        batch=batch,
    )


def _tell(batch: Batch, household_id: int, person_ids: list[int]) -> None:
    people_moved(person_ids=person_ids, household=Household.objects.get(pk=household_id), on=batch.as_of, by=batch.user)  # type: ignore[arg-type]
