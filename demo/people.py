"""Households of a township and the lives of their people, drawn whole; what lies after the last day is cut off later."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.clock import ANCHOR, FIRST, HORIZON
from demo.names import Numbers, given, phone, surname

YEAR = 365.25
HEAD, SPOUSE, SON, DAUGHTER, SON_WIFE, GRANDCHILD, PARENT = (
    "head",
    "spouse",
    "son",
    "daughter",
    "wife",
    "grand",
    "parent",
)
KINDS = ("elder", "elders", "young", "three", "grown", "lone", "left_behind")
WEIGHTS = (10, 17, 25, 33, 10, 3, 2)


@dataclass(slots=True, eq=False)
class Someone:
    """A person; `role` is what he is to the household's first head."""

    name: str
    male: bool
    born: date
    role: str
    number: str
    died: date | None = None
    phone: str = ""
    key: int = 0
    stays: list["Stay"] = field(default_factory=list)

    def age(self, day: date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(slots=True, eq=False)
class Stay:
    """One person in one household over `[since, until)`."""

    person: Someone
    since: date
    until: date | None = None
    joined: str = "supplement"
    left: str = ""
    house: "House | None" = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or self.until > day)


@dataclass(slots=True, eq=False)
class House:
    village: str
    serial: int
    kind: str
    opened: date
    stays: list[Stay] = field(default_factory=list)
    closed: date | None = None
    close_reason: str = ""
    predecessor: "House | None" = None
    group: int = 1
    family: str = ""
    natural: str = ""
    phone: str = ""
    key: int = 0
    lifted: date | None = None  # on file as 脱贫户 from that day
    monitored: date | None = None
    monitored_until: date | None = None
    flags: dict[str, bool] = field(default_factory=dict)

    def members(self, day: date) -> list[Stay]:
        return [stay for stay in self.stays if stay.holds(day)]

    def size(self, day: date) -> int:
        return sum(stay.holds(day) for stay in self.stays)

    def is_quiet(self) -> bool:
        """Nobody came or went from before the first case until the report's last day."""
        early = date(2018, 1, 1)
        return all(stay.since <= early and (stay.until is None or stay.until > ANCHOR) for stay in self.stays)

    def is_open(self, day: date) -> bool:
        return self.opened <= day and (self.closed is None or self.closed > day)

    def head(self, day: date) -> Stay | None:
        """The head on a day, or the last one of a household that is gone."""
        here = self.members(day) or ([max(self.stays, key=_last_day)] if self.stays else [])
        return min(here, key=lambda stay: (_RANK[stay.person.role], stay.person.born), default=None)

    def can_work(self, day: date) -> bool:
        return any(16 <= stay.person.age(day) < 60 for stay in self.members(day))


_RANK = {HEAD: 0, SPOUSE: 1, SON: 2, DAUGHTER: 3, SON_WIFE: 4, PARENT: 5, GRANDCHILD: 6}
_AS_OF_HEAD = {  # what people are to a head who is not the first one
    HEAD: {SPOUSE: "配偶", SON: "子", DAUGHTER: "女", SON_WIFE: "儿媳", GRANDCHILD: "孙子女", PARENT: "父母"},
    SPOUSE: {SON: "子", DAUGHTER: "女", SON_WIFE: "儿媳", GRANDCHILD: "孙子女", PARENT: "公婆"},
    SON: {SPOUSE: "父母", SON: "兄弟姐妹", DAUGHTER: "兄弟姐妹", SON_WIFE: "配偶", GRANDCHILD: "子", PARENT: "祖父母"},
    DAUGHTER: {SPOUSE: "父母", SON: "兄弟姐妹", DAUGHTER: "兄弟姐妹", PARENT: "祖父母"},
    SON_WIFE: {GRANDCHILD: "子", PARENT: "其他"},
    PARENT: {SON: "孙子女", DAUGHTER: "孙子女", GRANDCHILD: "其他"},
    GRANDCHILD: {GRANDCHILD: "兄弟姐妹"},
}


def relation(person: Someone, head: Someone) -> str:
    """与户主关系 on a day when `head` is the head."""
    if person is head:
        return "户主"
    word = _AS_OF_HEAD[head.role].get(person.role, "其他")
    return "女" if word == "子" and not person.male else word


def _last_day(stay: Stay) -> date:
    return stay.until or date.max


