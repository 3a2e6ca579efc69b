"""What templates print with: masks, money, days, form fields, heads of sortable columns. Each calls lib."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from paibou.lib import keyset, privacy, wording

register = template.Library()

register.filter("mask_id", privacy.mask_id)
register.filter("mask_phone", privacy.mask_phone)
register.filter("mask_account", privacy.mask_account)
register.filter("mask_text", privacy.mask_text)
register.filter("yuan", wording.yuan)
register.filter("full_day", wording.full_day)


@register.filter
def shown_id(number: str | None, full: bool) -> str:
    """An identity number whole where the task is open, masked elsewhere."""
    return (number or wording.UNKNOWN) if full else privacy.mask_id(number) or wording.UNKNOWN


@register.filter
def shown_phone(number: str | None, full: bool) -> str:
    return (number or wording.UNKNOWN) if full else privacy.mask_phone(number) or wording.UNKNOWN


@register.filter
def shown_account(number: str | None, full: bool) -> str:
    return (number or wording.UNKNOWN) if full else privacy.mask_account(number) or wording.UNKNOWN


@register.filter
def wan(value: Decimal | None, places: int = 4) -> str:
    return wording.wan(value, places)


@register.filter
def num(value: Decimal | int | None, places: int = 0) -> str:
    return wording.number(value, places)


@register.filter
def percent(part: Decimal | int, whole: Decimal | int) -> str:
    return wording.percent(part, whole)


@register.filter
def day(value: date | None, today: date | None = None) -> str:
    return wording.day(value, today or timezone.localdate())


@register.filter
def when(value: datetime | None, now: datetime | None = None) -> str:
    return wording.when(value, now or timezone.now())


@register.filter
def stamp(value: datetime | None) -> str:
    """An instant to the minute, for logs: `2025-10-20 09:42`."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else wording.UNKNOWN


@register.filter
def due(deadline: date | None, today: date | None = None) -> SafeString:
    """A deadline with its sign: `▲ 超期 3 天` red, `● 今天` amber, `还有 2 天`, else the day."""
    text, look = wording.due(deadline, today or timezone.localdate())
    return format_html('<span class="{}">{}</span>', look, text)


@register.filter
def digest(value: bytes | str | None) -> str:
    """The first eight signs of a digest, enough to tell two files apart."""
    text = bytes(value).hex() if isinstance(value, (bytes, memoryview)) else (value or "")
    return text[:8].upper() or wording.UNKNOWN


@register.filter
def dash(value: Any) -> Any:
    """An empty cell is `–`; zero is 0."""
    return wording.UNKNOWN if value in (None, "") else value


@register.filter
def counted(page: keyset.Page, unit: str = "条") -> str:
    return page.counted(unit)


@register.inclusion_tag("parts/_field.html")
def field(bound: BoundField, width: str = "", style: str = "") -> dict[str, Any]:
    """A form field as the interface draws it; `width`: day number money half code short, `style`: chips or pick (phone)."""
    widget = bound.field.widget
    many = isinstance(widget, (CheckboxSelectMultiple, RadioSelect))
    attrs: dict[str, str | bool] = {} if many else {"class": f"input input--{width}" if width else "input"}
    one, file = isinstance(widget, CheckboxInput), isinstance(widget, FileInput)
    return {
        "field": bound,
        "many": many,
        "tick": one,
        "file": file,
        "photo": file and "image" in str(widget.attrs.get("accept", "")),
        "style": style,
        "drawn": None if many else bound.as_widget(attrs={} if one or file else attrs),
    }


@register.simple_tag
def plain(bound: BoundField) -> SafeString:
    """The bare input of a filter bar; its label stands beside it."""
    return bound.as_widget(attrs={"class": "input"})


@register.inclusion_tag("parts/_errors.html")
def errors(form: Any) -> dict[str, Any]:
    """The summary above a form: what concerns all of it, and a count when more than one field is wrong."""
    wrong = [bound for bound in form.visible_fields() if bound.errors]
    return {"whole": form.non_field_errors(), "wrong": wrong if len(wrong) > 1 else []}


@register.simple_tag
def sort_head(page: keyset.Page, name: str, label: str, look: str = "") -> SafeString:
    """A column head that orders the list by a declared order; `aria-sort` on the one in use."""
    if page.order != name:
        return format_html('<th scope="col" class="{}"><a href="{}">{}</a></th>', look, page.order_urls[name], label)
    way = "descending" if page.orders[name][0].startswith("-") else "ascending"
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a href="{}">{}</a></th>', look, way, page.order_urls[name], label
    )
