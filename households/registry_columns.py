"""The sheets 户 and 家庭成员 of a registry workbook: their columns, and what follows from a cell."""

from typing import Any

from households import words
from households.facts import HOUSEHOLD_FACTS, PERSON_FACTS, text_up_to
from households.models import Person
from paibou.lib import cleaners, identity
from paibou.lib.cleaners import Cell, narrow
from paibou.lib.importing import Column, Looks, Table
from paibou.lib.pinyin import sort_key

ORDINARY, LIFTED, MONITORED, LIFTED_MONITORED = "ordinary", "lifted", "monitored", "lifted_monitored"
KINDS = {
    "脱贫户": LIFTED, "已脱贫户": LIFTED, "脱贫户（享受政策）": LIFTED, "脱贫户（不享受政策）": LIFTED,
    "脱贫享受政策": LIFTED, "脱贫不享受政策": LIFTED, "稳定脱贫户": LIFTED, "建档立卡户": LIFTED, "建档立卡脱贫户": LIFTED,
    "一般农户": ORDINARY, "一般户": ORDINARY, "普通农户": ORDINARY, "农户": ORDINARY, "非贫困户": ORDINARY, "其他农户": ORDINARY,
    "脱贫不稳定户": LIFTED_MONITORED, "脱贫监测户": LIFTED_MONITORED, "脱贫户、监测对象": LIFTED_MONITORED,
    "脱贫户监测对象": LIFTED_MONITORED, "监测对象": MONITORED, "监测户": MONITORED, "边缘易致贫户": MONITORED, "边缘户": MONITORED,
    "突发严重困难户": MONITORED, "突发户": MONITORED,
}  # fmt: skip
KIND_WORDS = {ORDINARY: "一般农户", LIFTED: "脱贫户", MONITORED: "监测对象", LIFTED_MONITORED: "脱贫户、监测对象"}
_EDUCATION = {"文盲": "文盲半文盲", "半文盲": "文盲半文盲", "文盲或半文盲": "文盲半文盲", "中专": "中职", "职高": "中职",
              "大学专科": "大专", "专科": "大专", "本科": "本科及以上", "大学本科": "本科及以上", "研究生": "本科及以上"}  # fmt: skip


class Certified(str):
    """An identity number read from a disability certificate, with the certificate's category and grade."""

    __slots__ = ("tail",)
    tail: str


def clean_number(cell: Cell) -> str | None:
    """The identity number; of a disability certificate with its last two digits beside it."""
    number = cleaners.clean_identity(cell)
    if number is None or not isinstance(cell, str) or len(cell) < identity.DISABILITY_LENGTH:
        return number
    word = narrow(cell)
    if not identity.disability(word):
        return number
    certified = Certified(number)
    certified.tail = word[identity.LENGTH : identity.DISABILITY_LENGTH]
    return certified


def derive_number(number: str) -> dict[str, str]:
    birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    sex = "male" if identity.is_male(number) else "female"
    return {"number_born_on": birth, "number_sex": sex, "disability": getattr(number, "tail", "")}


def clean_relation(cell: Cell) -> str | None:
    """The relation as it is written; refused where it is none."""
    return narrow(cell) if words.clean_relation(cell) else None


def _health(cell: Cell) -> str | None:
    found = words.clean_health(cell)
    return "、".join(found) if found else None


def _education(cell: Cell) -> str:
    word = narrow(cell)
    return _EDUCATION.get(word, word)


def _household(name: str, label: str, *headings: str, **more: Any) -> Column:
    more.setdefault("clean", HOUSEHOLD_FACTS[name].clean)
    return Column(name, label, headings, **more)


def _person(name: str, label: str, *headings: str, **more: Any) -> Column:
    more.setdefault("clean", PERSON_FACTS[name].clean)
    return Column(name, label, headings, **more)


_NOT_THE_HEAD = "户主|监护人|联系人|帮扶|干部|网格"
_NUMBER = ("户编号", "家庭编号", "户编码", "户籍编号", "家庭户编号", "农户编号")

