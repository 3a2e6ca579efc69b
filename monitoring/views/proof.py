"""Photographed originals: put to a case or a paper, looked at, taken away again."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import Request, needs
from accounts.models import AccessLog
from accounts.services.access import log_access
from exchange import files
from monitoring.forms.measure import ProofForm
from monitoring.models import Case, CasePaperProof, Paper
from monitoring.queries.limits import limits_of
from monitoring.services import proof as services
from monitoring.views.case_pages import address_of, seen_cases
from paibou.lib import notices
from paibou.lib.refused import Refused


@require_POST
@needs("monitoring.change_case")
def case_proof_add(request: Request, pk: int) -> HttpResponse:
    return _add(request, get_object_or_404(seen_cases(request.user), pk=pk))


@require_POST
@needs("monitoring.change_case")
def paper_proof_add(request: Request, pk: int) -> HttpResponse:
    return _add(request, get_object_or_404(Paper.objects.known().visible_to(request.user), pk=pk))


def _add(request: Request, row: Case | Paper) -> HttpResponse:
    kinds = [name for _, name in limits_of(row.village_code, timezone.localdate()).proofs]
    form = ProofForm(request.POST, request.FILES, kinds=kinds)
    if not form.is_valid():
        raise Refused("；".join(sentence for sentences in form.errors.values() for sentence in map(str, sentences)))
    owner = {"case": row} if isinstance(row, Case) else {"paper": row}
    data = form.cleaned_data["photo"].read()
    proof = services.add_proof(kind=form.cleaned_data["kind"], photo=data, by=request.user, **owner)
    notices.done(request, f"已传 {proof.kind}")
    return redirect(address_of(row))


@require_safe
@needs("monitoring.view")
def proof_photo(request: Request, pk: int) -> HttpResponse:
    proof = get_object_or_404(CasePaperProof.objects.visible_to(request.user), pk=pk)
    log_access(
        user=request.user,
        kind=AccessLog.Kind.FILE,
        what=f"看材料 {proof.kind}",
        village_code=proof.village_code,
        noun="proof",
        keys=[proof.pk],
    )
    answer = HttpResponse(files.read(proof.path), content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@needs("monitoring.change_case")
def proof_drop(request: Request, pk: int) -> HttpResponse:
    rows = CasePaperProof.objects.visible_to(request.user).select_related("case", "paper")
    proof = get_object_or_404(rows, pk=pk)
    owner = proof.case or proof.paper
    assert owner is not None
    services.drop_proof(proof=proof)
    notices.done(request, f"已拿掉一张 {proof.kind}")
    return redirect(address_of(owner))
