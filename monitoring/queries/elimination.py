"""The conditions of 风险消除. One that does not hold warns, and wants a reason; none stops."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from households.models import IncomeStatement, Safeguard
from households.queries.income import incomes
from monitoring.models import Alert, Case, Measure
from monitoring.queries.limits import Limits
from monitoring.queries.months import add_months
from paibou.lib.wording import full_day, number

RECENT = timedelta(days=400)  # a year's statement that ended not longer ago


@dataclass(frozen=True)
class Warned:
    """A condition that does not hold."""

    slug: str
    sentence: str


@dataclass(frozen=True)
class Seen:
    """What the visitor of 消除入户核实 saw and no table says."""

    expenses_settled: bool = False
    income_stable: bool = False
    natural: bool = False


def elimination_warnings(case: Case, on: date, seen: Seen, limits: Limits) -> list[Warned]:
    """Every condition of elimination that does not hold on the day."""
    return [
        *_time(case, on, limits),
        *_help(case, seen),
        *_income(case, on, seen, limits),
        *_safe(case, on),
        *_new(case, on),
    ]


def _time(case: Case, on: date, limits: Limits) -> Iterator[Warned]:
    full = add_months(case.approved_on, limits.eliminate_months) if case.approved_on else None
    if full and on < full:
        yield Warned("time", f"识别未满 {limits.eliminate_months} 个月（{full_day(full)}才满）")


def _help(case: Case, seen: Seen) -> Iterator[Warned]:
    main = case.risks[0] if case.risks else ""
    done = Measure.objects.known().done().filter(case=case)
    if main and not seen.natural and not done.filter(against=main).exists():
        yield Warned("measure", f"没有针对“{main}”的已落实措施")


def _income(case: Case, on: date, seen: Seen, limits: Limits) -> Iterator[Warned]:
    if not seen.expenses_settled:
        yield Warned("expenses", "大额刚性支出没有确认解决")
    per_head = latest_per_head(case, on)
    if per_head is None:
        yield Warned("income", "没有近一年的收支")
    elif per_head < limits.range_yuan:
        yield Warned("income", f"人均 {number(per_head, 2)} 元，仍低于监测范围 {limits.range_yuan:,} 元")
    elif not seen.income_stable:
        yield Warned("income", "收入稳定没有确认")


def _safe(case: Case, on: date) -> Iterator[Warned]:
    rows = Safeguard.objects.known().filter(household=case.household_id, checked_on__lte=on)
    latest = {row.kind: row for row in rows.order_by("checked_on", "pk")}
    unchecked = [kind.label for kind in Safeguard.Kind if kind not in latest]
    if unchecked:
        yield Warned("unchecked", f"没有核过{'、'.join(unchecked)}")
    wrong = [
        row.get_kind_display()
        for row in latest.values()
        if not row.is_safe and not (row.solved_on and row.solved_on <= on)
    ]
    if wrong:
        yield Warned("safeguard", f"{'、'.join(wrong)}还存在问题")


def _new(case: Case, on: date) -> Iterator[Warned]:
    waiting = (
        Alert.objects.known().exclude(state=Alert.State.CLOSED).filter(household=case.household_id, received_on__lte=on)
    )
    if count := waiting.exclude(pk=case.alert_id or 0).count():
        yield Warned("alert", f"还有 {count} 条预警没有办结")


def latest_per_head(case: Case, on: date) -> Decimal | None:
    """元 per head of the latest statement, after 合规自付; nothing when it is older than about a year."""
    statement = (
        IncomeStatement.objects.known()
        .filter(household=case.household_id, last_day__lte=on, last_day__gte=on - RECENT)
        .order_by("-last_day", "-pk")
        .first()
    )
    return incomes([statement])[0].net_after_own_per_head if statement else None
