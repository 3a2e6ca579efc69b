"""待采纳的更正: a village says that a fact is different; the station accepts or not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.options import value_of as setting
from households.facts import as_text, facts_of, value_of
from households.models import FactProposal, Household, Person
from households.services.dated import refuse_future, stand
from households.services.fact import change_facts
from paibou.lib.refused import Refused


@transaction.atomic
def propose_facts(
    *, row: Household | Person, facts: Mapping[str, Any], on: date, by: User, today: date, note: str = ""
) -> list[FactProposal]:
    """Propose other values, each with what stands there now. Refused when nothing differs, or the same is proposed already."""
    refuse_future(on, today)
    known = facts_of(row)
    made = []
    for field, value in facts.items():
        base, wanted = as_text(known[field], value_of(row, known[field])), as_text(known[field], value)
        if base == wanted:
            continue
        of = {"household": row} if isinstance(row, Household) else {"person": row}
        if any(other.value == wanted for other in FactProposal.objects.open().filter(field=field, **of)):
            raise Refused(f"{known[field].label}已经有人提出改成“{wanted}”，等工作站采纳")
        made.append(
            stand(
                FactProposal(
                    **of,
                    village_code=row.village_code,
                    field=field,
                    base=base,
                    value=wanted,
                    on=on,
                    note=note,
                    proposed_by=by,
                )
            )
        )
    if not made:
        raise Refused("和系统里现在的一样，没有要改的")
    return made


@transaction.atomic
def accept_proposal(*, proposal: FactProposal, by: User, today: date, knowing: bool = False) -> FactProposal:
    """Let the fact be as proposed. Refused when it changed meanwhile and `knowing` does not say that this was seen."""
    row = proposal.household or proposal.person
    assert row is not None
    held: Any = type(row)._default_manager.select_for_update()
    row.refresh_from_db(from_queryset=held)  # what stands now is what is changed
    fact = facts_of(row)[proposal.field]
    now = as_text(fact, value_of(row, fact))
    if now not in (proposal.base, proposal.value) and not knowing:
        raise Refused(f"提出以后{fact.label}又改过，现在是“{now}”，提出的是“{proposal.value}”；看过两处再定")
    if proposal.proposed_by_id == by.pk and _two_persons(proposal, today):
        raise Refused("本地规定录入与审核不得同一人，请另一位来采纳")
    _decide(proposal, FactProposal.Verdict.ACCEPTED, by)
    value = fact.clean(proposal.value) if proposal.value else None
    change_facts(row=row, facts={proposal.field: value}, on=proposal.on, by=by, today=today)
    return proposal


@transaction.atomic
def refuse_proposal(*, proposal: FactProposal, why: str, by: User) -> FactProposal:
    """Leave the fact as it is, and say why. Refused without a reason."""
    if not why:
        raise Refused("不采纳要写明原因")
    _decide(proposal, FactProposal.Verdict.REFUSED, by, why=why)
    return proposal


def _two_persons(proposal: FactProposal, today: date) -> bool:
    return bool(setting("two_persons", village_code=proposal.village_code, day=today))


def _decide(proposal: FactProposal, verdict: FactProposal.Verdict, by: User, **more: Any) -> None:
    moved = (
        FactProposal.objects.open()
        .filter(pk=proposal.pk)
        .update(verdict=verdict, decided_by=by, decided_at=timezone.now(), **more)
    )
    if not moved:
        raise Refused("这一条更正已经定过了")
    proposal.refresh_from_db()
