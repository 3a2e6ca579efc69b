"""One way for all forms: shown, sent, refused in words, done and back."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.forms import ChoiceField, Field, Form, ModelChoiceField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.doors import Request
from households.models import Household, Person
from paibou.lib import notices
from paibou.lib.forms import CountField, DayField, IdentityField, MoneyField, NameField, PhoneField
from paibou.lib.refused import Refused

TEMPLATE = "households/form.html"
WIDTHS: dict[type[Field], str] = {
    DayField: "day",
    MoneyField: "money",
    CountField: "number",
    IdentityField: "code",
    PhoneField: "code",
    NameField: "short",
    ChoiceField: "half",
    ModelChoiceField: "half",
}


def standing(rows: QuerySet, pk: int) -> Any:
    """The row a form is about. Refused when it was changed or taken back while the form stood open."""
    row = get_object_or_404(rows, pk=pk)
    if row.withdrawn_at:
        raise Refused("这一条刚被改过或撤回，这一页是旧的；回到这一户看现在的情况")
    return row


def form_page(
    request: Request,
    *,
    form: Form,
    act: Callable[[], Any],
    row: Any,
    title: str,
    button: str,
    done: str,
    undo: str = "",
    to: Callable[[Any], Any] | None = None,
    template: str = TEMPLATE,
    **more: Any,
) -> HttpResponse:
    """Show the form, or call `act` for what was sent and go to the page of its row (or where `to` says)."""
    if form.is_bound and form.is_valid():
        try:
            result = act()
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, done, undo=undo)
            return redirect(to(result) if to else address_of(row))
    for field in form.fields.values():
        field.width = getattr(field, "width", "") or _width(field)  # type: ignore[attr-defined]
    context = {"form": form, "row": row, "title": title, "button": button, "back": address_of(row), **more}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _width(field: Field) -> str:
    """How wide the input is drawn: as wide as what belongs inside."""
    return next((width for kind, width in WIDTHS.items() if isinstance(field, kind)), "")


def address_of(row: Household | Person | None) -> str:
    if row is None:
        return reverse("households:household_list")
    noun = "household" if isinstance(row, Household) else "person"
    return reverse(f"households:{noun}_detail", args=[row.pk])


def posted(request: Request) -> Any:
    return request.POST if request.method == "POST" else None
