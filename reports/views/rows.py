"""The rows behind a figure as a list: columns by its source, each row a link to the page behind it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.doors import Request
from accounts.models import Division
from paibou.lib import keyset
from reports import annex, engine
from reports.engine import Asked


def rows_page(
    request: Request, asked: Asked, prefixes: Sequence[str], folder: str, context: dict[str, Any], *, full: bool
) -> HttpResponse:
    source = asked.figure.source
    found: Any = engine.rows(asked, prefixes)
    rows = found.visible_to(request.user).select_related(*source.related)
    orders = {"village": ("village_code", "id"), "day": (f"-{source.day}", "-id")}
    page = keyset.page(request, rows, orders=orders, default="village")
    codes = {row.village_code for row in page.rows}
    names = dict(Division.objects.filter(padded_code__in=codes).order_by("level").values_list("padded_code", "name"))
    context |= {
        "page": page,
        "figure": asked.figure,
        "window": annex.window_said(asked.window),
        "is_masked": any(column.mask and column.is_listed for column in source.columns),
        "heads": [column for column in source.columns if column.is_listed],
        "cells": [_cells(row, asked, names, full=full) for row in page.rows],
    }
    return render(request, f"{folder}/{'_rows' if request.htmx else 'rows'}.html", context)


def _cells(row: Any, asked: Asked, names: dict[str, str], *, full: bool) -> dict[str, Any]:
    source = asked.figure.source
    name, path = source.link
    (_, first), *others = annex.row_values(row, source, full=full, listed=True)
    return {
        "url": reverse(name, args=[annex.reach(row, path)]),
        "first": first,
        "village": names.get(row.village_code, row.village_code),
        "others": [(column, value) for column, value in others],
    }
