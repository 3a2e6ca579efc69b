"""What a list shows as a workbook, and the registry in the form it comes in; each taking is logged."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.doors import Request, needs
from accounts.models import AccessLog
from accounts.roles import may
from accounts.services.access import log_access
from households import resources
from households.forms.export import ExportForm
from households.forms.filters import HouseholdFilter, PersonFilter
from paibou.lib.division import pad
from paibou.lib.workbook.writer import XLSX, written

FORM = ["GET", "HEAD", "POST"]
Sheets = Callable[[Any, Any, bool], dict[str, Any]]


@require_http_methods(FORM)
@needs("exchange.export")
def household_export(request: Request) -> HttpResponse:
    """The households that the list shows under the same filter."""
    return _export(
        request,
        HouseholdFilter,
        "农户",
        "户",
        lambda rows, day, full: {"户": resources.household_rows(rows, day, full=full)},
        "households:household_list",
    )


@require_http_methods(FORM)
@needs("exchange.export")
def registry_export(request: Request) -> HttpResponse:
    """Sheets 户 and 家庭成员, as they are imported."""
    return _export(
        request,
        HouseholdFilter,
        "农户登记",
        "户",
        lambda rows, day, full: {
            "户": resources.household_rows(rows, day, full=full),
            "家庭成员": resources.member_rows(rows, day, full=full),
        },
        "households:household_list",
    )


@require_http_methods(FORM)
@needs("exchange.export")
def person_export(request: Request) -> HttpResponse:
    return _export(
        request,
        PersonFilter,
        "人员",
        "人",
        lambda rows, day, full: {"人员": resources.person_rows(rows, day, full=full)},
        "households:person_list",
    )


def _export(request: Request, filters: Any, name: str, unit: str, sheets: Sheets, back: str) -> HttpResponse:
    today = timezone.localdate()
    asked = filters(request.GET, user=request.user, day=today)
    rows = asked.rows()
    form = ExportForm(
        request.POST if request.method == "POST" else None, may_full=may(request.user, "exchange.export_full")
    )
    count = rows.count()
    if not (form.is_bound and form.is_valid()):
        context = {
            "form": form,
            "name": name,
            "count": count,
            "unit": unit,
            "said": asked.said(),
            "back": reverse(back),
        }
        status = 422 if form.is_bound else 200
        return render(request, "households/export.html", context, status=status)
    full = bool(form.cleaned_data.get("full"))
    data = written(sheets(rows, today, full))
    log_access(
        user=request.user,
        kind=AccessLog.Kind.EXPORT,
        what=f"导出{name}{'（完整号码）' if full else ''} {asked.said()}".strip(),
        village_code=pad(asked.asked.get("village") or (request.user.prefixes or [""])[0]),
        noun="household",
        rows=count,
        reason=form.cleaned_data.get("reason", ""),
    )
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}_{today:%Y%m%d}_{count}{unit}.xlsx')}"
    return answer
