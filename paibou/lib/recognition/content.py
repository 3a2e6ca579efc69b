"""What the cells of a column are like, whatever stands above them."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from paibou.lib.cleaners import Unclean, clean_date, narrow
from paibou.lib.cleaners.places import Places
from paibou.lib.cleaners.text import Cell
from paibou.lib.importing import Looks

_IDENTITY = re.compile(
    r"(?:[1-9][0-9]{14,16}[0-9Xx]{1,4}|[1-9][0-9]{5}[*]+[0-9Xx]*|[1-9](?:\.[0-9]+)?[Ee]\+?1[4-9])"
).fullmatch
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]+(?:[·•.][\u3400-\u9fff]+)+").fullmatch
_PHONE = re.compile(r"(?:\+?86)?1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}").match
_AMOUNT = re.compile(r"[¥￥$]?-?[0-9][0-9,]*(?:\.[0-9]+)?(?:万?元|万)?").fullmatch
_CODE = re.compile(r"[0-9A-Za-z]{2,20}").fullmatch


_FAMILIES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊"
    "纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包"
    "诸左石崔吉龚程邢裴陆荣翁荀羊甄封储靳段富巫乌焦巴谷车侯全班仰秋仲伊宫宁仇甘厉祖武符刘景詹束龙叶幸司黎薄印怀蒲台从索咸籍赖卓"
    "蔺屠蒙池乔阴胥苍闻党翟谭贡劳姬申扶堵冉宰桑桂牛寿边燕冀郏浦尚温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终居衡步都耿满弘匡"
    "国文寇广禄东沃利蔚越师巩聂晁勾敖融冷辛阚那简饶曾沙丰关查后荆红游权盖益桓公肖闫付代邸仝白蓬丛岳帅楚涂操欧阳司马上官诸葛项"
)
_SURNAMES = frozenset(_FAMILIES)


def is_person(cell: Cell) -> bool:
    """Whether a cell is a name that begins as families' names do: what a column is known by without a heading."""
    return is_name(cell) and (narrow(cell)[0] in _SURNAMES or "·" in narrow(cell))


def is_identity(cell: Cell) -> bool:
    """Whether a cell is meant as an identity number, right or wrong."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return 1e14 <= abs(cell) < 1e20
    return isinstance(cell, str) and _IDENTITY(narrow(cell)) is not None


def is_name(cell: Cell) -> bool:
    return isinstance(cell, str) and _NAME(narrow(cell)) is not None


def _is_date(cell: Cell) -> bool:
    if isinstance(cell, date):
        return True
    if not isinstance(cell, str) and not (isinstance(cell, float) and 30_000 < cell < 60_000):
        return False
    try:
        return clean_date(cell) is not None
    except Unclean as no:
        return no.code in {"date.impossible", "date.no_day", "date.ambiguous"}


def _is_amount(cell: Cell) -> bool:
    if isinstance(cell, float | int):
        return not isinstance(cell, bool)
    return isinstance(cell, str) and _AMOUNT(narrow(cell)) is not None


def tests(places: Places) -> dict[Looks, Callable[[Cell], bool]]:
    """Whether one cell is of a look; looks that any text may have are not asked."""
    return {
        Looks.IDENTITY: is_identity,
        Looks.NAME: lambda cell: is_name(cell) and not places.is_village(cell),
        Looks.DATE: _is_date,
        Looks.AMOUNT: _is_amount,
        Looks.COUNT: _is_amount,
        Looks.PHONE: lambda cell: _PHONE(narrow(cell)) is not None,
        Looks.CODE: lambda cell: _CODE(narrow(cell)) is not None,
        Looks.PLACE: places.is_village,
    }


def share(test: Callable[[Cell], bool], cells: Sequence[Cell]) -> float | None:
    """Which part of the cells passes; nothing to say of none."""
    return sum(map(test, cells)) / len(cells) if cells else None
