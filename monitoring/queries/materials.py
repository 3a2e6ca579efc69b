"""The papers of a case: which originals are there, which are missing, which are not due yet."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from monitoring.models import CasePaperProof, Step
from monitoring.options.case import PLAN
from monitoring.queries.case_facts import CaseFacts

HERE, MISSING, LATER = "here", "missing", "later"


@dataclass(frozen=True)
class Material:
    """One paper that a step should have, with its photographed originals."""

    name: str
    step: str
    state: str
    proofs: tuple[CasePaperProof, ...] = ()


def materials(facts: CaseFacts) -> list[Material]:
    """In the order of the setting; a case shares the originals of the meetings and papers it stands on."""
    standing = facts.so_far.standing
    papers = [event.paper_id for event in facts.so_far.history if event.paper_id]
    rows = CasePaperProof.objects.filter(Q(case=facts.case) | Q(paper__in=papers)).order_by("kind", "pk")
    proofs = {kind: tuple(found) for kind, found in groupby(rows, key=lambda row: row.kind)}
    by_label = {step.label: step for step in Step}
    found = []
    for label, name in facts.now.proofs:
        begun = facts.first_measure_on is not None if label == PLAN else by_label.get(label) in standing
        eliminating = by_label.get(label) in (*Step.eliminating(), Step.LABELLED)
        mine = proofs.pop(name, ())
        if mine or begun or not eliminating:
            found.append(Material(name, label, HERE if mine else MISSING if begun else LATER, mine))
    found += [Material(name, "", HERE, mine) for name, mine in proofs.items()]
    return found


def missing(found: list[Material]) -> int:
    return sum(material.state == MISSING for material in found)
