"""What becomes of the rows of a registry workbook: new, changed, the same, or waiting with a sentence."""

from households.registry_columns import HOUSEHOLDS, MEMBERS
from households.registry_facts import (
    HOUSEHOLD_PAIRS,
    OTHER_FLAG_DIFFERS,
    OTHER_FLAGS,
    PERSON_PAIRS,
    any_differs,
    listed,
)
from paibou.lib.importing import ANOTHER, THIS, Mark, Table

PLACES = ("county", "township", "village", "address")
PROBLEM, CHANGED, SAME, NEW = "problem", "changed", "same", "new"
NUMBER_TAKEN = "household_number_is_one_households"
ONE_PERSON = "person_number_is_one_persons"
ONE_HOUSEHOLD = "membership_in_one_household_at_a_time"
ON_FILE_ONCE = "registration_of_a_kind_once_at_a_time"
DAY = 'to_char({}, \'FMYYYY"年"FMMM"月"FMDD"日"\')'
HEAD_DAY, FACT_DAY = DAY.format('last."on"'), DAY.format('f."on"')
OPEN_HERE = "h.closed_on IS NULL AND h.village_code BETWEEN %(low)s AND %(high)s"


def _twice(table: Table, *key: str) -> Mark:
    """The later ones of rows that stand twice in the file with the same values, whatever their place is called."""
    plain = [f'"{one.name}"' for one in table.columns if not one.sealed and one.name not in PLACES]
    digests = [f"{one.name}_digest" for one in table.columns if one.sealed]
    return Mark(
        SAME,
        f"""FROM (SELECT id, row_number() OVER (PARTITION BY village_code, {", ".join([*plain, *digests])} ORDER BY id) AS nth
               FROM staged_{table.slug} JOIN (SELECT {", ".join(key)} FROM staged_{table.slug} GROUP BY {", ".join(key)}
                   HAVING count(*) > 1) often USING ({", ".join(key)})) twin
           WHERE twin.id = s.id AND twin.nth > 1""",
        table=table.slug,
    )


def _changed_here(table: str, filed: str, key: str, facts: str, code: str) -> Mark:
    """A fact that differs and was last changed on a page, or on a later day, waits with both values."""
    return Mark(
        PROBLEM,
        f"""FROM (
            SELECT DISTINCT ON (s.id) s.id, f.col, f.label, last."on", last.batch_id,
                CASE WHEN f.staged_sealed IS NULL THEN '“' || f.filed || '”' ELSE '{ANOTHER}' END AS filed,
                CASE WHEN f.staged_sealed IS NULL THEN '“' || f.staged || '”' ELSE '{THIS}' END AS staged
            FROM {table} s JOIN {filed} t ON t.id = s.target CROSS JOIN LATERAL {facts}
            JOIN LATERAL (SELECT c."on", c.batch_id FROM households_factchange c
                WHERE c.{key} = t.id AND c.field = f.field ORDER BY c.recorded_at DESC, c.id DESC LIMIT 1) last ON true
            WHERE f.staged IS NOT NULL AND f.staged IS DISTINCT FROM f.filed
                AND (last.batch_id IS NULL OR last."on" > %(as_of)s)
            ORDER BY s.id, f.col) f
        WHERE f.id = s.id""",
        table=table.removeprefix("staged_"),
        code=code,
        column_of="f.col",
        sentence=f"""f.label || '在 ' || {FACT_DAY}
            || CASE WHEN f.batch_id IS NULL THEN '由页面改成' ELSE '已按更晚的文件改成' END || f.filed || '，文件里是' || f.staged
            || '；文件不对就不导入这一行，文件对就在页面上改成一样的'""",
    )


