"""村: one village on one page."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import Request, needs
from accounts.models import Division
from households.views.panels import rendered_panels
from reports.queries import village as queries
from reports.views.tiles import Tile


@require_safe
@needs("reports.view")
def village_detail(request: Request, code: str) -> HttpResponse:
    """How a village stands, what of it waits, and what the apps show of it."""
    village = get_object_or_404(Division.objects.villages().visible_to(request.user), code=code)
    today = timezone.localdate()
    context = {
        "village": village,
        "today": today,
        "officers": queries.officers(code, today),
        "tiles": _tiles(code, today),
        "alerts": queries.open_alerts(code, today),
        "cases": queries.open_cases(code),
    }
    context |= rendered_panels(request, village, noun="village", day=today, past=False)
    return render(request, "reports/village/detail.html", context)


def _tiles(code: str, today: date) -> list[Tile]:
    stock, alerts = queries.stocks(code, today), queries.alerts_of_year(code, today)
    to_alerts, to_households, to_cases = (
        f"{reverse(name)}?village={code}"
        for name in ("monitoring:alert_list", "households:household_list", "monitoring:case_list")
    )
    lifted, listed = stock["registry.lifted.households"], stock["monitoring.listed.households"]
    since = f"{today.year}-01-01"
    return [
        Tile("农户", queries.households(code, today), "户", url=to_households),
        Tile("脱贫户", lifted, "户", f"{stock['registry.lifted.people']} 人", f"{to_households}&kind=lifted"),
        Tile(
            "在册监测对象", listed, "户", f"{stock['monitoring.listed.people']} 人", f"{to_households}&kind=monitored"
        ),
        Tile("未消除风险", queries.open_cases(code).count(), "户", url=f"{to_cases}&view=monitored"),
        Tile("今年预警", alerts["received"], "条", f"办结 {alerts['closed']}", f"{to_alerts}&view=all&since={since}"),
        Tile("在办预警", alerts["open"], "条", url=f"{to_alerts}&view=open", late=alerts["late"]),
    ]
