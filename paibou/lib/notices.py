"""What a page says after an act: done (with a way back), or refused. Shown once, at the top of the next page or part."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html


def done(request: HttpRequest, head: str, text: str = "", *, undo: str = "") -> None:
    """`已办结 3 条` in bold, then who; `undo` is the address that a POST takes it back at."""
    messages.success(request, format_html("<b>{}</b>{}", head, text), extra_tags=undo)


def refused(request: HttpRequest, sentence: str, *, head: str = "没有做成") -> None:
    messages.error(request, format_html("<b>{}</b>{}", head, sentence))
