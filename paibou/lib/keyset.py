"""Keyset pages: any page costs what the first costs. A list declares at most four orders, NOT NULL columns, id last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from paibou.lib.wording import bounded

SALT = "paibou.keyset"
COUNT_LIMIT = 1000
MOST_ORDERS = 4
CURSOR, ORDER = "at", "order"

Order = tuple[str, ...]


class _Serializer:
    def dumps(self, obj: Any) -> bytes:
        return DjangoJSONEncoder(separators=(",", ":")).encode(obj).encode()

    loads = staticmethod(signing.JSONSerializer().loads)


@dataclass(frozen=True)
class Page:
    """One page of rows, with the addresses of its neighbours; `count` is exact up to `COUNT_LIMIT`."""

    rows: list[Any]
    count: int
    order: str
    orders: Mapping[str, Order]
    next_url: str = ""
    previous_url: str = ""
    order_urls: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def count_label(self) -> str:
        return self.counted()

    def counted(self, unit: str = "") -> str:
        """`225 条`, `1,000 条以上`."""
        return bounded(self.count, COUNT_LIMIT, unit)


def page(
    request: HttpRequest, queryset: QuerySet, *, orders: Mapping[str, Order], default: str, size: int = 50
) -> Page:
    """The page that the address asks for; a cursor that was changed, or belongs to another order, gives the first."""
    if len(orders) > MOST_ORDERS or any(columns[-1].lstrip("-") not in ("id", "pk") for columns in orders.values()):
        raise ValueError("a list has at most four orders, each with id last")
    asked = request.GET.get(ORDER, "")
    name = asked if asked in orders else default
    order = orders[name]
    backwards, values = _cursor(request.GET.get(CURSOR, ""), name, order)
    rows, more = _rows(queryset, order, values, backwards=backwards, size=size)
    if backwards and not more and len(rows) < size:  # fewer than a page lie before: show the first page whole
        backwards, values = False, None
        rows, more = _rows(queryset, order, None, backwards=False, size=size)
    has_next, has_previous = (bool(rows), more) if backwards else (more, values is not None)
    return Page(
        rows=rows,
        count=queryset.order_by()[: COUNT_LIMIT + 1].count(),
        order=name,
        orders=orders,
        next_url=_url(request, name, order, rows[-1], backwards=False) if has_next and rows else "",
        previous_url=_url(request, name, order, rows[0], backwards=True) if has_previous and rows else "",
        order_urls={each: _address(request, {ORDER: each if each != default else None}) for each in orders},
    )


def _rows(
    queryset: QuerySet, order: Order, values: list[Any] | None, *, backwards: bool, size: int
) -> tuple[list, bool]:
    if backwards:
        order = tuple(column[1:] if column.startswith("-") else f"-{column}" for column in order)
    if values is not None:
        queryset = queryset.filter(_after(order, values))
    rows = list(queryset.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return (rows[::-1] if backwards else rows), more


def _after(order: Order, values: list[Any]) -> Q:
    """Rows strictly behind the values: a bound on the first column, which an index serves, then the ties."""
    ways, same = [], Q()
    for column, value in zip(order, values, strict=True):
        path = column.lstrip("-")
        ways.append(same & Q(**{f"{path}__{'lt' if column.startswith('-') else 'gt'}": value}))
        same &= Q(**{path: value})
    first = order[0].lstrip("-")
    bound = Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": values[0]})
    return bound & reduce(Q.__or__, ways)


def _cursor(text: str, name: str, order: Order) -> tuple[bool, list[Any] | None]:
    try:
        sort, backwards, values = signing.loads(text, salt=SALT, serializer=_Serializer)
    except (signing.BadSignature, ValueError, TypeError):
        return False, None
    return (bool(backwards), values) if sort == name and len(values) == len(order) else (False, None)


def _url(request: HttpRequest, name: str, order: Order, row: Any, *, backwards: bool) -> str:
    values = [_value(row, column.lstrip("-")) for column in order]
    cursor = signing.dumps([name, int(backwards), values], salt=SALT, serializer=_Serializer)
    return _address(request, {CURSOR: cursor}, keep_order=True)


def _address(request: HttpRequest, changes: Mapping[str, str | None], *, keep_order: bool = False) -> str:
    query = request.GET.copy()
    query.pop(CURSOR, None)
    if not keep_order:
        query.pop(ORDER, None)
    for key, value in changes.items():
        if value is not None:
            query[key] = value
    return "?" + query.urlencode()


def view_url(request: HttpRequest, name: str) -> str:
    """The list in another view: from its start, in that view's order, the other conditions kept."""
    return _address(request, {"view": name})


def _value(row: Any, path: str) -> Any:
    if isinstance(row, Mapping):
        return row[path]
    return reduce(getattr, path.split("__"), row)