HOUSEHOLD_MARKS = (
    _twice(HOUSEHOLDS, "number"),
    Mark(
        PROBLEM,
        """FROM (SELECT number, count(*) AS n FROM staged_households WHERE verdict <> 'same' GROUP BY number HAVING count(*) > 1) twin
           WHERE twin.number = s.number""",
        table="households",
        code="registry.number_twice",
        column="number",
        sentence="'文件里有 ' || twin.n || ' 行是这个户编号，内容不一样；留对的一行'",
        constraint=NUMBER_TAKEN,
    ),
    Mark(
        PROBLEM,
        "WHERE s.village_code = '' OR s.village_code LIKE '%%000'",
        table="households",
        code="registry.no_village",
        column="village",
        sentence="'没写是哪个村'",
    ),
    Mark(
        PROBLEM,
        "FROM households_household h WHERE h.number = s.number AND h.closed_on IS NULL AND NOT (h.village_code BETWEEN %(low)s AND %(high)s)",
        table="households",
        code="registry.number_elsewhere",
        column="number",
        sentence="'这个户编号是外乡镇一户的，请核对'",
        constraint=NUMBER_TAKEN,
    ),
    Mark(
        CHANGED,
        f"FROM households_household h WHERE h.number = s.number AND {OPEN_HERE}",
        table="households",
        target="h.id",
    ),
    Mark(
        PROBLEM,
        """FROM households_household h WHERE s.target IS NULL AND h.number = s.number AND h.closed_on IS NOT NULL
           AND h.village_code BETWEEN %(low)s AND %(high)s""",
        table="households",
        code="registry.closed",
        column="number",
        sentence=f"'这一户 ' || {DAY.format('h.closed_on')} || ' 已经销户（' || h.close_reason || '），文件里还有；请核对'",
    ),
    Mark(
        PROBLEM,
        """FROM households_household h LEFT JOIN accounts_division d ON d.code = h.village_code
           WHERE h.id = s.target AND h.village_code <> s.village_code""",
        table="households",
        code="registry.other_village",
        column="village",
        sentence="'系统里这一户在' || COALESCE(d.name, h.village_code) || '；整户迁移请在农户页办'",
    ),
    Mark(
        PROBLEM,
        "FROM households_household h WHERE h.id = s.target AND h.opened_on > %(as_of)s",
        table="households",
        code="registry.opened_later",
        column="number",
        sentence=f"'这一户 ' || {DAY.format('h.opened_on')} || ' 才开户，晚于文件的日期'",
    ),
    Mark(
        PROBLEM,
        """FROM households_registration r WHERE r.household_id = s.target AND r.kind = 'lifted' AND r.withdrawn_at IS NULL
           AND r.valid_from <= %(as_of)s AND (r.valid_to IS NULL OR r.valid_to > %(as_of)s) AND s.kind = 'ordinary'""",
        table="households",
        code="registry.no_longer_lifted",
        column="kind",
        sentence="'系统里是脱贫户；不再是脱贫户请在农户页终止登记，再导入'",
    ),
    Mark(
        PROBLEM,
        """FROM households_registration r WHERE r.household_id = s.target AND r.kind = 'lifted' AND r.withdrawn_at IS NULL
           AND s.kind IN ('lifted', 'lifted_monitored') AND r.valid_from > %(as_of)s""",
        table="households",
        code="registry.lifted_later",
        column="kind",
        sentence=f"'系统里这一户 ' || {DAY.format('r.valid_from')} || ' 起是脱贫户，晚于文件的日期；请在农户页更正'",
        constraint=ON_FILE_ONCE,
    ),
    Mark(
        PROBLEM,
        """FROM households_household h JOIN households_person p ON p.id = h.head_id
           JOIN LATERAL (SELECT c."on" FROM households_factchange c WHERE c.household_id = h.id AND c.field = 'head'
               ORDER BY c.recorded_at DESC, c.id DESC LIMIT 1) last ON true
           WHERE h.id = s.target AND s.head_number_digest IS NOT NULL AND s.head_number_digest <> p.id_digest""",
        table="households",
        code="registry.head_changed",
        column="head_name",
        sentence=f"'户主在 ' || {HEAD_DAY} || ' 由页面改成“' || p.name || '”，文件里是“' || COALESCE(s.head_name, '另一人') || '”；请核对'",
    ),
    _changed_here(
        "staged_households",
        "households_household",
        "household_id",
        listed(HOUSEHOLD_PAIRS, OTHER_FLAGS),
        "registry.changed_on_page",
    ),
    Mark(
        SAME,
        f"""FROM households_household t LEFT JOIN households_person p ON p.id = t.head_id
           WHERE t.id = s.target AND NOT {any_differs(HOUSEHOLD_PAIRS, OTHER_FLAG_DIFFERS)}
           AND (s.head_number_digest IS NULL OR s.head_number_digest IS NOT DISTINCT FROM p.id_digest)
           AND (s.kind IS NULL OR s.kind IN ('ordinary', 'monitored') OR EXISTS (SELECT FROM households_registration r
               WHERE r.household_id = t.id AND r.kind = 'lifted' AND r.withdrawn_at IS NULL
               AND r.valid_from <= %(as_of)s AND (r.valid_to IS NULL OR r.valid_to > %(as_of)s)))""",
        table="households",
    ),
)

