"""What the 工作台 shows beside what waits: figures of today, a year of months, villages side by side, what just happened."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.models import Division, User
from exchange.models import Batch
from households.models import Visit
from monitoring.models import Alert, AlertCheck, Case, CaseEvent, Step
from monitoring.models.alert import AlertQuerySet
from paibou.lib.figures import Kind, Window, figures
from reports import engine
from reports.engine import Asked

MONTHS = 12
RECENT = 8
STOCKS = (
    "monitoring.listed.households",
    "monitoring.listed.people",
    "registry.lifted.households",
    "registry.lifted.people",
)
OPEN, UNANSWERED = ~Q(state=Alert.State.CLOSED), Q(state__in=Alert.State.unanswered())
IN_TIME = Q(answer__on__lte=F("due_on"))


# --- figures of today ---
def stocks(prefixes: Sequence[str], today: date) -> dict[str, int]:
    """The four numbers of who is on file, as the report counts them."""
    asked = [Asked(figures[slug], Window.until(today, timezone.now(), kind=Kind.AS_OF)) for slug in STOCKS]
    return {slug: int(value) for slug, value in zip(STOCKS, engine.values(asked, prefixes), strict=True)}


def alerts_of_year(rows: AlertQuerySet, today: date) -> dict[str, int]:
    year = Q(received_on__gte=today.replace(month=1, day=1))
    return rows.aggregate(
        received=Count("pk", filter=year),
        closed=Count("pk", filter=year & ~OPEN),
        open=Count("pk", filter=OPEN),
        late=Count("pk", filter=UNANSWERED & Q(due_on__lt=today)),
    )


def open_cases(user: User, today: date) -> dict[str, int]:
    """Unresolved ones, those labelled 兜底, and how many of them were visited this month."""
    return _unresolved(user, today).aggregate(
        cases=Count("pk"),
        labelled=Count("pk", filter=Q(state=Case.State.LABELLED)),
        visited=Count("pk", filter=Q(is_visited=True)),
    )


def _unresolved(user: User, today: date) -> QuerySet[Case]:
    visits = Visit.objects.known().filter(household=OuterRef("household"), on__gte=today.replace(day=1), on__lte=today)
    return Case.objects.unresolved().visible_to(user).annotate(is_visited=Exists(visits))


# --- a year of months ---
@dataclass
class Trend:
    """One small chart: what is counted, in which unit, and a value for each of twelve months."""

    label: str
    unit: str
    values: list[int | None]
    months: list[date]

    @property
    def now(self) -> int | None:
        return self.values[-1]

    @property
    def said(self) -> str:
        """For those who do not see the bars."""
        words = "、".join("没有" if value is None else str(value) for value in self.values)
        return f"{self.label}，近 {len(self.values)} 个月：{words} {self.unit}"

    @property
    def bars(self) -> list[dict[str, Any]]:
        most = max((value or 0 for value in self.values), default=0) or 1
        heights = [round(56 * (value or 0) / most, 1) for value in self.values]
        last = len(heights) - 1
        return [
            {"x": 1.5 + 12 * n, "y": round(64 - h, 1), "height": h, "is_now": n == last} for n, h in enumerate(heights)
        ]


def trends(user: User, today: date) -> list[Trend]:
    months = last_months(today)
    alerts = Alert.objects.known().visible_to(user)
    received = _by_month(alerts.filter(received_on__gte=months[0]), "received_on")
    answered = alerts.filter(answer__on__gte=months[0], answer__on__lte=today, due_on__isnull=False)
    all_answers = _by_month(answered, "answer__on", Count("pk"), Count("pk", filter=IN_TIME))
    events = CaseEvent.objects.known().visible_to(user).passed(Step.APPROVED, Step.ELIMINATED).filter(on__gte=months[0])
    decided = defaultdict(int, {
        (step, month): count
        for step, month, count in events.annotate(month=TruncMonth("on")).values_list("step", "month").annotate(n=Count("pk"))
    })  # fmt: skip
    in_time = [100 * all_answers[m][1] // all_answers[m][0] if m in all_answers else None for m in months]
    return [
        Trend("收到预警", "条", [received.get(month, (0,))[0] for month in months], months),
        Trend("按期反馈", "%", in_time, months),
        Trend("新识别", "户", [decided[Step.APPROVED, month] for month in months], months),
        Trend("风险消除", "户", [decided[Step.ELIMINATED, month] for month in months], months),
    ]


def last_months(today: date) -> list[date]:
    """The first days of the last twelve months, this one last."""
    first = today.year * 12 + today.month - MONTHS
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, first + MONTHS)]


def _by_month(rows: QuerySet, column: str, *measures: Any) -> dict[date, tuple[int, ...]]:
    counted = {f"n{number}": measure for number, measure in enumerate(measures or (Count("pk"),))}
    grouped = rows.annotate(month=TruncMonth(column)).values("month").order_by("month").annotate(**counted)
    return {row["month"]: tuple(row[name] for name in counted) for row in grouped}


# --- villages side by side ---
@dataclass
class VillageRow:
    """One village this year: alerts, those not closed, those late, answers in time, visits of the month."""

    code: str
    name: str
    alerts: int = 0
    open: int = 0
    late: int = 0
    answered: int = 0
    in_time: int = 0
    cases: int = 0
    visited: int = 0

    @property
    def rate(self) -> int | None:
        return 100 * self.in_time // self.answered if self.answered else None


@dataclass
class Villages:
    rows: list[VillageRow] = field(default_factory=list)

    @property
    def sum(self) -> VillageRow:
        columns = ("alerts", "open", "late", "answered", "in_time", "cases", "visited")
        return VillageRow("", "合计", **{name: sum(getattr(row, name) for row in self.rows) for name in columns})


def villages(user: User, today: date) -> Villages:
    """The user's villages; what has no village yet stands under the township's own line, so that sums are sums."""
    found: dict[str, VillageRow] = {}
    names = dict(Division.objects.filter(closed_on=None).visible_to(user).values_list("padded_code", "name"))
    for village in Division.objects.villages().visible_to(user).order_by("code").values_list("code", "name"):
        found[village[0]] = VillageRow(*village)
    year = Q(received_on__gte=today.replace(month=1, day=1))
    answered = year & Q(answer__isnull=False)
    alerts = (
        Alert.objects.known()
        .visible_to(user)
        .order_by()
        .values("village_code")
        .annotate(
            alerts=Count("pk", filter=year),
            open=Count("pk", filter=OPEN),
            late=Count("pk", filter=UNANSWERED & Q(due_on__lt=today)),
            answered=Count("pk", filter=answered),
            in_time=Count("pk", filter=answered & IN_TIME),
        )
    )
    cases = (
        _unresolved(user, today)
        .order_by()
        .values("village_code")
        .annotate(cases=Count("pk"), visited=Count(Choose(When(is_visited=True, then=Value(1)))))
    )
    counted: Any = [*alerts.filter(year | OPEN), *cases]
    for each in counted:
        code = each.pop("village_code")
        row = found.setdefault(code, VillageRow(code, names.get(code, "未写村")))
        for name, value in each.items():
            setattr(row, name, value)
    return Villages(list(found.values()))


# --- what just happened ---
@dataclass(frozen=True)
class Happened:
    what: str
    at: datetime


def recent(user: User) -> list[Happened]:
    """The last things that others wrote down, the newest first."""
    since = timezone.now() - timedelta(days=30)
    checks = (
        AlertCheck.objects.known()
        .visible_to(user)
        .filter(recorded_at__gte=since)
        .select_related("household__head", "by")
    )
    steps = CaseEvent.objects.known().visible_to(user).filter(recorded_at__gte=since).select_related("household__head")
    batches = Batch.objects.visible_to(user).filter(at__gte=since).select_related("upload")
    found = [
        Happened(f"{row.checker or row.by.name} 核查 {row.household or '不在档人员'}", row.recorded_at)
        for row in _last(checks)
    ]
    found += [Happened(f"{row.household} {row.get_step_display()}", row.recorded_at) for row in _last(steps)]
    found += [
        Happened(f"{row.upload.name} {row.get_state_display()}", row.at) for row in batches.order_by("-at")[:RECENT]
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)[:RECENT]


def _last(rows: QuerySet) -> QuerySet:
    return rows.order_by("-recorded_at", "-pk")[:RECENT]
