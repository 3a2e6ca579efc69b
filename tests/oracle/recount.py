"""The figures counted again in plain Python, from the same rows, by the words of their 口径 and nothing of their code.

On-file people are counted from memberships and registrations, so that the spells derived from these are tried too.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from households.models import Membership, Registration
from monitoring.models import Alert, CaseEvent, CaseEventMember

Row = dict[str, Any]
MEDICAL = ("city_medical", "district_medical")


class Recount:
    """The rows of a division as known at an instant, and each figure counted from them in loops."""

    def __init__(self, prefix: str, known_at: datetime, *, counted_by: str = "approved") -> None:
        self.counted_by = counted_by
        self.memberships, self.registrations, self.alerts, self.events, self.members = (
            [row for row in model.objects.values() if row["village_code"].startswith(prefix) and _known(row, known_at)]
            for model in (Membership, Registration, Alert, CaseEvent, CaseEventMember)
        )

    def value(self, slug: str, start: date | None, day: date) -> int:
        """`day` is the last day, included."""
        return FIGURES[slug](self, start, day)

    # --- on a day ---
    def households_on_file(self, kind: str, day: date) -> set[int]:
        on_file = {row["household_id"] for row in self.registrations if row["kind"] == kind and _holds(row, day)}
        if kind == "monitored" and self.counted_by != "approved":
            on_file &= {
                row["household_id"]
                for row in self.passed(self.counted_by, None, day)
                if not any(end["case_id"] == row["case_id"] for end in self.passed("ended", None, day))
            }
        return on_file

    def people_on_file(self, kind: str, day: date) -> set[int]:
        households = self.households_on_file(kind, day)
        return {row["person_id"] for row in self.memberships if row["household_id"] in households and _holds(row, day)}

    # --- decided ---
    def passed(self, step: str, start: date | None, day: date) -> list[Row]:
        return [
            row
            for row in self.events
            if row["step"] == step
            and row["outcome"] == "passed"
            and row["on"] <= day
            and (not start or row["on"] >= start)
        ]

    def frozen(self, events: Iterable[Row]) -> set[int]:
        decided = {row["id"] for row in events}
        return {row["person_id"] for row in self.members if row["event_id"] in decided}

    def identified(self, start: date, day: date) -> list[Row]:
        return self.passed(self.counted_by, start, day)

    def people_identified(self, start: date, day: date) -> set[int]:
        cases = {row["case_id"] for row in self.identified(start, day)}
        return self.frozen(row for row in self.passed("approved", None, day) if row["case_id"] in cases)

    def reviewed(self, start: date, day: date) -> list[Row]:
        found = []
        for row in self.passed("studied", start, day):
            eliminated = [e for e in self.passed("eliminated", None, day) if e["case_id"] == row["case_id"]]
            if not any(e["on"] <= row["on"] for e in eliminated):
                found.append(row)
        return found

    def eliminated_of_identified(self, start: date, day: date) -> list[Row]:
        found = []
        cohort = {row["case_id"] for row in self.identified(start, day)}
        for row in self.passed("eliminated", None, day):
            again = [
                up
                for up in self.passed(self.counted_by, None, day)
                if up["household_id"] == row["household_id"]
                and up["case_id"] != row["case_id"]
                and up["on"] >= row["on"]
            ]
            if row["case_id"] in cohort and not again:
                found.append(row)
        return found

    def received(self, sources: Iterable[str], start: date, day: date) -> int:
        return sum(row["source"] in sources and start <= row["received_on"] <= day for row in self.alerts)


def _known(row: Row, at: datetime) -> bool:
    return row["recorded_at"] <= at and (row["withdrawn_at"] is None or row["withdrawn_at"] > at)


def _holds(row: Row, day: date) -> bool:
    return row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] > day)


def _households(rows: Iterable[Row]) -> int:
    return len({row["household_id"] for row in rows})


FIGURES: dict[str, Callable[[Recount, Any, date], int]] = {
    "registry.lifted.households": lambda r, start, day: len(r.households_on_file("lifted", day)),
    "registry.lifted.people": lambda r, start, day: len(r.people_on_file("lifted", day)),
    "monitoring.listed.households": lambda r, start, day: len(r.households_on_file("monitored", day)),
    "monitoring.listed.people": lambda r, start, day: len(r.people_on_file("monitored", day)),
    "monitoring.identified.households": lambda r, start, day: _households(r.identified(start, day)),
    "monitoring.identified.people": lambda r, start, day: len(r.people_identified(start, day)),
    "monitoring.reviewed.households": lambda r, start, day: _households(r.reviewed(start, day)),
    "monitoring.eliminated.households": lambda r, start, day: _households(r.passed("eliminated", start, day)),
    "monitoring.eliminated.people": lambda r, start, day: len(r.frozen(r.passed("eliminated", start, day))),
    "monitoring.safety_net.households": lambda r, start, day: _households(r.passed("labelled", start, day)),
    "monitoring.safety_net.people": lambda r, start, day: len(r.frozen(r.passed("labelled", start, day))),
    "monitoring.eliminated_of_identified.households": (
        lambda r, start, day: _households(r.eliminated_of_identified(start, day))
    ),
    "monitoring.eliminated_of_identified.people": (
        lambda r, start, day: len(r.frozen(r.eliminated_of_identified(start, day)))
    ),
    "alerts.medical.count": lambda r, start, day: r.received(MEDICAL, start, day),
    "alerts.provincial.count": lambda r, start, day: r.received(("province",), start, day),
}
