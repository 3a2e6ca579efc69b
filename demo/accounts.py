"""Divisions of a township, and people with accounts: one known login for each role, one officer for each village."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password

from accounts.models import Division, DivisionName, Grant, User
from demo.clock import FIRST, at
from demo.names import phone
from demo.world import World
from paibou.lib import division

PASSWORD = "paibou-2025"  # noqa: S105 -- of invented people; the address is this machine's own
NOBODY = "!"  # no password fits
FILE = Path(__file__).parent / "data" / "villages.csv"
TOWNS = "云溪石门松塘龙泉清河白沙双桥竹岭梅街桃坡"
VILLAGES = ("东山", "西岭", "南塘", "北港", "新桥", "老街", "高岭", "平湖", "石桥", "杨柳")
TOWNSHIP, VILLAGE = 9, 12  # digits
FORMER = ("丰收村", "红庙村", date(2019, 6, 1))


@dataclass(frozen=True)
class Login:
    """One person's login: what the start-up prints."""

    role: str
    label: str
    username: str
    name: str
    password: str = PASSWORD


_PEOPLE = (  # role, username, name, post; for further townships the username bears the township's number
    ("station", "zhoumin", "周敏", "站长"),
    ("town_cadre", "wangjun", "王军", "包村干部"),
    ("village_officer", "heguiying", "何桂英", "乡村振兴专干"),
    ("resident_team", "liuyang", "刘洋", "驻村工作队队长"),
    ("grid_worker", "chenfang", "陈芳", "网格员"),
    ("helper", "zhangwei", "张伟", "帮扶联系人"),
    ("district_reader", "sunli", "孙丽", "区乡村振兴局"),
    ("administrator", "guanli", "吴海", "系统管理员"),
)


def logins(index: int = 0) -> list[Login]:
    """The logins of a township's demonstration, one for each role."""
    labels = dict(User.Role.choices)
    return [Login(role, labels[role], _username(name, index), person) for role, name, person, _ in _PEOPLE]


def _username(name: str, index: int) -> str:
    return f"{name}{index + 1}" if index else name


def places(index: int) -> tuple[list[tuple[str, str]], str, str, dict[str, str]]:
    """What lies above a township, its code, its name, its villages: of the workbook, or invented below 99."""
    if index == 0:
        with FILE.open(encoding="utf-8", newline="") as lines:
            rows = [(row["区划代码"], row["名称"]) for row in csv.DictReader(lines)]
        above = [row for row in rows if len(row[0]) < TOWNSHIP]
        code, name = next(row for row in rows if len(row[0]) == TOWNSHIP)
        return above, code, name, {code: name for code, name in rows if len(code) == VILLAGE}
    city, county, town = index // 100 % 99 + 1, index // 10 % 10 + 1, 100 + index % 10
    prefix = f"99{city:02}{county:02}"
    above = [("99", "示例省"), (prefix[:4], f"示例{city}市"), (prefix, f"示例{county}区")]
    code = f"{prefix}{town}"
    name = TOWNS[index % 10 * 2 :][:2] + "镇"
    return above, code, name, {f"{code}{200 + n}": f"{word}村" for n, word in enumerate(VILLAGES)}


class Accounts:
    """Writes divisions, users and grants."""

    def __init__(self, world: World, above: list[tuple[str, str]]) -> None:
        self.world, self.above = world, above
        self.rng = world.rng("accounts")
        self.password = make_password(PASSWORD)

    def write(self) -> None:
        self._divisions()
        villages = list(self.world.villages)
        places = {
            "station": [self.world.code],
            "town_cadre": villages[2:5],
            "village_officer": [self.world.known_village],
            "resident_team": villages[1:2],
            "grid_worker": [self.world.known_village],
            "helper": [],
            "district_reader": [self.world.code[:6]],
            "administrator": [self.world.code],
        }
        for role, username, name, post in _PEOPLE:
            self.world.users[role] = self._user(_username(username, self.world.index), name, role, post, places[role])
        for number, code in enumerate(villages):
            self._officer(number, code)

    def _officer(self, number: int, village: str) -> None:
        if village == self.world.known_village:
            self.world.users[f"officer:{village}"] = self.world.users["village_officer"]
            self.world.officers[village] = "何桂英"
            return
        name = ("程友明", "胡建平", "方永红", "汪秀兰", "", "苏国庆", "钱志强", "叶小红", "朱德华", "江美华")[
            number % 10
        ]
        username = f"cun{village}"
        self.world.users[f"officer:{village}"] = self._user(
            username, name, "village_officer", "乡村振兴专干", [village], password=NOBODY
        )
        self.world.officers[village] = name

    def _divisions(self) -> None:
        known = dict(Division.objects.values_list("code", "pk"))
        world = self.world
        rows = [*self.above, (world.code, world.name), *world.villages.items()]
        for code, name in sorted(rows):
            if code not in known:
                known[code] = world.add(
                    Division, code=code, level=len(code), name=name, parent_id=known.get(division.parent(code))
                )
            if (world.index, name) == (0, FORMER[0]):
                former = {"division_id": known[code], "name": FORMER[1], "valid_from": date(2004, 3, 1)}
                world.add(DivisionName, valid_to=FORMER[2], recorded_at=at(FIRST + timedelta(days=3), 9), **former)

    def _user(
        self, username: str, name: str, role: str, post: str, prefixes: list[str], password: str | None = None
    ) -> int:
        world = self.world
        key = world.add(
            User,
            username=username,
            name=name,
            role=role,
            post=post,
            phone=phone(self.rng),
            password=password or self.password,
            must_change_password=False,
            village_code=division.pad(prefixes[0] if prefixes else world.code),
            is_active=True,
            date_joined=at(FIRST + timedelta(days=3), 8),
        )
        for prefix in prefixes:
            world.add(Grant, user_id=key, prefix=prefix, valid_from=FIRST)
        return key

    def name_households(self, keys: list[int]) -> None:
        """The helper's households, by name."""
        for key in keys:
            self.world.add(Grant, user_id=self.world.users["helper"], household_id=key, valid_from=FIRST)
