"""Writing the rows of a registry workbook: set-based, every id known before the first row stands."""

from households.registry_columns import FLAG_COLUMNS
from households.registry_facts import HOUSEHOLD_PAIRS, OTHER_FLAGS, PERSON_PAIRS, PERSON_TEXTS, UNNUMBERED, listed

OPEN_HERE = "h.closed_on IS NULL AND h.village_code BETWEEN %(low)s AND %(high)s"
TEXTS = ("natural_village", "bank", "main_cause", "housing_grade")
VALUES = ("filed_on", "lifted_year", "arable_mu", "forest_mu", "housing_m2")
FLAGS = "jsonb_strip_nulls(jsonb_build_object({})) || COALESCE(s.other_flags::jsonb, '{{}}')".format(
    ", ".join(f"'{word}', s.{column}" for column, word in FLAG_COLUMNS.items())
)
LIFTED = "s.kind IN ('lifted', 'lifted_monitored')"

NEW_HOUSEHOLDS = """
CREATE TEMPORARY TABLE registry_households ON COMMIT DROP AS
SELECT s.id, nextval((SELECT pg_get_serial_sequence('households_household', 'id')::regclass)) AS household_id, s.number, s.village_code
FROM staged_households s WHERE s.verdict = 'new'
"""
# Those who join: people on file before have their id, the others get theirs here.
NEW_MEMBERS = f"""
CREATE TEMPORARY TABLE registry_members ON COMMIT DROP AS
SELECT s.id, COALESCE(n.household_id, h.id) AS household_id, COALESCE(n.village_code, h.village_code) AS home_code,
    COALESCE(s.target, nextval((SELECT pg_get_serial_sequence('households_person', 'id')::regclass))) AS person_id,
    s.target IS NULL AS is_new
FROM staged_members s
LEFT JOIN registry_households n ON n.number = s.household_number
LEFT JOIN households_household h ON h.number = s.household_number AND {OPEN_HERE}
WHERE s.verdict = 'new' AND COALESCE(n.household_id, h.id) IS NOT NULL
"""
# What differs of those on file, before it is written over: the history is made of it.
CHANGED_FACTS = f"""
CREATE TEMPORARY TABLE registry_facts ON COMMIT DROP AS
SELECT t.id AS household_id, NULL::bigint AS person_id, t.village_code, f.field, f.staged, f.filed, f.staged_sealed, f.filed_sealed
FROM staged_households s JOIN households_household t ON t.id = s.target CROSS JOIN LATERAL {listed(HOUSEHOLD_PAIRS, OTHER_FLAGS)}
WHERE s.verdict = 'changed' AND f.staged IS NOT NULL AND f.staged IS DISTINCT FROM f.filed
UNION ALL
SELECT NULL, t.id, t.village_code, f.field, f.staged, f.filed, f.staged_sealed, f.filed_sealed
FROM staged_members s JOIN households_person t ON t.id = s.target CROSS JOIN LATERAL {listed(PERSON_PAIRS)}
WHERE f.staged IS NOT NULL AND f.staged IS DISTINCT FROM f.filed
"""
_HEADS = """
SELECT DISTINCT ON (m.household_id) m.household_id, m.person_id
FROM registry_members m JOIN registry_households n USING (household_id)
JOIN staged_members s ON s.id = m.id JOIN staged_households h ON h.id = n.id
WHERE s.relation_word = '户主' OR s.id_number_digest = h.head_number_digest
ORDER BY m.household_id, (s.id_number_digest = h.head_number_digest) DESC NULLS LAST
"""
INSERT_HOUSEHOLDS = f"""
INSERT INTO households_household (
    id, village_code, number, "group", head_id, phone, phone_digest, bank_account, bank_account_digest, flags,
    opened_on, close_reason, {", ".join((*TEXTS, *VALUES))})
SELECT n.household_id, s.village_code, s.number, COALESCE(s."group", ''), head.person_id,
    COALESCE(s.phone, ''), COALESCE(s.phone_digest, ''), COALESCE(s.bank_account, ''), COALESCE(s.bank_account_digest, ''),
    {FLAGS}, LEAST(s.filed_on, %(as_of)s), '',
    {", ".join([*(f"COALESCE(s.{one}, '')" for one in TEXTS), *(f"s.{one}" for one in VALUES)])}
FROM registry_households n JOIN staged_households s USING (id) LEFT JOIN ({_HEADS}) head USING (household_id)
ORDER BY s.id
"""
UPDATE_HOUSEHOLDS = f"""
UPDATE households_household t SET
    "group" = COALESCE(s."group", t."group"),
    phone = COALESCE(s.phone, t.phone), phone_digest = COALESCE(s.phone_digest, t.phone_digest),
    bank_account = COALESCE(s.bank_account, t.bank_account),
    bank_account_digest = COALESCE(s.bank_account_digest, t.bank_account_digest),
    flags = t.flags || {FLAGS},
    {", ".join(f"{one} = COALESCE(s.{one}, t.{one})" for one in (*TEXTS, *VALUES))}
FROM staged_households s WHERE t.id = s.target AND s.verdict = 'changed'
"""
INSERT_PEOPLE = f"""
INSERT INTO households_person (
    id, village_code, name, name_sort, id_kind, id_number, id_digest, no_id_reason, disability, sex, born_on, away,
    phone, phone_digest, health, {", ".join(PERSON_TEXTS)})
SELECT j.person_id, j.home_code, s.name, s.name_sort,
    CASE WHEN s.id_number IS NULL THEN 'none' WHEN s.disability <> '' THEN 'disability' ELSE 'resident' END,
    COALESCE(s.id_number, ''), COALESCE(s.id_number_digest, ''),
    CASE WHEN s.id_number IS NULL THEN COALESCE(s.no_id_reason, '登记表里没有') ELSE '' END, COALESCE(s.disability, ''),
    COALESCE(s.number_sex, s.sex, ''), COALESCE(s.number_born_on, s.born_on), '',
    COALESCE(s.phone, ''), COALESCE(s.phone_digest, ''),
    COALESCE(string_to_array(s.health, '、'), '{{}}'), {", ".join(f"COALESCE(s.{one}, '')" for one in PERSON_TEXTS)}
FROM registry_members j JOIN staged_members s USING (id) WHERE j.is_new
ORDER BY s.id
"""
_PERSON_VALUES = f"""
    id_kind = CASE WHEN s.id_number IS NULL THEN t.id_kind WHEN s.disability <> '' OR t.disability <> '' THEN 'disability' ELSE 'resident' END,
    no_id_reason = CASE WHEN s.id_number IS NULL THEN t.no_id_reason ELSE '' END,
    id_number = COALESCE(s.id_number, t.id_number), id_digest = COALESCE(s.id_number_digest, t.id_digest),
    sex = COALESCE(s.number_sex, CASE WHEN {UNNUMBERED} THEN s.sex END, t.sex),
    born_on = COALESCE(s.number_born_on, CASE WHEN {UNNUMBERED} THEN s.born_on END, t.born_on),
    disability = COALESCE(NULLIF(s.disability, ''), t.disability),
    phone = COALESCE(s.phone, t.phone), phone_digest = COALESCE(s.phone_digest, t.phone_digest),
    health = COALESCE(string_to_array(s.health, '、'), t.health),
    {", ".join(f"{one} = COALESCE(s.{one}, t.{one})" for one in PERSON_TEXTS)}
"""
UPDATE_PEOPLE = f"""
UPDATE households_person t SET {_PERSON_VALUES}
FROM staged_members s WHERE t.id = s.target AND s.verdict = 'changed'
"""
UPDATE_RETURNED = f"""
UPDATE households_person t SET village_code = j.home_code, {_PERSON_VALUES}
FROM registry_members j JOIN staged_members s USING (id) WHERE t.id = j.person_id AND NOT j.is_new
"""
INSERT_MEMBERSHIPS = """
INSERT INTO households_membership (
    person_id, household_id, village_code, relation, relation_raw, joined, "left", note, valid_from, recorded_at, batch_id, by_id)
SELECT j.person_id, j.household_id, j.home_code, s.relation_word, left(s.relation, 20), 'supplement', '', '',
    GREATEST(%(as_of)s, s.number_born_on, s.born_on),
    %(now)s, %(batch)s, %(user)s
FROM registry_members j JOIN staged_members s USING (id)
ORDER BY s.id
"""
# Another relation withdraws the row and lets another stand; both are told apart by the instant.
WITHDRAW_RELATIONS = """
UPDATE households_membership m SET withdrawn_at = %(now)s
FROM staged_members s
WHERE m.person_id = s.target AND m.withdrawn_at IS NULL AND s.verdict = 'changed' AND s.relation_word <> m.relation
    AND (m.valid_to IS NULL OR m.valid_to > %(as_of)s)
"""
INSERT_RELATIONS = """
INSERT INTO households_membership (
    person_id, household_id, village_code, relation, relation_raw, joined, "left", note, valid_from, valid_to, recorded_at,
    batch_id, by_id)
SELECT m.person_id, m.household_id, m.village_code, s.relation_word, left(s.relation, 20), m.joined, m."left", m.note,
    m.valid_from, m.valid_to, %(now)s, %(batch)s, %(user)s
FROM households_membership m JOIN staged_members s ON s.target = m.person_id AND s.verdict = 'changed'
WHERE m.withdrawn_at = %(now)s AND s.relation_word <> m.relation
"""
# The head that the sheet 户 names, or the one member called so, where the household's own differs or misses.
UPDATE_HEADS = """
WITH due AS MATERIALIZED (
    SELECT s.target AS id, s.head_number_digest FROM staged_households s
    WHERE s.verdict = 'changed' AND s.head_number_digest IS NOT NULL
    UNION
    SELECT m.household_id, NULL FROM registry_members m JOIN households_household h ON h.id = m.household_id
    WHERE h.head_id IS NULL
), wanted AS (
    SELECT DISTINCT ON (h.id) h.id, h.village_code, h.head_id, m.person_id
    FROM due JOIN households_household h USING (id)
    JOIN households_membership m ON m.household_id = h.id AND m.withdrawn_at IS NULL
        AND m.valid_from <= %(as_of)s AND (m.valid_to IS NULL OR m.valid_to > %(as_of)s)
    JOIN households_person p ON p.id = m.person_id
    WHERE p.id_digest = due.head_number_digest OR (h.head_id IS NULL AND m.relation = '户主')
    ORDER BY h.id, (p.id_digest = due.head_number_digest) DESC NULLS LAST
), moved AS (
    INSERT INTO registry_facts (household_id, village_code, field, staged, filed)
    SELECT w.id, w.village_code, 'head', p.name, o.name
    FROM wanted w JOIN households_person p ON p.id = w.person_id JOIN households_person o ON o.id = w.head_id
    WHERE w.head_id <> w.person_id
)
UPDATE households_household h SET head_id = w.person_id
FROM wanted w WHERE w.id = h.id AND w.person_id IS DISTINCT FROM h.head_id
"""
_REGISTRATION = """
INSERT INTO households_registration (
    household_id, village_code, kind, without_benefits, end_reason, valid_from, recorded_at, by_id)
"""
INSERT_REGISTRATIONS = f"""{_REGISTRATION}
SELECT n.household_id, s.village_code, 'lifted', false, '', %(as_of)s, %(now)s, %(user)s
FROM registry_households n JOIN staged_households s USING (id) WHERE {LIFTED}
"""
ADD_REGISTRATIONS = f"""{_REGISTRATION}
SELECT s.target, s.village_code, 'lifted', false, '', %(as_of)s, %(now)s, %(user)s
FROM staged_households s WHERE s.verdict = 'changed' AND {LIFTED}
    AND NOT EXISTS (SELECT FROM households_registration r WHERE r.household_id = s.target
        AND r.kind = 'lifted' AND r.withdrawn_at IS NULL AND r.valid_from <= %(as_of)s
        AND (r.valid_to IS NULL OR r.valid_to > %(as_of)s))
"""
TOUCHED = """
CREATE TEMPORARY TABLE registry_touched ON COMMIT DROP AS
SELECT household_id FROM registry_members UNION SELECT household_id FROM registry_households
UNION SELECT target FROM staged_households WHERE verdict = 'changed'
UNION SELECT m.household_id FROM staged_members s JOIN households_membership m ON m.person_id = s.target
    WHERE s.verdict = 'changed' AND m.recorded_at = %(now)s
"""
DROP = "DROP TABLE IF EXISTS pg_temp.registry_households, pg_temp.registry_members, pg_temp.registry_facts, pg_temp.registry_touched"
APPLY = (
    DROP,
    NEW_HOUSEHOLDS,
    NEW_MEMBERS,
    "ANALYZE registry_households",
    "ANALYZE registry_members",
    CHANGED_FACTS,
    INSERT_PEOPLE,
    INSERT_HOUSEHOLDS,
    UPDATE_HOUSEHOLDS,
    UPDATE_PEOPLE,
    UPDATE_RETURNED,
    INSERT_MEMBERSHIPS,
    WITHDRAW_RELATIONS,
    INSERT_RELATIONS,
    UPDATE_HEADS,
    INSERT_REGISTRATIONS,
    ADD_REGISTRATIONS,
    TOUCHED,
)
