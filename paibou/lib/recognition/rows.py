"""What one row below a heading is: data, the heading again, or words between and below."""

import re
from collections.abc import Sequence
from enum import Enum

from paibou.lib.cleaners.text import Cell, is_nothing, narrow
from paibou.lib.recognition import content
from paibou.lib.recognition.columns import Block
from paibou.lib.recognition.headings import forms, is_known

_TOTAL = re.compile(r"合计|总计|小计|共计|总和|^累计|^汇总|^平均|^共[0-9]+[人户条个]|^[全本]?[镇县区市村]?共[0-9]")
_NOTE = re.compile(
    r"^[（(]?(填表|制表|填报|填写|审核|审批|复核|负责人|经办|联系人|联系电话|单位|盖章|签字|签名|日期|时间|备注|说明|附|注|主管|分管|站长|报送|打印|导出|第.*页)"
    r".*[:：]|盖章|签字|签章|^注[:：1-9]|^说明|^备注[:：]|以下空白|^以上|填表说明|^附件"
)
_SIGNATURE = re.compile(
    r"(?:单位|部门|科室)?(?:主要|分管)?(?:负责人|领导|填表人?|制表人?|填报人?|审核人?|审批人?|复核人?|经办人|联系人|联系电话|站长"
    r"|签字|盖章|签章|(?:填报|填表|制表)(?:单位|时间|日期))(?:[（(](?:签字|盖章|签章)[)）])?(?:[:：].*)?"
).fullmatch
_FILL_IN = re.compile(r"文本|字符|数字|数值|日期|格式|必填|选填|可不填|下拉|选择").search
_EXAMPLE = re.compile(r"^(示例|样例|例如|例[:：]|举例|范例)")
_NUMBERS = re.compile(r"[（(]?(?:[0-9]{1,2}|[A-Z]{1,2}|[甲乙丙丁戊己庚辛壬癸]|[①-⑳])[)）]?(?:=.*)?").fullmatch


class Sort(Enum):
    DATA = "data"
    HEADING = "heading"
    EXAMPLE = "example"
    WORDS = "words"


def sort_of(cells: Sequence[Cell], block: Block) -> Sort:
    """What the row is. In doubt it is data: then a person sees it with what is missing."""
    filled = [cell for cell in cells if cell not in ("", None)]
    if _is_anchor(_at(cells, block.anchor), block):
        return Sort.EXAMPLE if is_example(filled[0]) else Sort.DATA
    words = [narrow(cell) for cell in filled]
    if all(map(is_nothing, words)) or _is_no_row(words, is_named=_is_named(cells, block)):
        return Sort.WORDS
    if is_example(words[0]):
        return Sort.EXAMPLE
    if is_total(words) or _NOTE.search(words[0]) or any(map(_SIGNATURE, words)):
        return Sort.WORDS
    if _repeats(words, block):
        return Sort.HEADING
    return Sort.DATA if _has_substance(cells, filled, block) else Sort.WORDS


def is_total(words: Sequence[str]) -> bool:
    """Whether a row of narrowed words sums up others."""
    return any(_TOTAL.search(word) for word in words[:3] if len(word) <= 20)


def is_example(cell: Cell) -> bool:
    return isinstance(cell, str) and _EXAMPLE.match(cell.lstrip()) is not None


def _is_no_row(words: Sequence[str], *, is_named: bool) -> bool:
    """Numbers of columns, or what is to be filled in where: 文本, 必填, 18位文本."""
    if len(words) < 3:
        return False
    return (all(map(_NUMBERS, words)) and not is_named) or all(map(_FILL_IN, words))


def _at(cells: Sequence[Cell], index: int | None) -> Cell:
    return cells[index] if index is not None and index < len(cells) else ""


def _is_anchor(cell: Cell, block: Block) -> bool:
    if block.anchor is None:
        return False
    looks = block.table.by_name[block.table.anchor].looks
    if looks == "identity":
        return content.is_identity(cell)
    return looks == "code" and re.fullmatch(r"[0-9]{2,20}[A-Za-z]?", narrow(cell)) is not None


def _is_named(cells: Sequence[Cell], block: Block) -> bool:
    return content.is_name(_at(cells, block.places.get("name")))


def _repeats(words: Sequence[str], block: Block) -> bool:
    """Whether the row says the headings again, in this order or another."""
    headings = {form for heading in block.headings.values() for form in forms(heading.lowest)}
    again = sum(1 for word in words if headings.intersection(forms(word)))
    known = sum(1 for word in words if is_known(word, block.table.columns))
    return max(again, known) >= max(2, len(words) * 0.5)


def _has_substance(cells: Sequence[Cell], filled: Sequence[Cell], block: Block) -> bool:
    if content.is_person(_at(cells, block.places.get("name"))) and isinstance(filled[0], float | int):
        return len(filled) >= 2
    mapped = [index for index in block.columns if _at(cells, index) not in ("", None)]
    if len(filled) < 2 or len(mapped) < 2:
        return False
    if _is_named(cells, block):
        return True
    if any(_NOTE.search(narrow(cell)) for cell in filled):
        return False
    if all(isinstance(cell, float | int) for cell in filled):  # sums without a word before them
        return False
    return len(mapped) >= max(3, len(block.columns) // 2)
