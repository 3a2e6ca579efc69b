"""Panels of every app on a noun's page, each rendered by its own template."""

from datetime import date
from typing import Any

from django.template.loader import render_to_string

from accounts.doors import Request
from accounts.services.access import is_open
from households.models import Household, Person
from paibou.lib.declarations import panels

FULL_WIDTH = 20  # panels of a lower order stand across the page, the others two in a row


def rendered_panels(request: Request, row: Household | Person, *, noun: str, day: date, past: bool) -> dict[str, Any]:
    """`across`, `left` and `right`: the HTML of the panels; `full`: whether numbers are shown whole."""
    task = f"{noun}:{row.pk}"
    full = is_open(user=request.user, task=task)
    across: list[str] = []
    beside: list[str] = []
    for panel in panels:
        if panel.noun != noun:
            continue
        found = panel.context(row, request.user, day)
        if found is None:
            continue
        context = {**found, "panel": panel, "day": day, "past": past, "full": full, "task": task}
        html = render_to_string(panel.template, context, request)
        (across if panel.order < FULL_WIDTH else beside).append(html)
    return {"across": across, "left": beside[::2], "right": beside[1::2], "full": full, "task": task}