# A member's last membership tells where the person is, or was.
LAST = """JOIN LATERAL (SELECT * FROM households_membership m WHERE m.person_id = p.id AND m.withdrawn_at IS NULL
    ORDER BY m.valid_from DESC LIMIT 1) m ON true"""
STANDS = "(m.valid_to IS NULL OR m.valid_to > %(as_of)s)"
MEMBER_MARKS = (
    _twice(MEMBERS, "household_number", "name"),
    Mark(
        PROBLEM,
        f"""WHERE NOT EXISTS (SELECT FROM households_household h WHERE h.number = s.household_number AND {OPEN_HERE})
           AND NOT EXISTS (SELECT FROM staged_households n WHERE n.number = s.household_number AND n.verdict <> 'problem')""",
        table="members",
        code="registry.no_household",
        column="household_number",
        sentence="'没有这个户编号的户，或者那一户有问题还没改好'",
    ),
    Mark(
        PROBLEM,
        """FROM (SELECT id_number_digest, min(name) AS one, max(name) AS other FROM staged_members
               WHERE id_number_digest IS NOT NULL GROUP BY id_number_digest HAVING min(name) <> max(name)) twin
           WHERE twin.id_number_digest = s.id_number_digest""",
        table="members",
        code="registry.two_names",
        column="name",
        sentence="'文件里这个证件号码有两个姓名：' || twin.one || '、' || twin.other",
        constraint=ONE_PERSON,
    ),
    Mark(
        PROBLEM,
        """FROM (SELECT id_number_digest, count(*) AS n FROM staged_members WHERE id_number_digest IS NOT NULL AND verdict <> 'same'
               GROUP BY id_number_digest HAVING count(*) > 1) twin
           WHERE twin.id_number_digest = s.id_number_digest""",
        table="members",
        code="registry.person_twice",
        column="id_number",
        sentence="'文件里有 ' || twin.n || ' 行是这个证件号码；一人只能在一户，留对的一行'",
        constraint=ONE_HOUSEHOLD,
    ),
    Mark(
        PROBLEM,
        """FROM (SELECT household_number, count(*) AS n FROM staged_members WHERE relation_word = '户主' AND verdict <> 'same'
               GROUP BY household_number HAVING count(*) > 1) twin
           WHERE twin.household_number = s.household_number AND s.relation_word = '户主'""",
        table="members",
        code="registry.two_heads",
        column="relation",
        sentence="'这一户有 ' || twin.n || ' 个户主，只能有一个'",
    ),
    Mark(
        PROBLEM,
        "FROM households_person p WHERE p.id_digest = s.id_number_digest AND p.id_digest <> '' AND NOT (p.village_code BETWEEN %(low)s AND %(high)s)",
        table="members",
        code="registry.elsewhere",
        column="id_number",
        sentence="'这个证件号码已登记在外乡镇，请核对'",
        constraint=ONE_PERSON,
    ),
    Mark(
        PROBLEM,
        "FROM households_person p WHERE p.id_digest = s.id_number_digest AND p.id_digest <> '' AND p.name <> s.name",
        table="members",
        code="registry.other_name",
        column="name",
        sentence="'系统里这个证件号码是“' || p.name || '”，文件里是“' || s.name || '”'",
        constraint=ONE_PERSON,
    ),
    Mark(
        CHANGED,
        "FROM households_person p WHERE p.id_digest = s.id_number_digest AND p.id_digest <> ''",
        table="members",
        target="p.id",
    ),
    # Without a number, or with one that is new for somebody on file without: the member of that name.
    Mark(
        CHANGED,
        f"""FROM households_household h JOIN households_membership m ON m.household_id = h.id AND m.withdrawn_at IS NULL AND {STANDS}
           JOIN households_person p ON p.id = m.person_id
           WHERE s.target IS NULL AND h.number = s.household_number AND {OPEN_HERE} AND p.name = s.name
           AND (s.id_number_digest IS NULL OR p.id_digest = '')""",
        table="members",
        target="p.id",
    ),
    Mark(
        PROBLEM,
        f"""FROM households_household h JOIN households_membership m ON m.household_id = h.id AND m.withdrawn_at IS NULL AND {STANDS}
           JOIN households_person p ON p.id = m.person_id
           WHERE s.target IS NULL AND h.number = s.household_number AND {OPEN_HERE} AND p.name = s.name AND p.id_digest <> ''""",
        table="members",
        code="registry.other_number",
        column="id_number",
        sentence="'这一户已有“' || p.name || '”，证件号码不一样；是同一人请在人员页更正号码'",
    ),
    Mark(
        PROBLEM,
        "FROM households_person p WHERE p.id = s.target AND p.died_on <= %(as_of)s",
        table="members",
        code="registry.dead",
        column="name",
        sentence=f"'系统里 ' || {DAY.format('p.died_on')} || ' 已登记去世，文件里还在户；请核对'",
    ),
    Mark(
        PROBLEM,
        f"""FROM households_person p {LAST} JOIN households_household h ON h.id = m.household_id
           WHERE p.id = s.target AND {STANDS} AND h.number <> s.household_number""",
        table="members",
        code="registry.other_household",
        column="household_number",
        sentence="'系统里此人是户编号 ' || COALESCE(NULLIF(h.number, ''), '（未编）') || ' 那一户的成员；转户请在农户页办'",
        constraint=ONE_HOUSEHOLD,
    ),
    Mark(
        PROBLEM,
        f"""FROM households_person p {LAST} JOIN households_household h ON h.id = m.household_id
           WHERE p.id = s.target AND NOT {STANDS} AND h.number = s.household_number""",
        table="members",
        code="registry.left",
        column="name",
        sentence=f"'系统里 ' || {DAY.format('m.valid_to')} || ' 已登记离户，文件里还在户；请核对'",
    ),
    Mark(
        NEW,
        f"FROM households_person p {LAST} WHERE p.id = s.target AND NOT {STANDS}",
        table="members",
        target="p.id",
    ),
    Mark(
        NEW,
        """WHERE s.target IS NOT NULL AND NOT EXISTS (SELECT FROM households_membership m
               WHERE m.person_id = s.target AND m.withdrawn_at IS NULL)""",
        table="members",
    ),
    Mark(
        PROBLEM,
        f"""FROM households_person p {LAST} WHERE p.id = s.target AND s.verdict = 'changed' AND m.batch_id IS NULL
           AND s.relation_word <> m.relation""",
        table="members",
        code="registry.relation_changed_on_page",
        column="relation",
        sentence="'与户主关系由页面改成“' || m.relation || '”，文件里是“' || s.relation || '”；文件不对就不导入这一行，文件对就在页面上改成一样的'",
    ),
    _changed_here("staged_members", "households_person", "person_id", listed(PERSON_PAIRS), "registry.changed_on_page"),
    Mark(
        SAME,
        f"""FROM households_person t JOIN LATERAL (SELECT relation FROM households_membership m WHERE m.person_id = t.id
               AND m.withdrawn_at IS NULL ORDER BY m.valid_from DESC LIMIT 1) m ON true
           WHERE t.id = s.target AND s.verdict = 'changed' AND NOT {any_differs(PERSON_PAIRS)}
           AND (s.relation_word IS NULL OR s.relation_word = m.relation)""",
        table="members",
    ),
    Mark(
        PROBLEM,
        "WHERE s.relation_word IS NULL AND s.verdict = 'new'",
        table="members",
        code="registry.no_relation",
        column="relation",
        sentence="'没写与户主关系'",
    ),
    Mark(
        PROBLEM,
        "WHERE s.verdict = 'new' AND COALESCE(s.number_born_on, s.born_on) > %(today)s",
        table="members",
        code="registry.born_later",
        column="born_on",
        sentence="'出生日期还没到，请核对'",
    ),
    Mark(
        PROBLEM,
        """FROM households_household h WHERE h.number = s.household_number AND h.closed_on IS NULL
           AND s.verdict = 'new' AND h.opened_on > %(as_of)s""",
        table="members",
        code="registry.opened_later",
        column="household_number",
        sentence=f"'这一户 ' || {DAY.format('h.opened_on')} || ' 才开户，晚于文件的日期'",
    ),
)
MARKS = (*HOUSEHOLD_MARKS, *MEMBER_MARKS)
