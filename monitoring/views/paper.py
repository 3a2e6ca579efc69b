"""会议 公示 审核 批复 公告: the list, made for many households at once, the printed list without private data."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from accounts.roles import may
from households.models import Membership
from monitoring.forms.case_step import ResultForm, WhyForm
from monitoring.forms.measure import ProofForm
from monitoring.forms.paper import DecisionsForm, PaperCorrectForm, PaperFilter, PaperForm
from monitoring.models import CaseEvent, Paper, Step
from monitoring.models.paper import PAPER_STEPS
from monitoring.queries.case_list import due_for_paper
from monitoring.queries.labelling import label_warnings
from monitoring.queries.limits import limits_of
from monitoring.queries.places import name_places
from monitoring.services import paper as services
from monitoring.views.case_pages import FORM, form_page, posted, sized
from paibou.lib import keyset, notices
from paibou.lib.division import pad
from paibou.lib.keys import keys
from paibou.lib.refused import Refused

ORDERS = {"latest": ("-on", "-id")}


def _papers(request: Request) -> Any:
    return Paper.objects.known().visible_to(request.user)


@require_safe
@needs("monitoring.view")
@vary_on_headers("HX-Request")
def paper_list(request: Request) -> HttpResponse:
    form = PaperFilter(request.GET)
    rows = _papers(request).annotate(households=Count("events", filter=Q(events__withdrawn_at=None)))
    if form.asked.get("kind"):
        rows = rows.filter(kind=form.asked["kind"])
    page = keyset.page(request, rows, orders=ORDERS, default="latest")
    name_places(page.rows)
    context = {"page": page, "form": form, "kinds": Paper.Kind.choices}
    return render(request, f"monitoring/paper/{'_rows' if request.htmx else 'list'}.html", context)


@require_http_methods(FORM)
@needs("monitoring.change_case")
def paper_add(request: Request, kind: str) -> HttpResponse:
    """A paper with the households that are due for it; `?case=` ticks one, `?step=labelled` is for 兜底标注."""
    if kind not in Paper.Kind.values:
        raise Http404
    today = timezone.localdate()
    step = Step.LABELLED if request.GET.get("step") == Step.LABELLED and kind == Paper.Kind.APPROVAL else ""
    due = due_for_paper(request.user, kind, today, step=step)
    chosen = keys(request.GET.getlist("case"))
    due, elsewhere = _of_one_village(due, chosen, kind)
    place = due[0][0].case.village_code if due else pad((request.user.prefixes or [""])[0])
    days = limits_of(place, today).publicity_days
    initial = {"on": today, "ends_on": today + timedelta(days=days)}
    form = PaperForm(posted(request), kind=kind, initial=initial, days=days)
    warned = label_warnings((facts.case.household_id for facts, _ in due), today) if step == Step.LABELLED else {}
    decisions = DecisionsForm(posted(request), due=due, chosen=chosen, kind=kind, warned=warned)
    if form.is_bound and form.is_valid() and decisions.is_valid():
        try:
            paper = services.make_paper(
                kind=kind, decisions=decisions.decisions(), by=request.user, today=today, **form.given()
            )
        except Refused as no:
            form.add_error(None, str(no))
        else:
            count = len(decisions.decisions())
            undo = reverse("monitoring:paper_withdraw", args=[paper.pk])
            notices.done(request, f"已登记 {paper.get_kind_display()} {count} 户", undo=undo)
            return redirect("monitoring:paper_detail", paper.pk)
    name_places([facts.case for facts, _ in due])
    context = {
        "form": sized(form),
        "decisions": decisions,
        "kind": Paper.Kind(kind),
        "elsewhere": elsewhere,
        "labels": step == Step.LABELLED,
        "back": reverse("monitoring:case_detail", args=chosen[:1]) if chosen else reverse("monitoring:paper_list"),
    }
    return render(request, "monitoring/paper/add.html", context, status=422 if form.is_bound else 200)


def _of_one_village(due: list, chosen: list[int], kind: str) -> tuple[list, int]:
    """Meetings and publicities are of one village: that of the household they were begun for. And how many are not."""
    if kind not in services.IN_ONE_VILLAGE or not chosen:
        return due, 0
    here = {facts.case.village_code for facts, _ in due if facts.case.pk in chosen}
    kept = [(facts, step) for facts, step in due if facts.case.village_code in here]
    return kept, len(due) - len(kept)


@require_safe
@needs("monitoring.view")
def paper_detail(request: Request, pk: int) -> HttpResponse:
    paper = get_object_or_404(_papers(request).select_related("by"), pk=pk)
    today = timezone.localdate()
    events = _events(paper)
    name_places([paper, *events])
    labels = {step.label for step in PAPER_STEPS[Paper.Kind(paper.kind)]}
    kinds = [name for label, name in limits_of(paper.village_code, today).proofs if label in labels]
    context = {
        "paper": paper,
        "events": events,
        "taken_out": _events(paper, standing=False),
        "waits_for_result": paper.kind == Paper.Kind.PUBLICITY
        and any(not event.detail.get("result") for event in events),
        "proofs": list(paper.proofs.order_by("kind", "pk")),
        "proof_form": ProofForm(kinds=kinds),
        "today": today,
        "may_change": may(request.user, "monitoring.change_case"),
    }
    return render(request, "monitoring/paper/detail.html", context)


def _events(paper: Paper, *, standing: bool = True) -> list[CaseEvent]:
    rows = CaseEvent.objects.filter(paper=paper).select_related("case__household__head", "withdrawn_by")
    rows = rows.known() if standing else rows.exclude(withdrawn_why="")
    return list(rows.order_by("village_code", "pk"))


@require_safe
@needs("monitoring.view")
def paper_print(request: Request, pk: int) -> HttpResponse:
    """The list that hangs in the village: no identity number, phone, account or health (P)."""
    paper = get_object_or_404(_papers(request), pk=pk, kind__in=[Paper.Kind.PUBLICITY, Paper.Kind.ANNOUNCEMENT])
    events = _events(paper)
    name_places([paper])
    members = Membership.objects.as_of(paper.on).filter(household__in=[event.household_id for event in events])
    people = dict(members.values("household").annotate(n=Count("pk")).values_list("household", "n"))
    rows = [(event, people.get(event.household_id, 0)) for event in events]
    context = {
        "paper": paper,
        "taking_up": [row for row in rows if row[0].step not in Step.eliminating()],
        "eliminating": [row for row in rows if row[0].step in Step.eliminating()],
    }
    return render(request, "monitoring/paper/print.html", context)


@require_http_methods(FORM)
@needs("monitoring.change_case")
def paper_end(request: Request, pk: int) -> HttpResponse:
    """The result of a publicity, for every household on it."""
    paper = get_object_or_404(_papers(request), pk=pk, kind=Paper.Kind.PUBLICITY)
    form = ResultForm(posted(request))
    return form_page(
        request,
        form=form,
        act=lambda: services.end_publicity(
            paper=paper, by=request.user, today=timezone.localdate(), **form.cleaned_data
        ),
        row=paper,
        title="登记公示结果",
        button="登记公示结果",
        done="已登记公示结果",
        lead="这次公示的每一户都按这个结果登记。",
    )


@require_http_methods(FORM)
@needs("monitoring.change_case")
def paper_correct(request: Request, pk: int) -> HttpResponse:
    paper = get_object_or_404(_papers(request), pk=pk)
    initial = {name: getattr(paper, name) for name in PaperForm.base_fields}
    form = PaperCorrectForm(posted(request), kind=paper.kind, initial=initial)

    def act() -> Paper:
        why = form.cleaned_data["why"]
        return services.correct_paper(paper=paper, why=why, by=request.user, today=timezone.localdate(), **form.given())

    return form_page(
        request,
        form=form,
        act=act,
        row=paper,
        title=f"更正{paper.get_kind_display()}",
        button="更正",
        done=f"已更正{paper.get_kind_display()}",
        to=lambda new: reverse("monitoring:paper_detail", args=[new.pk]),
        withdraw=reverse("monitoring:paper_withdraw", args=[paper.pk]),
    )


@require_http_methods(FORM)
@needs("monitoring.change_case")
def paper_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take the whole paper back; a POST without a reason is the 撤销 just after."""
    paper = get_object_or_404(_papers(request), pk=pk)
    data = {"why": "刚登记就撤销"} if request.method == "POST" and "why" not in request.POST else posted(request)
    form = WhyForm(data)
    return form_page(
        request,
        form=form,
        act=lambda: services.withdraw_paper(
            paper=paper, by=request.user, today=timezone.localdate(), **form.cleaned_data
        ),
        row=paper,
        title=f"撤回{paper.get_kind_display()}",
        button=f"撤回{paper.get_kind_display()}",
        done=f"已撤回{paper.get_kind_display()}",
        to=lambda _: reverse("monitoring:paper_list"),
        lead="这一件和上面每一户的这一步都当作没有登记过。",
    )


@require_http_methods(FORM)
@needs("monitoring.change_case")
def paper_take_out(request: Request, pk: int) -> HttpResponse:
    """One household out of a paper, with a reason; `pk` is that of its step."""
    rows = CaseEvent.objects.known().visible_to(request.user).filter(paper__isnull=False)
    event = get_object_or_404(rows.select_related("case__household__head", "paper"), pk=pk)
    paper = event.paper
    assert paper is not None
    form = WhyForm(posted(request))
    return form_page(
        request,
        form=form,
        act=lambda: services.take_out(event=event, by=request.user, today=timezone.localdate(), **form.cleaned_data),
        row=paper,
        title=f"把{event.case.household}拿出来",
        button="拿出来",
        done=f"已把{event.case.household}拿出来",
    )
