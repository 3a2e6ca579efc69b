"""查找: people and households by what somebody types."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from households.queries.listing import village_names
from households.queries.search import find
from paibou.lib.cleaners import narrow
from reports.queries.search import Hit, hits

LEAST = 2  # signs before anything is asked


@require_safe
@needs("households.view")
@vary_on_headers("HX-Request")
def search(request: Request) -> HttpResponse:
    """As one types: links for the box under the field. As a page: the same; one hit opens it at once."""
    word = narrow(request.GET.get("q", ""))
    asked = len(word) >= LEAST
    found = hits(find(user=request.user, text=word if asked else ""), timezone.localdate())
    if found.only and not request.htmx and "stay" not in request.GET:
        return redirect(_address(found.only))
    shown = [*found.all, *found.near]
    names = village_names([hit.row for hit in shown])
    for hit in shown:
        hit.url, hit.village = _address(hit), names.get(hit.row.village_code, "")
    context = {"word": word, "asked": asked, "least": LEAST, "found": found}
    return render(request, f"reports/search/{'_found' if request.htmx else 'page'}.html", context)


def _address(hit: Hit) -> str:
    return reverse(f"households:{hit.noun}_detail", args=[hit.row.pk])