@dataclass
class Village:
    """Draws the households of one village."""

    code: str
    rng: random.Random
    numbers: Numbers
    places: tuple[str, ...]

    def household(self, serial: int) -> House:
        rng = self.rng
        kind = rng.choices(KINDS, WEIGHTS)[0]
        house = House(
            self.code, serial, kind, date(2018, 1, 1), group=1 + rng.randrange(14), natural=rng.choice(self.places)
        )
        house.family = surname(rng)
        getattr(self, f"_{kind}")(house, house.family)
        self._live(house)
        house.phone = next((s.person.phone for s in house.stays if s.person.phone), "")
        return house

    def someone(
        self, house: House, role: str, male: bool, years: float, family: str = "", day: date = FIRST
    ) -> Someone:
        """A new person of about `years` years on the day, who is a member from the household's opening on."""
        born = day - timedelta(days=int(years * YEAR) + self.rng.randrange(360))
        born, number = self.numbers.give(born, male)
        person = Someone((family or surname(self.rng)) + given(self.rng, male, born), male, born, role, number)
        if 15 < years < 78 and self.rng.random() < 0.7:
            person.phone = phone(self.rng)
        joined = "birth" if born > house.opened else "supplement"
        self._stay(house, person, max(born, house.opened), joined)
        return person

    def _stay(self, house: House, person: Someone, since: date, joined: str) -> Stay:
        stay = Stay(person, since, joined=joined, house=house)
        person.stays.append(stay)
        house.stays.append(stay)
        return stay

    def _couple(self, house: House, family: str, low: float, high: float) -> float:
        years = self.rng.uniform(low, high)
        head_is_male = self.rng.random() < 0.9
        self.someone(house, HEAD, head_is_male, years, family)
        self.someone(house, SPOUSE, not head_is_male, max(21.0, years - self.rng.uniform(-2, 5)))
        return years

    def _children(self, house: House, family: str, oldest: float, counts: tuple[int, ...]) -> None:
        years = oldest
        for _ in range(self.rng.choice(counts)):
            male = self.rng.random() < 0.53
            self.someone(house, SON if male else DAUGHTER, male, max(0.0, years), family)
            years -= self.rng.uniform(1.6, 6)
            if years < 0:
                break

    def _elder(self, house: House, family: str) -> None:
        self.someone(house, HEAD, self.rng.random() < 0.62, self.rng.uniform(61, 86), family)

    def _elders(self, house: House, family: str) -> None:
        self._couple(house, family, 59, 82)

    def _young(self, house: House, family: str) -> None:
        years = self._couple(house, family, 28, 48)
        self._children(house, family, min(years - 23, self.rng.uniform(3, 20)), (1, 1, 2, 2, 3))

    def _three(self, house: House, family: str) -> None:
        rng = self.rng
        years = self._couple(house, family, 46, 62)
        oldest = years - rng.uniform(21, 25)
        self.someone(house, SON, True, oldest, family)
        if oldest > 23 and rng.random() < 0.7:
            self.someone(house, SON_WIFE, False, max(21.0, oldest - rng.uniform(-1, 4)))
            for number in range(rng.choice((0, 1, 1, 2))):
                age = min(oldest - 22, rng.uniform(3.5, 14)) - 2.5 * number
                if age > 0:
                    self.someone(house, GRANDCHILD, rng.random() < 0.52, age, family)
        elif rng.random() < 0.5:
            self.someone(house, DAUGHTER, False, max(3.0, oldest - rng.uniform(2, 8)), family)
        if rng.random() < 0.4:
            self.someone(house, PARENT, rng.random() < 0.4, min(93.0, years + rng.uniform(20, 27)), family)

    def _grown(self, house: House, family: str) -> None:
        years = self._couple(house, family, 47, 60)
        self._children(house, family, years - 24, (1, 1, 1, 2))

    def _lone(self, house: House, family: str) -> None:
        years = self.rng.uniform(33, 50)
        self.someone(house, HEAD, self.rng.random() < 0.6, years, family)
        self._children(house, family, years - 24, (1, 1, 2))

    def _left_behind(self, house: House, family: str) -> None:
        years = self._couple(house, family, 60, 72)
        for _ in range(self.rng.choice((1, 1, 2))):
            self.someone(house, GRANDCHILD, self.rng.random() < 0.5, min(years - 45, self.rng.uniform(3.5, 16)), family)

    # --- what happens later ---
    def _live(self, house: House) -> None:
        for stay in list(house.stays):
            self._die(stay)
        self._marry(house)
        self._have_children(house)
        for stay in house.stays:
            self._go(stay)
        close_when_empty(house)

    def _die(self, stay: Stay) -> None:
        years = (FIRST - stay.person.born).days / YEAR + 2
        hazard = (
            0.0006 if years < 45 else 0.003 if years < 60 else 0.012 if years < 70 else 0.04 if years < 80 else 0.095
        )
        wait = self.rng.expovariate(hazard)
        if wait < HORIZON:
            stay.person.died = stay.until = FIRST + timedelta(days=1 + int(wait * YEAR))
            stay.left = "death"

    def _marry(self, house: House) -> None:
        rng = self.rng
        if any(stay.person.role == SON_WIFE for stay in house.stays):
            return
        for stay in list(house.stays):
            person = stay.person
            if person.role not in (SON, DAUGHTER) or not 20 <= person.age(FIRST) <= 36:
                continue
            wait = rng.expovariate(0.06 if person.role == SON else 0.09)
            day = FIRST + timedelta(days=5 + int(wait * YEAR))
            if wait > HORIZON or (stay.until and stay.until <= day):
                continue
            if person.role == DAUGHTER:
                stay.until, stay.left, person.died = day, "marriage", None
                continue
            wife = self.someone(house, SON_WIFE, False, max(21.0, person.age(day) - rng.uniform(-1, 4)), day=day)
            wife.stays[0].since, wife.stays[0].joined = day, "marriage"
            return

    def _have_children(self, house: House) -> None:
        rng = self.rng
        mothers = [s for s in house.stays if not s.person.male and s.person.role in (HEAD, SPOUSE, SON_WIFE)]
        for stay in mothers:
            age = stay.person.age(FIRST)
            if not 20 <= age <= 37:
                continue
            wait = rng.expovariate(0.11 if age < 33 else 0.04)
            day = max(FIRST, stay.since) + timedelta(days=300 + int(wait * YEAR))
            if wait > HORIZON or (stay.until and stay.until <= day):
                continue
            child = GRANDCHILD if stay.person.role == SON_WIFE else rng.choice((SON, DAUGHTER))
            male = child == SON or (child == GRANDCHILD and rng.random() < 0.52)
            born, number = self.numbers.give(day, male)
            self._stay(house, Someone(house.family + given(rng, male, born), male, born, child, number), born, "birth")

    def _go(self, stay: Stay) -> None:
        rng = self.rng
        if stay.left or stay.person.role == HEAD or rng.random() > 0.035:
            return
        day = stay.since + timedelta(days=60) if stay.since > FIRST else FIRST
        stay.until = day + timedelta(days=rng.randrange(30, int(HORIZON * YEAR)))
        stay.left = rng.choices(("moved_out", "imprisoned", "lost", "other"), (88, 5, 3, 4))[0]


