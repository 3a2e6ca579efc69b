"""Villages as people write them: short, long, with the township before it or the group behind it."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from paibou.lib import division
from paibou.lib.cleaners.text import Cell, is_nothing, narrow, shortened
from paibou.lib.cleaners.unclean import Unclean

_OFFICE = re.compile(r"(村民委员会|居民委员会|社区居委会|村委会|居委会|社区|行政村|村民?|居)$")
_BEHIND = r"(?:村民委员会|居民委员会|社区居委会|村委会|居委会|社区|行政村|村|居)"
_GROUP = re.compile(r"[第]?[0-9一二三四五六七八九十]+(?:村民)?(?:组|队|社|号).*").fullmatch
_HALL = re.compile(r"(?:人民政府|政府|办事处|党委)$")
_COUNTED = re.compile(r"^[0-9]{1,3}[.、\-_]*(?=[\u4e00-\u9fff])")
_PARTS = re.compile(r"[\-_/、,·>|]").split
_UNIT = re.compile(r"(?:省|市|区|县|镇|乡|街道)$").search
_ELSEWHERE = re.compile(r"[\u4e00-\u9fff]{1,8}(?:省|市|区|县|镇|乡|街道)").match


def _outside() -> Unclean:
    return Unclean("village.outside", "不属于本镇")


class _Unknown(Exception):
    """A name of no village: what it may have meant is looked for when somebody is told, not for each cell that is tried."""

    def __init__(self, name: str, codes: set[str]) -> None:
        self.name, self.codes = name, codes


@dataclass(frozen=True)
class Place:
    """A division by one of its names. A village that was closed stands here with its successor's code."""

    code: str
    name: str


def stem(name: str) -> str:
    """The name without what every village's name may end in: 穿山村委会 → 穿山."""
    return _OFFICE.sub("", name) or name


