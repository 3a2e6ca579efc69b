"""The steps of a case: one small form each, turned down, finished, corrected, taken back."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.doors import Request, needs
from monitoring.forms.case_step import (
    CORRECTED,
    FORMS,
    CorrectForm,
    FinishForm,
    ResultForm,
    StepForm,
    TurnDownForm,
    WhyForm,
)
from monitoring.models import Case, CaseEvent, Step
from monitoring.models.paper import PAPER_OF
from monitoring.models.step import behind
from monitoring.queries.case import progress_of, rules_of
from monitoring.queries.elimination import Seen, elimination_warnings
from monitoring.services import case_step as services
from monitoring.services.case_visit import VISITED, advance_by_visit
from monitoring.views.case_pages import FORM, form_page, posted, seen_cases

REFUSALS = {True: "不通过，不纳入监测", False: "不通过，继续监测"}


def _undo(event: CaseEvent) -> str:
    return reverse("monitoring:event_withdraw", args=[event.pk])


def _step(text: str) -> Step:
    try:
        return Step(text)
    except ValueError:
        raise Http404 from None


@require_http_methods(FORM)
@needs("monitoring.change_case")
def case_step(request: Request, pk: int, step: str) -> HttpResponse:
    """The form of a step; a step that stands on a paper goes to the paper, with this household ticked."""
    case = get_object_or_404(seen_cases(request.user), pk=pk)
    step = _step(step)
    if step in PAPER_OF:
        asked = {"case": case.pk} | ({"step": step.value} if step == Step.LABELLED else {})
        return redirect(f"{reverse('monitoring:paper_add', args=[PAPER_OF[step]])}?{urlencode(asked)}")
    if step == Step.CLUE:
        raise Http404
    today = timezone.localdate()
    spoken = step.label.replace("：", "")
    form = FORMS.get(step, StepForm)(posted(request), initial={"on": today, "who": request.user.name})
    arguments: dict[str, Any] = {"case": case, "step": step, "by": request.user, "today": today}

    def act() -> CaseEvent:
        if step in VISITED:
            return advance_by_visit(findings=form.cleaned_data["findings"], **arguments, **form.given())
        return services.advance_case(**arguments, **form.given())

    return form_page(
        request,
        form=form,
        act=act,
        row=case,
        title=f"登记{spoken}",
        button=f"登记{spoken}",
        done=f"已登记 {case.household} {spoken}",
        undo=_undo,
        warned=_warned(case, today) if step == Step.RISK_VERIFIED else [],
    )


def _warned(case: Case, today: date) -> list[str]:
    """The conditions of elimination that tables know and that do not hold today."""
    seen = Seen(expenses_settled=True, income_stable=True)
    return [each.sentence for each in elimination_warnings(case, today, seen, rules_of(case))]


@require_http_methods(FORM)
@needs("monitoring.change_case")
def case_turn_down(request: Request, pk: int, step: str) -> HttpResponse:
    """不通过 or 退回 at a step."""
    case = get_object_or_404(seen_cases(request.user), pk=pk)
    step = _step(step)
    limits = rules_of(case)
    so_far = progress_of(case, limits)
    chain = Step.eliminating() if step in Step.eliminating() else Step.identifying()[1:]
    steps = [each for each in chain if each in so_far.standing and step in behind(each, limits.needs) and each != step]
    today = timezone.localdate()
    refusal = REFUSALS[step in Step.identifying()]
    form = TurnDownForm(posted(request), steps=steps, refusal=refusal, initial={"on": today})
    return form_page(
        request,
        form=form,
        act=lambda: services.advance_case(case=case, step=step, by=request.user, today=today, **form.given()),
        row=case,
        title=f"{step.label}：退回或不通过",
        button="登记",
        done=f"已登记 {case.household} {step.label}的处理",
        undo=_undo,
    )


def _event(request: Request, pk: int) -> CaseEvent:
    rows = CaseEvent.objects.known().visible_to(request.user).select_related("case__household__head", "paper")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(FORM)
@needs("monitoring.change_case")
def event_finish(request: Request, pk: int) -> HttpResponse:
    """The comparison came back; or the publicity of one household ended."""
    event = _event(request, pk)
    if event.step not in Step.lasting():
        raise Http404
    today = timezone.localdate()
    compared = event.step == Step.COMPARED
    initial = {**event.detail, "ends_on": today}
    form = FinishForm(posted(request), initial=initial) if compared else ResultForm(posted(request))
    title = "登记比对返回" if compared else "登记公示结果"
    return form_page(
        request,
        form=form,
        act=lambda: services.finish_step(event=event, by=request.user, today=today, **form.given()),
        row=event.case,
        title=title,
        button=title,
        done=f"已{title}",
    )


@require_http_methods(FORM)
@needs("monitoring.change_case")
def event_correct(request: Request, pk: int) -> HttpResponse:
    event = _event(request, pk)
    today = timezone.localdate()
    initial = {name: getattr(event, name) for name in ("on", "ends_on", "number", "note", "detail")}
    initial |= {name: event.detail.get(name) for name in CORRECTED.get(event.step, ())}
    form = CorrectForm(posted(request), initial=initial, step=event.step, is_on_paper=event.paper_id is not None)

    def act() -> CaseEvent:
        given = form.given()
        return services.correct_step(event=event, why=given.pop("why"), by=request.user, today=today, **given)

    return form_page(
        request,
        form=form,
        act=act,
        row=event.case,
        title=f"更正{event.get_step_display()}",
        button="更正",
        done=f"已更正{event.get_step_display()}",
        paper=event.paper,
        withdraw=reverse("monitoring:event_withdraw", args=[event.pk]) if event.step != Step.CLUE else "",
    )


@require_http_methods(FORM)
@needs("monitoring.change_case")
def event_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take a step back; a POST without a reason is the 撤销 just after."""
    event = _event(request, pk)
    data = {"why": "刚登记就撤销"} if request.method == "POST" and "why" not in request.POST else posted(request)
    form = WhyForm(data)
    return form_page(
        request,
        form=form,
        act=lambda: services.withdraw_step(
            event=event, by=request.user, today=timezone.localdate(), **form.cleaned_data
        ),
        row=event.case,
        title=f"撤回{event.get_step_display()}",
        button=f"撤回{event.get_step_display()}",
        done=f"已撤回 {event.case.household} {event.get_step_display()}",
        lead="这一步当作没有登记过；原来的留着，写上您和原因。",
    )
