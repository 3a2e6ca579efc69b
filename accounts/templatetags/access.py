"""The way from a masked value to the reason that opens it."""

from typing import Any

from django import template
from django.core import signing
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from accounts.roles import may

register = template.Library()
SALT = "accounts.full_view"


@register.simple_tag(takes_context=True)
def full_view_link(
    context: dict[str, Any], task: str, what: str, village_code: str, rows: int = 1, label: str = "查看…"
) -> SafeString | str:
    """`查看…` for those who may; the task is signed, so that the log says what the page said."""
    request = context["request"]
    if not may(request.user, "accounts.full_view"):
        return ""
    token = signing.dumps([task, what, village_code, rows], salt=SALT)
    url = f"{reverse('accounts:full_view')}?{urlencode({'task': token, 'next': request.get_full_path()})}"
    return format_html('<a href="{}" hx-get="{}" hx-target="#dialog">{}</a>', url, url, label)