HOUSEHOLDS = Table(
    "households",
    "户",
    (
        Column("county", "县区", ("县区", "区县", "县", "区")),
        Column("township", "乡镇", ("乡镇", "镇", "乡", "乡（镇）", "乡镇（街道）")),
        Column("village", "村", ("村", "行政村", "村名", "村（社区）", "所属村", "所在村"), looks=Looks.PLACE),
        _household("group", "村民组", "村民组", "组", "村民小组", "小组", "组别"),
        _household("natural_village", "自然村", "自然村", "自然庄", "自然村（组）"),
        Column("number", "户编号", _NUMBER, looks=Looks.CODE, clean=HOUSEHOLD_FACTS["number"].clean, required=True),
        Column("head_name", "户主姓名", ("户主姓名", "户主", "姓名"), looks=Looks.NAME),
        Column(
            "head_number",
            "户主证件号码",
            ("户主证件号码", "户主身份证号", "户主身份证号码", "户主身份证", "户主证件号", "证件号码", "身份证号码"),
            looks=Looks.IDENTITY,
            sealed=True,
            has_digest=True,
        ),
        Column("kind", "户类型", ("户类型", "农户类型", "农户属性", "户属性", "类型"), clean=cleaners.one_of(KINDS, "户类型"), words=KIND_WORDS),
        Column("people", "家庭人口数", ("家庭人口数", "家庭人口", "人口数", "人口", "户人口", "家庭人数"), looks=Looks.COUNT),
        _household(
            "phone", "联系电话", "联系电话", "电话", "手机号码", "联系方式", "户主电话",
            never="帮扶|干部|网格", looks=Looks.PHONE, sealed=True, has_digest=True,
        ),
        _household("bank", "开户银行", "开户银行", "开户行", "银行名称"),
        _household(
            "bank_account", "银行账号", "银行账号", "银行卡号", "账号", "一卡通账号", "一卡通",
            looks=Looks.CODE, sealed=True, has_digest=True,
        ),
        _household("filed_on", "建档时间", "建档时间", "建档日期", "建档立卡时间", looks=Looks.DATE, past=True, clean=None),
        _household("lifted_year", "脱贫年度", "脱贫年度", "脱贫年份", "脱贫时间", looks=Looks.COUNT),
        _household("main_cause", "主要致贫原因", "主要致贫原因", "致贫原因", clean=text_up_to(40)),
        _household("arable_mu", "耕地", "耕地", "耕地面积", "耕地（亩）", "耕地面积（亩）", looks=Looks.AMOUNT),
        _household("forest_mu", "林地", "林地", "林地面积", "林地（亩）", "林地面积（亩）", looks=Looks.AMOUNT),
        _household(
            "housing_m2", "住房面积", "住房面积", "住房面积（平方米）", "住房面积（㎡）", looks=Looks.AMOUNT
        ),
        _household("housing_grade", "危房等级", "危房等级", "房屋等级", "住房等级", clean=text_up_to(20)),
        Column("resettled", "易地搬迁", ("易地搬迁", "是否易地搬迁", "是否易地搬迁户"), looks=Looks.FLAG),
        Column("martyrs", "军烈属", ("军烈属", "是否军烈属"), looks=Looks.FLAG),
        Column("two_daughters", "双女户", ("双女户", "是否双女户"), looks=Looks.FLAG),
        Column("cooperative", "加入合作社", ("加入合作社", "是否加入合作社", "是否加入农民专业合作组织"), looks=Looks.FLAG),
        Column("all_away", "整户外出", ("整户外出", "是否整户外出"), looks=Looks.FLAG),
        Column("only_child", "独生子女户", ("独生子女户", "是否独生子女户"), looks=Looks.FLAG),
        Column("unsafe_house", "危房户", ("危房户", "是否危房户"), looks=Looks.FLAG),
        Column("other_flags", "其他“是否”列"),
    ),
    keeps_rest="other_flags",
    rest_of="^是否.{1,30}$",
    rest_length=40,  # what a page takes
    anchor="number",
    is_heading=lambda found: "number" in found and "relation" not in found and bool(found & {"head_name", "kind", "people"}),
)  # fmt: skip
FLAG_COLUMNS = {
    "resettled": "易地搬迁",
    "martyrs": "军烈属",
    "two_daughters": "双女户",
    "cooperative": "加入合作社",
    "all_away": "整户外出",
    "only_child": "独生子女户",
    "unsafe_house": "危房户",
}
MEMBERS = Table(
    "members",
    "家庭成员",
    (
        Column("household_number", "户编号", _NUMBER, looks=Looks.CODE, required=True),
        _person(
            "name", "姓名", "姓名", "成员姓名", "家庭成员姓名", "人员姓名",
            never=_NOT_THE_HEAD, looks=Looks.NAME, clean=None, required=True,
            derive=lambda name: {"name_sort": sort_key(name)}, derives=(("name_sort", "text"),),
        ),
        _person(
            "id_number", "证件号码", "证件号码", "身份证号码", "身份证号", "身份证", "公民身份号码", "证件号", "成员证件号码",
            pattern="身份证|证件号", never=f"{_NOT_THE_HEAD}|类型", looks=Looks.IDENTITY, clean=clean_number,
            sealed=True, has_digest=True, derive=derive_number,
            derives=(("number_born_on", "date"), ("number_sex", "text"), ("disability", "text")),
        ),
        _person("no_id_reason", "无证件原因", "无证件原因", "无证件号码原因"),
        Column(
            "relation", "与户主关系", ("与户主关系", "与户主的关系", "关系", "家庭关系"), clean=clean_relation,
            derive=lambda word: {"relation_word": words.RELATION_OF[word]}, derives=(("relation_word", "text"),),
        ),
        Column("sex", "性别", ("性别",), clean=PERSON_FACTS["sex"].clean, words=dict(Person.Sex.choices)),
        Column("born_on", "出生日期", ("出生日期", "出生年月", "出生年月日", "出生时间"), looks=Looks.DATE, past=True),
        _person("number", "人编号", "人编号", "人员编号", "家庭成员编号", looks=Looks.CODE),
        _person("ethnicity", "民族", "民族"),
        _person("political", "政治面貌", "政治面貌"),
        _person("hukou", "户籍地", "户籍地", "户籍所在地", "户籍地址"),
        _person("education", "文化程度", "文化程度", "学历", clean=text_up_to(20, _education)),
        _person("schooling", "在校生状况", "在校生状况", "在校生情况", "在校状况"),
        _person("dropout_reason", "失学辍学原因", "失学辍学原因", "失学或辍学原因"),
        _person("health", "健康状况", "健康状况", "身体状况", clean=_health),
        _person("labour", "劳动技能", "劳动技能", "劳动能力", clean=text_up_to(20)),
        _person("phone", "电话", "联系电话", "电话", "手机号码", never=_NOT_THE_HEAD, looks=Looks.PHONE, sealed=True, has_digest=True),
    ),
    anchor="household_number",
    is_heading=lambda found: {"household_number", "name"} <= found and bool(found & {"relation", "id_number"}),
    has_place=False,
)  # fmt: skip
