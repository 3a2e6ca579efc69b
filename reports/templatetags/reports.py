"""How a summary is said on its pages."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from exchange.models import Job
from paibou.lib import wording
from reports.models import Report

register = template.Library()
LOOKS = {Report.State.BUILDING: "open", Report.State.DRAFT: "warn", Report.State.FINAL: "done"}


@register.filter
def span(report: Report) -> str:
    return wording.period(report.start, report.end)


@register.filter
def is_at_work(report: Report) -> bool:
    return bool(report.job and report.job.state in Job.State.unfinished())


@register.filter
def state_tag(report: Report) -> SafeString:
    if report.state == Report.State.BUILDING and not is_at_work(report):
        return format_html('<span class="tag tag--{}">{}</span>', "bad", "没有算成")
    return format_html(
        '<span class="tag tag--{}">{}</span>', LOOKS[Report.State(report.state)], report.get_state_display()
    )


@register.filter
def said_state(report: Report) -> str:
    """草稿，周敏 今天 09:20 算好; 定稿，周敏 10月21日."""
    now = timezone.now()
    if report.finalised_by and report.finalised_at:
        return f"定稿，{report.finalised_by.name} {wording.when(report.finalised_at, now)}"
    return f"草稿，{report.by.name} {wording.when(report.known_at, now)} 算好"


@register.filter
def at(names: Mapping[str, str], code: str) -> str:
    return names.get(code, code)


@register.filter
def cell(value: Any) -> str:
    """A value of a list as it is read: days, money, text; what is not known is –."""
    if value is None or value == "":
        return wording.UNKNOWN
    if isinstance(value, Decimal):
        return wording.yuan(value)
    return value.isoformat() if isinstance(value, date) else str(value)
