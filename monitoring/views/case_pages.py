"""One way for the forms of cases: shown, sent, refused in words, done and back to the page they came from."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.doors import Request
from accounts.models import User
from monitoring.models import Case, Paper
from paibou.lib import notices
from paibou.lib.forms import CountField, DayField, MoneyField
from paibou.lib.refused import Refused

FORM = ["GET", "HEAD", "POST"]
WIDTHS = {DayField: "day", CountField: "number", MoneyField: "money"}
TEMPLATE = "monitoring/case/form.html"


def seen_cases(user: User) -> QuerySet[Case]:
    return Case.objects.known().visible_to(user).select_related("household__head", "income", "predecessor", "alert")


def sized(form: Form) -> Form:
    """The form with the width that says what belongs inside each field."""
    for field in form.fields.values():
        width = next((width for kind, width in WIDTHS.items() if isinstance(field, kind)), "")
        setattr(field, "width", width)  # noqa: B010 -- read by the template
    return form


def address_of(row: Case | Paper) -> str:
    noun = "case" if isinstance(row, Case) else "paper"
    return reverse(f"monitoring:{noun}_detail", args=[row.pk])


def posted(request: Request) -> Any:
    return request.POST if request.method == "POST" else None


def form_page(
    request: Request,
    *,
    form: Form,
    act: Callable[[], Any],
    row: Case | Paper,
    title: str,
    button: str,
    done: str,
    undo: Callable[[Any], str] | None = None,
    to: Callable[[Any], str] | None = None,
    template: str = TEMPLATE,
    **more: Any,
) -> HttpResponse:
    """Show the form, or call `act` for what was sent and go back; `undo` gives the address that takes it back."""
    if form.is_bound and form.is_valid():
        try:
            result = act()
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, done, undo=undo(result) if undo else "")
            return redirect(to(result) if to else address_of(row))
    context = {"form": sized(form), "row": row, "title": title, "button": button, "back": address_of(row), **more}
    return render(request, template, context, status=422 if form.is_bound else 200)
