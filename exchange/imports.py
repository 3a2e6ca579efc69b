"""The ledger of divisions as a workbook: 区划代码, 名称, 级别."""

from paibou.lib import division
from paibou.lib.cleaners import Cell, Unclean, clean_code, tidy
from paibou.lib.importing import Column, Kind, Looks, Mark, Table, imports

LONGEST_NAME = 60


def clean_division_code(cell: Cell) -> str | None:
    """The code at the length of its level: 341702106000 and 341702106 are one township."""
    code = clean_code(cell)
    if code is None:
        return None
    if not code.isdigit() or len(code) > division.FULL:
        raise Unclean("division.code", "区划代码应是 2、4、6、9 或 12 位数字")
    for length in (9, 6, 4, 2):  # 000 for a level of three digits, 00 for one of two
        if len(code) > length and len(code) - length <= 3 and not code[length:].strip("0"):
            code = code[:length]
    if not division.is_code(code):
        raise Unclean("division.code", "区划代码应是 2、4、6、9 或 12 位数字")
    return code


def clean_name(cell: Cell) -> str | None:
    name = tidy(cell).replace(" ", "")
    if len(name) > LONGEST_NAME:
        raise Unclean("division.name", f"名称超过 {LONGEST_NAME} 个字，请核对")
    return name or None


DIVISIONS = Table(
    "divisions",
    "区划",
    (
        Column(
            "code", "区划代码",
            ("区划代码", "代码", "行政区划代码", "统计用区划代码", "区划编码", "编码", "村代码", "村编码", "行政区划编码"),
            pattern="区划.*[代编]码|村[代编]码", looks=Looks.CODE, clean=clean_division_code, required=True,
        ),
        Column(
            "name", "名称",
            ("名称", "区划名称", "行政区划名称", "单位名称", "村名", "村名称", "行政村", "行政村名称", "地区名称"),
            pattern="名称|村名", clean=clean_name, required=True,
        ),
        Column("level", "级别", ("级别", "层级", "区划级别", "行政级别", "类别")),
    ),
    anchor="code",
    is_heading=lambda found: {"code", "name"} <= found,
    has_place=False,
)  # fmt: skip

MARKS = (
    Mark(
        "problem", "WHERE rpad(s.code, 12, '0') NOT BETWEEN %(low)s AND %(high)s"
        " AND NOT EXISTS (SELECT FROM accounts_division d WHERE d.code = s.code)",
        code="division.outside", column="code", sentence="'不在您的范围内'",
    ),
    Mark(
        "problem", "FROM staged_divisions twin WHERE twin.code = s.code AND twin.id < s.id AND twin.name <> s.name",
        code="division.two_names", column="name", sentence="'同一个代码前面写的是“' || twin.name || '”'",
    ),
    Mark(
        "same", "FROM staged_divisions twin WHERE twin.code = s.code AND twin.id < s.id",
        constraint="accounts_division_code_key",
    ),
    Mark(
        "problem",
        """WHERE length(s.code) > 2 AND NOT EXISTS (
               SELECT FROM (SELECT code FROM accounts_division
                            UNION ALL SELECT code FROM staged_divisions WHERE verdict <> 'problem') d
               WHERE d.code = left(s.code, CASE length(s.code) WHEN 12 THEN 9 WHEN 9 THEN 6 ELSE length(s.code) - 2 END))""",
        code="division.no_parent", column="code", sentence="'上级区划还没登记'",
    ),
    Mark("same", "FROM accounts_division d WHERE d.code = s.code AND d.name = s.name", target="d.id"),
    Mark("changed", "FROM accounts_division d WHERE d.code = s.code AND d.name <> s.name", target="d.id"),
)  # fmt: skip
APPLY = (
    # The earlier name is recognised in workbooks for ever.
    "INSERT INTO accounts_divisionname (division_id, name, valid_from, valid_to, recorded_at)"
    " SELECT d.id, d.name, LEAST(COALESCE(d.opened_on, %(as_of)s), %(as_of)s - 1), %(as_of)s, %(now)s"
    " FROM staged_divisions s JOIN accounts_division d ON d.id = s.target WHERE s.verdict = 'changed'"
    " AND NOT EXISTS (SELECT FROM accounts_divisionname n"
    "                 WHERE n.division_id = d.id AND n.name = d.name AND n.withdrawn_at IS NULL)",
    "UPDATE accounts_division d SET name = s.name FROM staged_divisions s WHERE d.id = s.target AND s.verdict = 'changed'",
    "INSERT INTO accounts_division (code, level, name) SELECT s.code, length(s.code), s.name"
    " FROM staged_divisions s WHERE s.verdict = 'new' ORDER BY length(s.code), s.code",
    """UPDATE accounts_division d SET parent_id = p.id FROM staged_divisions s JOIN accounts_division p
           ON p.code = left(s.code, CASE length(s.code) WHEN 12 THEN 9 WHEN 9 THEN 6 ELSE length(s.code) - 2 END)
       WHERE d.code = s.code AND s.verdict = 'new'""",
)

imports.add(
    "villages",
    Kind(
        slug="villages",
        label="区划",
        unit="个",
        tables=(DIVISIONS,),
        marks=MARKS,
        apply=APPLY,
        asks=frozenset({"as_of"}),
        right="accounts.manage_divisions",
        order=90,
    ),
)
