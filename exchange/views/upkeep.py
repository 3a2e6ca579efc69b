"""Work on everything that is kept: merging divisions, another sealing key."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.doors import Request, needs
from accounts.forms.division import RecodeForm
from accounts.models import Division
from accounts.services.keys import count_old
from exchange.jobs import submit
from exchange.services.upkeep import old_files
from paibou.lib.division import pad


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts.manage_divisions")
def recode_division(request: Request, pk: int) -> HttpResponse:
    """撤并: which division this one becomes part of; a job moves everything."""
    old = get_object_or_404(Division.objects.visible_to(request.user).filter(closed_on=None), pk=pk)
    form = RecodeForm(request.user, old, request.POST or None, today=timezone.localdate())
    if form.is_bound and form.is_valid():
        new, on = form.cleaned_data["into"], form.cleaned_data["on"]
        job = submit(
            task="exchange.merge_divisions",
            title=f"{old.name}并入{new.name}",
            user=request.user,
            village_code=old.village_code,
            arguments={"old": old.pk, "new": new.pk, "on": on.isoformat()},
        )
        return redirect("exchange:job_detail", pk=job.pk)
    context = {"division": old, "form": form}
    return render(request, "exchange/upkeep/recode.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts.rotate_keys")
def reseal(request: Request) -> HttpResponse:
    """What is still sealed under an older key, and the job that seals it anew."""
    if request.method == "POST":
        home = pad(request.user.prefixes[0]) if request.user.prefixes else request.user.village_code
        job = submit(task="exchange.reseal", title="更换密钥", user=request.user, village_code=home)
        return redirect("exchange:job_detail", pk=job.pk)
    return render(request, "exchange/upkeep/reseal.html", {"values": count_old(), "files": len(old_files())})
