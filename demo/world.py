"""What the writers of one township share: its tables, its clock, its people with accounts."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from demo.clock import Clock
from demo.copying import Tables
from demo.people import House, Someone


@dataclass
class World:
    seed: int
    index: int
    code: str
    name: str
    villages: dict[str, str]
    clock: Clock
    tables: Tables = field(default_factory=Tables)
    users: dict[str, int] = field(default_factory=dict)  # "station", "helper", …, and "officer:<village code>"
    officers: dict[str, str] = field(default_factory=dict)  # village code → name
    houses: list[House] = field(default_factory=list)
    helped: list[House] = field(default_factory=list)  # those of the helper whose login is known

    def rng(self, part: str) -> random.Random:
        """The same numbers for the same part of the same township, whatever else was drawn."""
        return random.Random(f"{self.seed}:{self.index}:{part}")  # noqa: S311 -- a demonstration

    @property
    def padded(self) -> str:
        return f"{self.code}000"

    @property
    def known_village(self) -> str:
        """The fifth: the logins of its officer and of a helper there are known."""
        return list(self.villages)[4]

    def officer(self, village: str) -> int:
        return self.users[f"officer:{village}"]

    def has(self, day: date | None) -> bool:
        return self.clock.has(day)

    def add(self, model: Any, **values: Any) -> int:
        return self.tables[model].add(**values)

    def add_dated(
        self,
        model: Any,
        *,
        since: date,
        until: date | None,
        written: datetime,
        ended: datetime | None,
        ending: dict[str, Any] | None = None,
        **values: Any,
    ) -> None:
        """A dated row as people write it: first open, and when its end becomes known, withdrawn for one with an end."""
        if not self.has(since):
            return
        ends = self.has(until) and ended is not None and ended <= self.clock.now
        if not ends:
            self.add(model, valid_from=since, recorded_at=written, **values)
            return
        assert ended
        if ended > written:
            self.add(model, valid_from=since, recorded_at=written, withdrawn_at=ended, **values)
        self.add(model, valid_from=since, valid_to=until, recorded_at=max(written, ended), **values, **(ending or {}))


def uid(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


@dataclass
class Found:
    """A person and the household he is in on a day."""

    person: Someone
    house: House
