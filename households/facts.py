"""The facts of a household and of a person that may change: label, how a cell or a typed text becomes the value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from households import words
from households.models import Household, Person
from paibou.lib import cleaners
from paibou.lib.cleaners import Cell, Unclean

FLAG = "flags."  # a flag's field is `flags.易地搬迁`
HEAD_FIELD = "head"  # who is the head changes by its own service, and is kept among the changes
DISABILITY_FIELD = "disability"  # what a certificate's number says; no page asks for it
OTHER_LABELS = {HEAD_FIELD: "户主", DISABILITY_FIELD: "残疾"}  # of changes that are of no fact below
LONGEST_AREA = 10**6


@dataclass(frozen=True)
class Fact:
    """`choices`: the words one may pick, by stored value. `is_private`: masked on pages; sealed in the table."""

    field: str
    label: str
    clean: Callable[[Cell], Any]
    choices: Mapping[str, str] | None = None
    is_private: bool = False
    has_digest: bool = False
    empty: Any = ""
    width: str = ""
    is_needed: bool = False


def _words(*listed: str) -> dict[str, str]:
    return {word: word for word in listed}


def _chosen(choices: Mapping[str, str], what: str) -> Callable[[Cell], Any]:
    return cleaners.one_of({label: value for value, label in choices.items()} | {v: v for v in choices}, what)


def _year(cell: Cell) -> int | None:
    year = cleaners.clean_count(str(cell).removesuffix("年")) if cell not in (None, "") else None
    if year is not None and not 1980 <= year <= 2100:
        raise Unclean("year.impossible", f"年份写成了 {year}，请核对")
    return year


def _area(cell: Cell) -> Decimal | None:
    area = cleaners.clean_amount(
        str(cell).removesuffix("亩").removesuffix("㎡").removesuffix("平方米") if cell else None
    )
    if area is not None and not 0 <= area < LONGEST_AREA:
        raise Unclean("area.impossible", f"面积写成了 {area}，请核对")
    return area


def text_up_to(length: int, read: Callable[[Cell], str | None] = cleaners.clean_text) -> Callable[[Cell], str | None]:
    """A cleaner of what a column of that length takes; what people write where there is nothing is None."""

    def clean(cell: Cell) -> str | None:
        text = None if cleaners.is_nothing(cleaners.narrow(cell)) else read(cell)
        if text and len(text) > length:
            raise Unclean("text.too_long", f"有 {len(text)} 个字，最多 {length} 个")
        return text

    return clean


def _choice(
    field: str, label: str, *listed: str, choices: Mapping[str, str] | None = None, is_needed: bool = False
) -> Fact:
    named = choices or _words(*listed)
    return Fact(field, label, _chosen(named, label), choices=named, is_needed=is_needed)


def _by_field(*facts: Fact) -> dict[str, Fact]:
    return {fact.field: fact for fact in facts}


HOUSEHOLD_FACTS = _by_field(
    Fact("number", "户编号", text_up_to(32, cleaners.clean_code), width="code"),
    Fact("group", "村民组", text_up_to(40), width="short"),
    Fact("natural_village", "自然村", text_up_to(60), width="short"),
    Fact("phone", "联系电话", cleaners.clean_phone, is_private=True, has_digest=True, width="code"),
    Fact("bank", "开户银行", text_up_to(60)),
    Fact("bank_account", "银行账号", cleaners.clean_code, is_private=True, width="code"),
    Fact("filed_on", "建档时间", cleaners.clean_date, empty=None, width="day"),
    Fact("lifted_year", "脱贫年度", _year, empty=None, width="number"),
    _choice("main_cause", "主要致贫原因", *words.CAUSES),
    Fact("arable_mu", "耕地（亩）", _area, empty=None, width="number"),
    Fact("forest_mu", "林地（亩）", _area, empty=None, width="number"),
    Fact("housing_m2", "住房面积（㎡）", _area, empty=None, width="number"),
    _choice("housing_grade", "危房等级", *words.HOUSING),
    Fact("national_entered_on", "录入国办系统", cleaners.clean_date, empty=None, width="day"),
    Fact("provincial_entered_on", "录入省平台", cleaners.clean_date, empty=None, width="day"),
    *(
        Fact(FLAG + word, word, cleaners.clean_flag, choices={"是": "是", "否": "否"}, empty=None)
        for word in words.FLAGS
    ),
)
PERSON_FACTS = _by_field(
    Fact("name", "姓名", cleaners.clean_name, width="short", is_needed=True),
    _choice("id_kind", "证件类型", choices=dict(Person.IdKind.choices), is_needed=True),
    Fact("id_number", "证件号码", cleaners.clean_identity, is_private=True, has_digest=True, width="code"),
    Fact("no_id_reason", "无证件原因", text_up_to(60)),
    _choice("sex", "性别", choices=dict(Person.Sex.choices)),
    Fact("born_on", "出生日期", cleaners.clean_date, empty=None, width="day"),
    Fact("number", "人编号", text_up_to(32, cleaners.clean_code), width="code"),
    Fact("phone", "电话", cleaners.clean_phone, is_private=True, has_digest=True, width="code"),
    Fact("ethnicity", "民族", text_up_to(20), width="short"),
    Fact("political", "政治面貌", text_up_to(20), width="short"),
    Fact("hukou", "户籍地", text_up_to(120)),
    Fact("is_at_home", "是否在家", cleaners.clean_flag, choices={"是": "是", "否": "否"}, empty=None),
    _choice("away", "特殊去向", choices=dict(Person.Away.choices)),
    _choice("education", "文化程度", *words.EDUCATION),
    Fact("schooling", "在校生状况", text_up_to(40)),
    Fact("dropout_reason", "失学辍学原因", text_up_to(60)),
    Fact("health", "健康状况", words.clean_health, choices=_words(*words.HEALTH), empty=()),
    _choice("labour", "劳动技能", *words.LABOUR),
)


def facts_of(row: Household | Person) -> Mapping[str, Fact]:
    """The facts by field; of a household also the flags that a workbook brought and we do not know by name, as text."""
    if isinstance(row, Person):
        return PERSON_FACTS
    others = [word for word in row.flags if word not in words.FLAGS]
    return HOUSEHOLD_FACTS | _by_field(*(Fact(FLAG + word, word, text_up_to(40), empty=None) for word in others))


def value_of(row: Household | Person, fact: Fact) -> Any:
    if fact.field.startswith(FLAG):
        return row.flags.get(fact.field.removeprefix(FLAG))  # type: ignore[union-attr]
    return getattr(row, fact.field)


def put(row: Household | Person, fact: Fact, value: Any) -> None:
    """Set the value on the row; an empty one leaves the column empty, a flag unknown."""
    if fact.field.startswith(FLAG):
        flags = {key: one for key, one in row.flags.items() if FLAG + key != fact.field}  # type: ignore[union-attr]
        word = fact.field.removeprefix(FLAG)
        if value is None and word not in words.FLAGS:
            value = ""  # a flag that only a workbook brought stays known by its name
        row.flags = flags if value is None else {**flags, word: value}  # type: ignore[union-attr]
    else:
        setattr(row, fact.field, value if value is not None else list(fact.empty) if fact.empty == () else fact.empty)


def as_text(fact: Fact, value: Any) -> str:
    """The value as people read it, and as the history keeps it; `clean` reads it back."""
    if value in (None, "", [], ()):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str((fact.choices or {}).get(value, value))
