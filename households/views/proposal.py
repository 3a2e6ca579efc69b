"""待采纳的更正: proposed in a village, settled at the station."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import Request, needs
from households.facts import as_text, facts_of, value_of
from households.forms.fact import ProposalForm, RefusalForm
from households.models import FactProposal, Household, Person
from households.queries.listing import name_villages
from households.services import proposal as services
from households.views.forming import form_page, posted
from households.views.membership import FORM
from paibou.lib import keyset, notices
from paibou.lib.refused import Refused


@require_safe
@needs("households.propose", "households.settle_proposal")
def proposal_list(request: Request) -> HttpResponse:
    rows = FactProposal.objects.visible_to(request.user).select_related("household__head", "person", "proposed_by")
    only_open = request.GET.get("view") != "settled"
    rows = rows.open() if only_open else rows.exclude(verdict="")
    page = keyset.page(request, rows, orders={"latest": ("-id",)}, default="latest")
    for proposal in page.rows:
        row = proposal.household or proposal.person
        proposal.fact = facts_of(row)[proposal.field]
        proposal.now = as_text(proposal.fact, value_of(row, proposal.fact))
        proposal.is_moved = only_open and proposal.now not in (proposal.base, proposal.value)
    name_villages(page.rows)
    context = {"page": page, "only_open": only_open}
    return render(request, "households/proposal/list.html", context)


@require_http_methods(FORM)
@needs("households.propose")
def household_propose(request: Request, pk: int) -> HttpResponse:
    return _propose(request, get_object_or_404(Household.objects.visible_to(request.user), pk=pk))


@require_http_methods(FORM)
@needs("households.propose")
def person_propose(request: Request, pk: int) -> HttpResponse:
    return _propose(request, get_object_or_404(Person.objects.visible_to(request.user), pk=pk))


def _propose(request: Request, row: Household | Person) -> HttpResponse:
    today = timezone.localdate()
    form = ProposalForm(posted(request), row=row, today=today)

    def act() -> object:
        asked = form.cleaned_data
        return services.propose_facts(
            row=row, facts=form.facts(), on=asked["on"], note=asked["note"], by=request.user, today=today
        )

    return form_page(
        request,
        form=form,
        act=act,
        row=row,
        title=f"提出更正：{row}",
        button="提交工作站",
        done="已提交，等工作站采纳",
        lead="只改不对的几项；工作站采纳后才改。",
    )


@require_POST
@needs("households.settle_proposal")
def proposal_accept(request: Request, pk: int) -> HttpResponse:
    proposal = get_object_or_404(FactProposal.objects.visible_to(request.user), pk=pk)
    try:
        services.accept_proposal(
            proposal=proposal, by=request.user, today=timezone.localdate(), knowing="knowing" in request.POST
        )
    except Refused as no:
        notices.refused(request, str(no))
    else:
        notices.done(request, "已采纳")
    return redirect("households:proposal_list")


@require_http_methods(FORM)
@needs("households.settle_proposal")
def proposal_refuse(request: Request, pk: int) -> HttpResponse:
    rows = FactProposal.objects.visible_to(request.user).select_related("household__head", "person")
    proposal = get_object_or_404(rows, pk=pk)
    form = RefusalForm(posted(request))
    return form_page(
        request,
        form=form,
        act=lambda: services.refuse_proposal(proposal=proposal, by=request.user, **form.cleaned_data),
        row=proposal.household or proposal.person,
        title="不采纳这条更正",
        button="不采纳",
        done="已退回",
    )
