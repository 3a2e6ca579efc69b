"""The date rules of a case: what is wrong with the day of a step, as one Chinese sentence that names value and cure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from monitoring.models import Case, Step
from monitoring.queries.limits import Limits
from monitoring.queries.progress import Progress
from paibou.lib.wording import day as said
from paibou.lib.wording import full_day

_ALSO_AFTER = {  # where both stand, the first is not earlier, though it does not wait for them
    Step.ELIMINATED: (Step.LABELLED,),
    Step.ENDED: (Step.APPROVED, Step.LABELLED, Step.ELIMINATED),
}


@dataclass(frozen=True)
class Days:
    """The day or days a step is said to have taken, against the rest of its case."""

    step: Step
    on: date
    ends_on: date | None
    so_far: Progress
    limits: Limits
    today: date
    measures_from: date | None = None
    earlier_case_ended: date | None = None
    next_case_from: date | None = None
    alert_received_on: date | None = None
    system_on: date | None = None

    @property
    def last(self) -> date:
        return self.ends_on or self.on

    def wrong(self) -> str:
        """The first rule that the days break; empty when none."""
        return next(self._all_wrong(), "")

    def _all_wrong(self) -> Iterator[str]:
        yield from self._by_themselves()
        yield from self._after_what_is_needed()
        yield from self._before_what_followed()
        yield from self._around()

    def _by_themselves(self) -> Iterator[str]:
        if self.on > self.today:
            yield f"{full_day(self.on)}还没到，请核对{self.step.label}的日期"
        if self.ends_on and self.ends_on < self.on:
            yield f"{self.step.label}的截止日期 {self._day(self.ends_on)}早于开始日期 {self._day(self.on)}，请核对"
        if self.step == Step.COMPARED and self.ends_on and self.ends_on > self.today:
            yield f"比对返回日期 {full_day(self.ends_on)}还没到，请核对"
        if self.step in Step.publicities():
            yield from self._publicity()
        if self.alert_received_on and self.on < self.alert_received_on:
            yield f"线索日期 {self._day(self.on)}早于收到预警（{self._day(self.alert_received_on)}），请核对"
        if self.system_on:
            yield from self._system(self.system_on)

    def _system(self, day: date) -> Iterator[str]:
        clue = self.on if self.step == Step.CLUE else self.so_far.day_of(Step.CLUE)
        if day > self.today:
            yield f"系统识别时间 {full_day(day)}还没到，请核对"
        if clue and day < clue:
            yield f"系统识别时间 {self._day(day)}早于发现线索（{self._day(clue)}），请核对"

    def _publicity(self) -> Iterator[str]:
        least = self.on + timedelta(days=self.limits.publicity_days)
        if self.ends_on is None:
            yield f"公示要写截止日期，不早于 {self._day(least)}"
        elif self.ends_on < least:
            yield (
                f"公示不少于 {self.limits.publicity_days} 天：{self._day(self.on)}起，"
                f"截止日期 {self._day(self.ends_on)}要改到 {self._day(least)}或以后"
            )

    def _after_what_is_needed(self) -> Iterator[str]:
        for need in (*self.limits.needs[self.step], *_ALSO_AFTER.get(self.step, ())):
            end = self.so_far.end_of(need)
            if end and self.on < end:
                yield self._earlier_than(self.step, self.on, need, end)

    def _before_what_followed(self) -> Iterator[str]:
        later = [step for step, wants in self.limits.needs.items() if self.step in wants]
        later += [step for step, wants in _ALSO_AFTER.items() if self.step in wants]
        for step in sorted(later, key=list(Step).index):
            start = self.so_far.day_of(step)
            if start and step != self.step and start < self.last:
                yield self._earlier_than(step, start, self.step, self.last)

    def _around(self) -> Iterator[str]:
        repeated = [event.on for event in self.so_far.history if event.step in Step.repeated()]
        if self.step in Step.repeated():
            for closing in (Step.ELIMINATED, Step.ENDED):
                closed = self.so_far.day_of(closing)
                if closed and closed < self.on:
                    yield f"{self.step.label} {self._day(self.on)}晚于{closing.label}（{self._day(closed)}），请核对"
        if self.step in (Step.CLUE, Step.APPROVED) and self.earlier_case_ended and self.on < self.earlier_case_ended:
            yield (
                f"{self.step.label} {self._day(self.on)}早于上一次监测结束（{self._day(self.earlier_case_ended)}），请核对"
            )
        if self.step == Step.APPROVED:
            yield from self._approved(min(repeated, default=None))
        if self.step in (Step.ELIMINATED, Step.ENDED):
            yield from self._closed(max(repeated, default=None))

    def _approved(self, first_study: date | None) -> Iterator[str]:
        if first_study and first_study < self.on:
            yield f"审定 {self._day(self.on)}晚于已登记的研判或类别变更（{self._day(first_study)}），先更正那一条"
        if self.measures_from and self.measures_from < self.on:
            yield f"审定 {self._day(self.on)}晚于已登记的帮扶措施（{self._day(self.measures_from)}），先更正措施"

    def _closed(self, last_study: date | None) -> Iterator[str]:
        if last_study and last_study > self.on:
            yield f"{self.step.label} {self._day(self.on)}早于已登记的研判或类别变更（{self._day(last_study)}），请核对"
        if self.next_case_from and self.next_case_from < self.on:
            yield f"{self.step.label} {self._day(self.on)}晚于再次发现线索（{self._day(self.next_case_from)}），请核对"

    def _earlier_than(self, step: Step, on: date, other: Step, end: date) -> str:
        return f"{step.label} {self._day(on)}早于{end_name(other)}（{self._day(end)}），请核对"

    def _day(self, value: date) -> str:
        return said(value, self.today)


def end_name(step: Step) -> str:
    if step in Step.publicities():
        return "公示截止"
    return "比对返回" if step == Step.COMPARED else step.label


def closed_on(case: Case) -> date | None:
    """The day an earlier time under monitoring was over."""
    return case.ended_on or case.eliminated_on
