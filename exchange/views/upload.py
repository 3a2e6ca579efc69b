"""Workbooks brought in: new ones, and one that was put right elsewhere."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import Request, needs
from exchange.forms.upload import UploadForm
from exchange.models import Batch
from exchange.services.upload import earlier_batch, take_upload
from paibou.lib import notices
from paibou.lib.refused import Refused

RIGHTS = ("exchange.import", "accounts.manage_divisions")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*RIGHTS)
def upload(request: Request) -> HttpResponse:
    """One or many files of one kind; the very same file leads to the batch that was made of it."""
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*posted, user=request.user, today=timezone.localdate(), initial={"kind": request.GET.get("kind")})
    if form.is_bound and form.is_valid():
        batches, refusals = _take_each(request, form)
        if not batches:
            form.add_error("files", refusals)
        else:
            for sentence in refusals:
                notices.refused(request, sentence, head="有文件没收")
            alone = len(batches) == 1
            return redirect("exchange:batch_detail", pk=batches[0].pk) if alone else redirect("exchange:batch_list")
    return render(request, "exchange/upload/form.html", {"form": form}, status=422 if form.is_bound else 200)


def _take_each(request: Request, form: UploadForm) -> tuple[list[Batch], list[str]]:
    """The batches of those files that were taken, and what is said of the others."""
    batches, refusals = [], []
    for file in form.cleaned_data["files"]:
        try:
            batches.append(_taken(request, form, file))
        except Refused as no:
            refusals.append(str(no))
    return batches, refusals


def _taken(request: Request, form: UploadForm, file: UploadedFile) -> Batch:
    data, kind = file.read(), form.cleaned_data["kind"]
    known = earlier_batch(kind=kind, data=data, by=request.user)
    if known:
        notices.done(request, "这个文件传过", f"{file.name} 和以前传的一模一样，没有再收。")
        return known
    return take_upload(
        kind=kind, name=file.name or "", data=data, by=request.user, today=timezone.localdate(), **form.facts()
    )


@require_POST
@needs(*RIGHTS)
def mended(request: Request, pk: int) -> HttpResponse:
    """The workbook with reasons, put right: a batch of its own that closes the problem rows of this one."""
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    file = request.FILES.get("file")
    if file is None:
        raise Refused("还没选文件；选改好的那份名单再传")
    new = take_upload(
        kind=batch.kind, name=file.name or "", data=file.read(), by=request.user, today=timezone.localdate(),
        source=batch.source,
        received_on=batch.received_on, as_of=batch.as_of, mends=batch,
    )  # fmt: skip
    return redirect("exchange:batch_detail", pk=new.pk)