def close_when_empty(house: House) -> None:
    """A household of which nobody is left is closed that day."""
    ends = [stay.until for stay in house.stays]
    if ends and all(ends):
        house.closed = max(end for end in ends if end)
        house.close_reason = "整户自然减少"
    else:
        house.closed, house.close_reason = None, ""


def split(house: House, day: date, serial: int) -> House | None:
    """分户: son, wife and their children leave for a household of their own; nothing where they cannot."""
    leaving = [s for s in house.members(day) if s.person.role in (SON, SON_WIFE, GRANDCHILD)]
    if not any(s.person.role == SON_WIFE for s in leaving) or any(s.since >= day for s in house.stays):
        return None
    new = House(house.village, serial, "young", day, predecessor=house, group=house.group, natural=house.natural)
    for stay in leaving:
        later = Stay(stay.person, day, stay.until, "split", stay.left, new)
        stay.until, stay.left = day, "split"
        stay.person.stays.append(later)
        new.stays.append(later)
        stay.person.role = {SON: HEAD, SON_WIFE: SPOUSE, GRANDCHILD: SON if stay.person.male else DAUGHTER}[
            stay.person.role
        ]
    new.phone = next((s.person.phone for s in new.stays if s.person.phone), "")
    close_when_empty(house)
    close_when_empty(new)
    return new


def move(house: House, day: date, serial: int, village: str) -> House | None:
    """迁居: the whole household is closed here and opened in another village of the township, with its predecessor."""
    staying = house.members(day)
    if not staying or any(s.since >= day for s in house.stays):
        return None
    new = House(village, serial, house.kind, day, predecessor=house, group=1 + serial % 9, natural=house.natural)
    for stay in staying:
        later = Stay(stay.person, day, stay.until, "moved_in", stay.left, new)
        stay.until, stay.left = day, "moved_out"
        stay.person.stays.append(later)
        new.stays.append(later)
    new.phone = house.phone
    house.closed, house.close_reason = day, "迁到本镇另一村"
    close_when_empty(new)
    return new
