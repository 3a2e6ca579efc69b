"""Changed rows as a page shows them: the first words of each, its village, its link."""

from typing import Any

from django.urls import reverse

from accounts.models import Division
from reports import annex
from reports.models import Report
from reports.queries.changes import Change


def shown_changes(changes: list[Change], report: Report) -> list[dict[str, Any]]:
    codes = {row.village_code for change in changes for row in (*change.came, *change.went)}  # type: ignore[attr-defined]
    names = dict(Division.objects.filter(padded_code__in=codes).order_by("level").values_list("padded_code", "name"))
    return [
        {
            "change": change,
            "came": [_row(row, change, names) for row in change.came],
            "went": [_row(row, change, names) for row in change.went],
        }
        for change in changes
    ]


def _row(row: Any, change: Change, names: dict[str, str]) -> dict[str, Any]:
    assert change.asked
    source = change.asked.figure.source
    name, path = source.link
    values = [value for _, value in annex.row_values(row, source, full=False, listed=True)]
    withdrawn = row.withdrawn_at
    return {
        "url": reverse(name, args=[annex.reach(row, path)]),
        "first": values[0],
        "day": getattr(row, source.day),
        "village": names.get(row.village_code, row.village_code),
        "recorded_at": row.recorded_at,
        "withdrawn_at": withdrawn,
    }
