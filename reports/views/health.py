"""数据体检: every rule that rows may break, how many do, and how to mend them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import Request, needs
from paibou.lib.declarations import checks
from reports.queries.health import examined, rows_of

SHOWN = 200


@require_safe
@needs("reports.view_health")
def health_list(request: Request) -> HttpResponse:
    found = examined(request.user, timezone.localdate())
    context = {"wrong": [one for one in found if one.count], "right": [one for one in found if not one.count]}
    return render(request, "reports/health/list.html", context)


@require_safe
@needs("reports.view_health")
def health_detail(request: Request, slug: str) -> HttpResponse:
    if slug not in checks:
        raise Http404
    check = checks[slug]
    rows = rows_of(check, request.user, timezone.localdate(), SHOWN + 1)
    context = {"check": check, "rows": rows[:SHOWN], "is_cut": len(rows) > SHOWN, "shown": SHOWN}
    return render(request, "reports/health/detail.html", context)
