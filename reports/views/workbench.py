"""工作台: what waits for me today, and how the township stands."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import Request, needs
from accounts.models import User
from accounts.roles import may
from monitoring.models import Alert
from reports.queries import workbench as queries
from reports.queries.todo import parts
from reports.views.tiles import Tile

DAYS = "一二三四五六日"


@require_safe
@needs("reports.view_workbench")
def workbench(request: Request) -> HttpResponse:
    today = timezone.localdate()
    user = request.user
    waiting = parts(user, today)
    context: dict[str, Any] = {
        "today": today,
        "weekday": f"星期{DAYS[today.weekday()]}",
        "parts": waiting,
        "late": sum(len(part.lines) for part in waiting if part.is_late),
        "count": sum(len(part.lines) for part in waiting),
    }
    if may(user, "reports.view"):
        compared = queries.villages(user, today)
        context |= {
            "tiles": _tiles(user, today),
            "trends": queries.trends(user, today),
            "villages": compared if len(compared.rows) > 1 else None,
            "recent": queries.recent(user),
        }
    return render(request, "reports/workbench/page.html", context)


def _tiles(user: User, today: date) -> list[Tile]:
    """The numbers of who is on file come from the figures, so they are those of the report."""
    alerts, cases, stock = (
        queries.alerts_of_year(Alert.objects.known().visible_to(user), today),
        queries.open_cases(user, today),
        queries.stocks(user.prefixes, today),
    )
    listed, lifted = stock["monitoring.listed.households"], stock["registry.lifted.households"]
    to_alerts, to_cases = reverse("monitoring:alert_list"), reverse("monitoring:case_list")
    return [
        Tile(
            "今年预警",
            alerts["received"],
            "条",
            f"办结 {alerts['closed']}",
            f"{to_alerts}?view=all&since={today.year}-01-01",
        ),
        Tile("在办预警", alerts["open"], "条", url=f"{to_alerts}?view=open", late=alerts["late"]),
        Tile(
            "在册监测对象",
            listed,
            "户",
            f"{stock['monitoring.listed.people']} 人",
            _figure("monitoring.listed.households"),
        ),
        Tile("未消除风险", cases["cases"], "户", f"兜底 {cases['labelled']}", f"{to_cases}?view=monitored"),
        Tile(
            f"{today.month}月走访",
            cases["visited"],
            f"/ {cases['cases']} 户",
            _short(cases),
            f"{to_cases}?view=monitored",
        ),
        Tile("脱贫户", lifted, "户", f"{stock['registry.lifted.people']} 人", _figure("registry.lifted.households")),
    ]


def _figure(slug: str) -> str:
    return reverse("reports:figure_detail", args=[slug])


def _short(cases: dict[str, int]) -> str:
    left = cases["cases"] - cases["visited"]
    return f"差 {left}" if left else "已走完"
