"""Files that were made for somebody."""

from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from accounts.models import AccessLog
from accounts.roles import may
from accounts.services.access import log_access
from exchange import files
from exchange.models import ProducedFile
from paibou.lib import keyset

RIGHTS = ("exchange.view", "exchange.export")


def seen_files(request: Request) -> QuerySet[ProducedFile]:
    """One's own; those of the whole station for whoever may take whole numbers out, for they may hold them."""
    made = ProducedFile.objects.visible_to(request.user)
    return made if may(request.user, "exchange.export_full") else made.filter(user=request.user)


@require_safe
@needs(*RIGHTS)
@vary_on_headers("HX-Request")
def file_list(request: Request) -> HttpResponse:
    rows = seen_files(request).select_related("user")
    page = keyset.page(request, rows, orders={"made": ("-made_at", "-id")}, default="made")
    return render(request, f"exchange/produced/{'_rows' if request.htmx else 'list'}.html", {"page": page})


@require_safe
@needs(*RIGHTS)
def file_download(request: Request, pk: int) -> HttpResponse:
    """The file, and a row of log that it was taken."""
    made = get_object_or_404(seen_files(request), pk=pk)
    log_access(
        user=request.user, kind=AccessLog.Kind.FILE, what=f"下载 {made.name}", village_code=made.village_code,
        noun="file", keys=[made.pk], rows=made.rows or 1,
    )  # fmt: skip
    answer = HttpResponse(files.read(made.path), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.name)}"
    return answer
