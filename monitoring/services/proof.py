"""Signed originals photographed back: made small, sealed, kept with the case or the paper they belong to."""

from django.db import transaction

from accounts.models import User
from exchange import files
from monitoring.models import Case, CasePaperProof, Paper
from paibou.lib.pictures import made_small
from paibou.lib.refused import Refused

FOLDER = "proofs"


@transaction.atomic
def add_proof(
    *, kind: str, photo: bytes, by: User, case: Case | None = None, paper: Paper | None = None
) -> CasePaperProof:
    """Keep a photographed original; the same picture twice is one. Refused for what is no picture."""
    if not kind.strip():
        raise Refused("写明是哪一件材料")
    owner = case or paper
    if owner is None:
        raise ValueError("a proof is of a case or of a paper")
    data = made_small(photo)
    digest = files.digest_of(data)
    standing = CasePaperProof.objects.filter(case=case, paper=paper, kind=kind, digest=digest).first()
    return standing or CasePaperProof.objects.create(
        case=case,
        paper=paper,
        village_code=owner.village_code,
        kind=kind,
        path=files.keep(data, FOLDER),
        digest=digest,
        size=len(data),
        by=by,
    )


@transaction.atomic
def drop_proof(*, proof: CasePaperProof) -> None:
    """Take away a picture that was put in the wrong place; the file goes when that is certain."""
    path = proof.path
    proof.delete()
    transaction.on_commit(lambda: files.forget(path), robust=True)
