"""Long work as its submitter sees it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from exchange.jobs import cancel
from exchange.models import Job
from paibou.lib import keyset, notices

RIGHTS = ("exchange.view", "exchange.export")


@require_safe
@needs(*RIGHTS)
@vary_on_headers("HX-Request")
def job_list(request: Request) -> HttpResponse:
    rows = Job.objects.visible_to(request.user).select_related("user")
    orders = {"submitted": ("-submitted_at", "-id")}
    page = keyset.page(request, rows, orders=orders, default="submitted")
    return render(request, f"exchange/job/{'_rows' if request.htmx else 'list'}.html", {"page": page})


@require_safe
@needs(*RIGHTS)
@vary_on_headers("HX-Request")
def job_detail(request: Request, pk: int) -> HttpResponse:
    """The bar; once the work is done, the page as a whole says what came of it."""
    job = get_object_or_404(Job.objects.visible_to(request.user).select_related("user"), pk=pk)
    if request.htmx:
        answer = render(request, "exchange/job/_progress.html", {"job": job})
        if job.state not in Job.State.unfinished():
            answer["HX-Refresh"] = "true"
        return answer
    return render(request, "exchange/job/detail.html", {"job": job, "files": job.files.all()})


@require_POST
@needs(*RIGHTS)
def job_cancel(request: Request, pk: int) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    cancel(job=job, by=request.user)
    notices.done(request, "已取消", job.title)
    return redirect("exchange:job_list")