class Places:
    """What names mean to somebody who holds certain prefixes."""

    def __init__(self, places: Iterable[Place], prefixes: Iterable[str]) -> None:
        self._prefixes = tuple(prefixes)
        self._above: dict[str, set[str]] = defaultdict(set)  # townships and all above them, by name and stem
        self._villages: dict[str, set[str]] = defaultdict(set)
        self._known: dict[tuple[str, str, str], str | Unclean | _Unknown | None] = {}
        for place in places:
            if len(place.code) == division.FULL:
                self._villages[place.name].add(place.code)
                self._villages[stem(place.name)].add(place.code)
            else:
                self._above[place.name].add(place.code)
                if len(place.code) > 4 and len(place.name) > 2:
                    self._above[re.sub(r"(镇|乡|街道|区|县|市)$", "", place.name)].add(place.code)
        self._ancestors = sorted((name for name in self._above if _ELSEWHERE(name)), key=len, reverse=True)
        names = "|".join(map(re.escape, sorted(self._villages, key=len, reverse=True)))
        self._begins = re.compile(rf"({names}){_BEHIND}").match if names else None

    def locate(self, village: object, township: object = "", county: object = "") -> str | None:
        """The 12-digit code of the village; None where none is named. `Unclean`: unknown, or beyond the prefixes."""
        key = (str(village or ""), str(township or ""), str(county or ""))
        found = self._found(key)
        if isinstance(found, _Unknown):
            found = self._known[key] = Unclean("village.unknown", self._unknown(found.name, found.codes))
        if isinstance(found, Unclean):
            raise Unclean(found.code, found.sentence)
        return found

    def is_village(self, text: object) -> bool:
        """Whether a text alone names one village the user may reach."""
        return isinstance(self._found((str(text or ""), "", "")), str)

    def _found(self, key: tuple[str, str, str]) -> "str | Unclean | _Unknown | None":
        if key not in self._known:
            try:
                self._known[key] = self._locate(*(narrow(word) for word in key))
            except (Unclean, _Unknown) as no:
                self._known[key] = no
        return self._known[key]

    def named_in(self, text: Cell) -> str | None:
        """The code of the one village whose whole name stands in a text: a sheet's name, a title, an address."""
        word = narrow(text)
        named = {word, stem(word)} & set(self._villages)
        if not named:
            held = {name for name in self._villages if name.endswith(("村", "社区")) and self._holds(word, name)}
            named = {name for name in held if not any(name != other and name in other for other in held)}
        codes = set().union(*(self._villages[name] for name in named)) or self._behind_names(word)
        inside = {code for code in codes if code.startswith(self._prefixes)}
        return inside.pop() if len(inside) == 1 and len(codes) == 1 else None

    def _holds(self, word: str, name: str) -> bool:
        """Whether a village's name stands in a text, and not behind another township's: 龙泉镇竹溪村."""
        before, found, _ = word.partition(name)
        return bool(found) and (not _UNIT(before) or before.endswith(tuple(self._ancestors)))

    def _behind_names(self, word: str) -> set[str]:
        """The villages of a short name behind those of our province, city, county or township: 贵池区牌楼镇兰山."""
        try:
            rest, named = self._strip(word)
        except Unclean:
            return set()
        return self._named(rest) if named and rest else set()

    def _locate(self, village: str, township: str, county: str) -> str | None:
        codes = self._allowed(county, township)
        if is_nothing(village):
            return None
        if village.isdigit() and len(village) in division.LEVELS:
            return self._by_code(village)
        rest, named = self._strip(_COUNTED.sub("", village))
        if named is not None:
            codes = self._both(codes, named)
        if not rest or rest in {name for name, found in self._above.items() if len(name) > 2 and found & codes}:
            return None
        return self._choose(rest, codes)

    def _allowed(self, county: str, township: str) -> set[str]:
        """The divisions that the row's own columns leave open; refused when that is none of the user's."""
        codes = set(self._prefixes)
        for word in (county, township):
            rest, named = self._strip(_HALL.sub("", word))
            if rest and not is_nothing(rest):
                found = self._above.get(rest) or {code[:9] for code in self._villages.get(rest, ())}
                named = found if named is None else self._both(named, found)
            if named is not None:
                codes = self._both(codes, named)
        return codes

    @staticmethod
    def _both(one: set[str], other: set[str]) -> set[str]:
        """The narrower of each pair of prefixes that lie on one line; refused when none do."""
        met = {max(a, b, key=len) for a in one for b in other if a.startswith(b) or b.startswith(a)}
        if not met:
            raise _outside()
        return met

    def _strip(self, text: str) -> tuple[str, set[str] | None]:
        """The text behind the names of province, city, county, township, and the divisions these named."""
        named: set[str] | None = None
        stripped = True
        while stripped and text:
            stripped = False
            for name in self._ancestors:
                if text.startswith(name):
                    text, stripped = text[len(name) :], True
                    named = self._above[name] if named is None else self._both(named, self._above[name])
                    break
        return text, named

    def _by_code(self, code: str) -> str | None:
        if not any(code.startswith(prefix) for prefix in self._prefixes):
            raise _outside()
        if len(code) < division.FULL or code.endswith("000"):
            return None
        if not any(code in codes for codes in self._villages.values()):
            raise Unclean("village.unknown", f"没有代码是 {code} 的村")
        return code

    def _choose(self, name: str, codes: set[str]) -> str:
        found = self._named(name)
        if not found:
            if _ELSEWHERE(name) and name not in self._villages:
                raise _outside()
            raise _Unknown(name, codes)
        inside = {code for code in found if any(code.startswith(prefix) for prefix in codes)}
        if not inside:
            raise _outside()
        if len(inside) > 1:
            raise Unclean(
                "village.ambiguous",
                f"有 {len(inside)} 个村叫“{shortened(name)}”，请写明乡镇",
            )
        return inside.pop()

    def _named(self, name: str) -> set[str]:
        if found := self._villages.get(name) or self._villages.get(stem(name)):
            return found
        if self._begins and (begun := self._begins(name)):
            return self._villages[begun[1]]
        for length in range(len(name) - 1, 0, -1):
            if name[:length] in self._villages and _GROUP(name[length:]):
                return self._villages[name[:length]]
        return self._named_by_part(name)

    def _named_by_part(self, name: str) -> set[str]:
        """竹溪-红庙组, and 牌楼竹溪村 where the township's name lacks what it is."""
        first = _PARTS(name)[0]
        if first != name and (found := self._villages.get(first) or self._villages.get(stem(first))):
            return found
        for above, codes in self._above.items():
            if len(above) > 1 and name.startswith(above):
                found = self._villages.get(name[len(above) :], set())
                if within := {code for code in found if code.startswith(tuple(codes))}:
                    return within
        return set()

    def _unknown(self, name: str, codes: set[str]) -> str:
        full = [
            village
            for village, found in self._villages.items()
            if village.endswith(("村", "社区")) and any(code.startswith(prefix) for code in found for prefix in codes)
        ]
        near = difflib.get_close_matches(name, full, n=1, cutoff=0.5)
        return f"没有叫“{shortened(name)}”的村" + (f"；是不是{near[0]}？" if near else "，请核对")
