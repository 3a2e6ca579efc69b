"""Pages for what went wrong."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts.doors import open_to_all

log = logging.getLogger("paibou.errors")


@open_to_all
def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours: said with a number that also stands in the log."""
    number = secrets.token_hex(2).upper()
    log.error("server error %s on %s", number, request.path)
    return HttpResponse(render_to_string("500.html", {"number": number}), status=500)
