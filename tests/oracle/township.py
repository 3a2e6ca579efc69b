"""Small random townships: households, people who come and go, cases and alerts, with corrections of all of them.

Rows are written straight into the tables, so that figures are tried on what services would never allow together too:
late entries, corrections of corrections, decisions withdrawn and not made again.
"""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from households.models import Household, Membership, Person, Registration
from households.services.spells import rebuild_spells
from monitoring.models import Alert, Case, CaseEvent, CaseEventMember, Step
from paibou.lib.sealing import digest

TOWNSHIP, ELSEWHERE = "341702106", "341702107"
VILLAGES = [f"{TOWNSHIP}20{number}" for number in range(3)]
FIRST, LAST = date(2018, 1, 1), date(2025, 12, 31)
MEMBERS_OF = (Step.APPROVED, Step.LABELLED, Step.ELIMINATED)


class Township:
    """Writes itself when made."""

    def __init__(self, seed: int, households: int = 14, alerts: int = 60) -> None:
        self.random = Random(seed)  # noqa: S311 -- chance, not secrets
        self.user = User.objects.create(username=f"oracle{seed}", name="测试", role=User.Role.STATION)
        self.memberships: list[Membership] = []
        self.events: list[CaseEvent] = []
        self.members: list[CaseEventMember] = []
        villages = [*VILLAGES, f"{ELSEWHERE}200"]
        self.households = Household.objects.bulk_create(
            Household(village_code=self.random.choice(villages), opened_on=date(2010, 1, 1)) for _ in range(households)
        )
        self._people()
        self._registrations()
        self._cases()
        self._alerts(alerts, villages)
        rebuild_spells([household.pk for household in self.households])

    # --- pieces of chance ---
    def day(self, first: date = FIRST, last: date = LAST) -> date:
        return first + timedelta(days=self.random.randint(0, max(0, (last - first).days)))

    def instant(self, day: date) -> datetime:
        """When something of that day was entered: at once, or weeks later."""
        late = self.random.choice((0, 0, 1, 3, 40))
        return datetime(day.year, day.month, day.day, self.random.randint(0, 23), 30, tzinfo=UTC) + timedelta(days=late)

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    # --- rows ---
    def _people(self) -> None:
        for household in self.households:
            for _ in range(self.random.randint(1, 5)):
                number = f"{household.pk}-{self.random.random()}"
                person = Person(
                    village_code=household.village_code, name="程友福", id_number=number, id_digest=digest(number)
                )
                person.save()
                self._live(person, household)
        Membership.objects.bulk_create(self.memberships)

    def _live(self, person: Person, household: Household) -> None:
        """A person's stays, one after the other; each may be entered late, and corrected."""
        start = self.day(date(2010, 1, 1), date(2022, 1, 1))
        while True:
            end = self.day(start + timedelta(days=1)) if self.chance(0.3) else None
            self._stay(person, household, start, end)
            if end is None or self.chance(0.5):
                return
            household, start = self.random.choice(self.households), end

    def _stay(self, person: Person, household: Household, start: date, end: date | None) -> None:
        def row(valid_from: date, valid_to: date | None, recorded_at: datetime) -> Membership:
            return Membership(
                person=person, household=household, village_code=household.village_code, relation="子",
                valid_from=valid_from, valid_to=valid_to, left="other" if valid_to else "", recorded_at=recorded_at,
            )  # fmt: skip

        first = row(start, end, self.instant(start))
        if end and self.chance(0.7):  # the end was entered when it came, by a correction
            first.valid_to, first.left = None, ""
            first.withdrawn_at = max(self.instant(end), first.recorded_at + timedelta(seconds=1))
            self.memberships.append(row(start, end, first.withdrawn_at))
        self.memberships.append(first)

    def _registrations(self) -> None:
        rows = []
        for household in self.households:
            if self.chance(0.6):
                start = self.day(date(2014, 1, 1), date(2020, 12, 31))
                row = Registration(
                    household=household, village_code=household.village_code, kind="lifted", valid_from=start
                )
                row.valid_to = self.day(start + timedelta(days=1)) if self.chance(0.25) else None
                rows.extend(self._corrected(row, self.instant(start)))
        Registration.objects.bulk_create(rows)

    def _corrected(self, row: Any, recorded_at: datetime) -> list[Any]:
        """The row, or the row as it was first written down, withdrawn, and the right one after it."""
        row.recorded_at = recorded_at
        if not self.chance(0.3):
            return [row]
        columns = {
            f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not (f.primary_key or f.generated)
        }
        wrong = type(row)(**columns)
        wrong.withdrawn_at = row.recorded_at = recorded_at + timedelta(days=self.random.randint(1, 200))
        if hasattr(wrong, "valid_from"):
            wrong.valid_from -= timedelta(days=self.random.randint(1, 300))
        return [wrong] if self.chance(0.15) else [wrong, row]

    def _cases(self) -> None:
        registrations: list[Registration] = []
        for household in self.households:
            if self.chance(0.7):
                approved_on = self.day(date(2019, 1, 1), date(2025, 6, 1))
                ended_on = self._case(household, approved_on)
                while ended_on and ended_on < LAST and self.chance(0.4):  # taken up again
                    ended_on = self._case(household, self.day(ended_on, LAST))
                row = Registration(household=household, village_code=household.village_code, kind="monitored")
                row.valid_from = approved_on
                row.valid_to = self.day(approved_on + timedelta(days=1)) if self.chance(0.2) else None
                registrations.extend(self._corrected(row, self.instant(approved_on)))
        Registration.objects.bulk_create(registrations)
        CaseEvent.objects.bulk_create(self.events)
        CaseEventMember.objects.bulk_create(self.members)

    def _case(self, household: Household, approved_on: date) -> date | None:
        """One case; gives the day its risk was eliminated, if it was."""
        case = Case.objects.create(
            household=household, village_code=household.village_code, kind="marginal", channel="cadre",
            clue_on=approved_on - timedelta(days=12), state="eliminated", by=self.user,
        )  # fmt: skip
        self.position = 0
        announced_on = approved_on + timedelta(days=self.random.randint(0, 20))
        self._event(case, Step.APPROVED, approved_on)
        self._event(case, Step.ANNOUNCED, announced_on)
        if self.chance(0.8):
            self._event(case, Step.ENTERED, announced_on + timedelta(days=self.random.randint(0, 30)))
        later = [self.day(approved_on) for _ in range(4)]
        for day in later[: self.random.randint(0, 3)]:
            self._event(case, Step.STUDIED, day)
        if self.chance(0.2):
            self._event(case, Step.LABELLED, later[0])
        if not self.chance(0.6):
            return None
        self._event(case, Step.ELIMINATED, later[3], outcome="refused" if self.chance(0.1) else "passed")
        if self.chance(0.3):
            self._event(case, Step.STUDIED, later[3])
        return later[3]

    def _event(self, case: Case, step: Step, on: date, outcome: str = "passed") -> None:
        """A step, with its people; sometimes with the wrong day first, sometimes withdrawn for good."""
        recorded_at, wrong_on = self.instant(on), on - timedelta(days=self.random.randint(1, 60))
        if self.chance(0.25):
            withdrawn_at = recorded_at + timedelta(days=self.random.randint(1, 300))
            self._step(case, step, wrong_on, outcome, recorded_at, withdrawn_at)
            recorded_at = withdrawn_at
            if self.chance(0.2):
                return
        self._step(case, step, on, outcome, recorded_at, None)

    def _step(
        self, case: Case, step: Step, on: date, outcome: str, recorded_at: datetime, withdrawn_at: datetime | None
    ) -> None:
        self.position += 1
        event = CaseEvent(
            case=case, household=case.household, village_code=case.village_code, position=self.position, step=step,
            outcome=outcome, on=on, by=self.user, note="测试", recorded_at=recorded_at, withdrawn_at=withdrawn_at,
        )  # fmt: skip
        event.pk = len(self.events) + 1_000_000 * self.user.pk  # known before the insert: members point to it
        self.events.append(event)
        if step in MEMBERS_OF and outcome == "passed":
            stays = [row for row in self.memberships if row.household_id == case.household_id]
            self.members.extend(
                CaseEventMember(
                    event_id=event.pk, case=case, household=case.household, person_id=person, village_code=case.village_code,
                    step=step, on=on, name="程友福", relation="子", recorded_at=recorded_at, withdrawn_at=withdrawn_at,
                )
                for person in sorted({row.person_id for row in stays if self.chance(0.8)})
            )  # fmt: skip

    def _alerts(self, count: int, villages: list[str]) -> None:
        rows = []
        for _ in range(count):
            received_on = self.day()
            village = self.random.choice([*villages, f"{TOWNSHIP}000"])
            row = Alert(
                village_code=village,
                source=self.random.choice(Alert.Source.values),
                received_on=received_on,
                name="程友福",
            )
            rows.extend(self._corrected(row, self.instant(received_on)))
        Alert.objects.bulk_create(rows)
