"""Facts of a registry workbook beside those on file, as SQL: `s` is the staged row, `t` the household or person."""

from collections.abc import Mapping
from dataclasses import dataclass

from households.facts import DISABILITY_FIELD, FLAG, HOUSEHOLD_FACTS, OTHER_LABELS, PERSON_FACTS, Fact
from households.registry_columns import FLAG_COLUMNS
from paibou.lib import identity


@dataclass(frozen=True)
class Pair:
    """One fact: its column in the workbook and on file, and both as the text that history keeps."""

    column: str
    field: str
    label: str
    staged: str
    filed: str
    is_sealed: bool = False

    @property
    def differs(self) -> str:
        return f"({self.staged} IS NOT NULL AND {self.staged} IS DISTINCT FROM {self.filed})"


def _text(column: str, facts: Mapping[str, Fact]) -> Pair:
    return Pair(column, column, facts[column].label, f's."{column}"', f't."{column}"')


def _as(column: str, staged: str, filed: str, facts: Mapping[str, Fact]) -> Pair:
    label = facts[column].label
    return Pair(column, column, label, staged.format(f's."{column}"'), filed.format(f't."{column}"'))


def _sealed(column: str, label: str) -> Pair:
    """Compared by the digest; the ciphertexts are what history keeps."""
    return Pair(
        column, column, label, f"encode(s.{column}_digest, 'hex')", f"encode(t.{column}_digest, 'hex')", is_sealed=True
    )


def _flag(column: str, word: str) -> Pair:
    said = f"CASE s.{column} WHEN true THEN '是' WHEN false THEN '否' END"
    filed = f"CASE t.flags ->> '{word}' WHEN 'true' THEN '是' WHEN 'false' THEN '否' ELSE '' END"
    return Pair(column, FLAG + word, word, said, filed)


def _disability(column: str) -> str:
    """`肢体三级`, as `Person.disability_label` has it."""
    category = f"(ARRAY{list(identity.CATEGORIES)})[NULLIF(left({column}, 1), '')::int]"
    return f"{category} || (ARRAY{list(identity.GRADES)})[NULLIF(right({column}, 1), '')::int]"


def _dated(column: str) -> Pair:
    return _as(column, "{}::text", "COALESCE({}::text, '')", HOUSEHOLD_FACTS)


def _number(column: str) -> Pair:
    return _as(column, "trim_scale({})::text", "COALESCE(trim_scale({})::text, '')", HOUSEHOLD_FACTS)


HOUSEHOLD_PAIRS = (
    _text("group", HOUSEHOLD_FACTS),
    _text("natural_village", HOUSEHOLD_FACTS),
    _sealed("phone", "联系电话"),
    _text("bank", HOUSEHOLD_FACTS),
    _sealed("bank_account", "银行账号"),
    _dated("filed_on"),
    _dated("lifted_year"),
    _text("main_cause", HOUSEHOLD_FACTS),
    _number("arable_mu"),
    _number("forest_mu"),
    _number("housing_m2"),
    _text("housing_grade", HOUSEHOLD_FACTS),
    *(_flag(column, word) for column, word in FLAG_COLUMNS.items()),
)
# Flags that we do not know by name are kept as text: one fact for each that the row has. None is mended
# in its row: no field asks for it.
OTHER_FLAGS = f"""SELECT '', '{FLAG}' || e.key, e.key, e.value, COALESCE(t.flags ->> e.key, ''), NULL::bytea, NULL::bytea
    FROM jsonb_each_text(COALESCE(s.other_flags, '{{}}')::jsonb) e"""
OTHER_FLAG_DIFFERS = """EXISTS (SELECT FROM jsonb_each_text(COALESCE(s.other_flags, '{}')::jsonb) e
    WHERE e.value <> COALESCE(t.flags ->> e.key, ''))"""
PERSON_TEXTS = ("number", "ethnicity", "political", "hukou", "education", "schooling", "dropout_reason", "labour")
# Sex and birth of somebody with a number are those of the number.
UNNUMBERED = "s.id_number IS NULL AND t.id_digest = ''"
_SEX = "CASE {} WHEN 'male' THEN '男' WHEN 'female' THEN '女' END"
PERSON_PAIRS = (
    Pair(
        "born_on",
        "born_on",
        PERSON_FACTS["born_on"].label,
        f"CASE WHEN {UNNUMBERED} THEN s.born_on::text END",
        "COALESCE(t.born_on::text, '')",
    ),
    Pair(
        "sex",
        "sex",
        PERSON_FACTS["sex"].label,
        f"CASE WHEN {UNNUMBERED} THEN {_SEX.format('s.sex')} END",
        f"COALESCE({_SEX.format('t.sex')}, '')",
    ),
    *(_text(column, PERSON_FACTS) for column in PERSON_TEXTS),
    _as("health", "{}", "array_to_string({}, '、')", PERSON_FACTS),
    _sealed("phone", "电话"),
    Pair(
        "id_number",
        DISABILITY_FIELD,
        OTHER_LABELS[DISABILITY_FIELD],
        _disability("s.disability"),
        f"COALESCE({_disability('t.disability')}, '')",
    ),
    Pair(
        "id_number",
        "id_number",
        "证件号码",
        "encode(s.id_number_digest, 'hex')",
        "encode(t.id_digest, 'hex')",
        is_sealed=True,
    ),
)


def any_differs(pairs: tuple[Pair, ...], *more: str) -> str:
    return "(" + " OR ".join([*(pair.differs for pair in pairs), *more]) + ")"


def listed(pairs: tuple[Pair, ...], *more: str) -> str:
    """Rows `(column, field, label, staged, filed, staged_sealed, filed_sealed)` of one staged row beside its target.

    `more` are statements that give further ones.
    """
    rows = []
    for pair in pairs:
        sealed = (f"s.{pair.column}", f"t.{pair.field}") if pair.is_sealed else ("NULL::bytea", "NULL::bytea")
        rows.append(
            f"('{pair.column}', '{pair.field}', '{pair.label}', {pair.staged}, {pair.filed}, {', '.join(sealed)})"
        )
    statements = " UNION ALL ".join([f"VALUES {', '.join(rows)}", *more])
    return f"({statements}) AS f(col, field, label, staged, filed, staged_sealed, filed_sealed)"
