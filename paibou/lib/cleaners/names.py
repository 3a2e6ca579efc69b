"""Names of people: spaces inside a Chinese name are lay-out, dots inside a minority name are one sign."""

import re

from paibou.lib.cleaners.text import LONGEST_WORD, Cell, is_nothing, narrow, shortened, tidy
from paibou.lib.cleaners.unclean import Unclean

_USUAL = re.compile(r"[\u4e00-\u9fff]{2,4}").fullmatch
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3007"
_NAME = re.compile(rf"[{_HAN}]+(·[{_HAN}]+)*|[A-Za-z][A-Za-z .'\-]*").fullmatch
_DOTS = re.compile(r"[.·•・‧∙⋅●。．]")
_REMARK = re.compile(r"[（(〔【\[][^）)〕】\]]*[）)〕】\]]")
LONGEST = 40


def clean_name(cell: Cell) -> str | None:
    """A person's name, or None. Remarks in brackets (已故, 户主) are no part of it."""
    if type(cell) is str and _USUAL(cell) and "某" not in cell:
        return cell
    if cell is None or cell == "":
        return None
    name = _REMARK.sub("", tidy(cell)[:LONGEST_WORD]).strip()
    if not name.isascii():
        name = _DOTS.sub("·", narrow(name)).strip("·、,，;；")
    if is_nothing(name):
        return None
    if "*" in name or "?" in name or "＊" in name or "某" in name[1:] or "×" in name:
        raise Unclean("name.masked", f"“{shortened(name)}”不是完整的姓名，请补全")
    if not _NAME(name) or len(name) > LONGEST:
        raise Unclean("name.unreadable", f"“{shortened(name)}”不像姓名，请核对")
    return name
