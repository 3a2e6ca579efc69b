"""What of households waits for a user today."""

from datetime import date

from django.urls import reverse

from accounts.models import User
from accounts.roles import may
from households.models import FactProposal
from households.queries.visiting import late
from paibou.lib.declarations import Todo, Waiting, todos


def proposals(user: User, day: date) -> list[Waiting]:
    if not may(user, "households.settle_proposal"):
        return []
    count = FactProposal.objects.visible_to(user).open().count()
    return [Waiting("村里提出的更正，等您采纳", reverse("households:proposal_list"), count, unit="条")] if count else []


def visits(user: User, day: date) -> list[Waiting]:
    if not may(user, "households.visit"):
        return []
    count = late(user, day).count()
    url = f"{reverse('households:visit_list')}?view=late"
    return [Waiting("到期没走访的户", url, count, late=count, unit="户")] if count else []


todos.add("proposals", Todo("proposals", "更正", proposals, order=40))
todos.add("visits", Todo("visits", "走访", visits, order=45))
