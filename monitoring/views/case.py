"""监测对象: the list, a case's page, opened by hand, taken back, its income, taken out as a workbook."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from accounts.models import AccessLog
from accounts.roles import may
from accounts.services.access import log_access
from households.forms.export import ExportForm
from households.models import Household
from households.panels import household_helpers, household_members, household_safeguards
from households.queries.income import incomes
from monitoring.forms.case import CaseFilter, CaseIncomeForm, CaseOpenForm
from monitoring.forms.case_step import WhyForm
from monitoring.forms.measure import ProofForm
from monitoring.models import Case, CaseEvent, CaseEventMember, Measure, Step
from monitoring.queries.case_facts import CaseFacts, facts_of
from monitoring.queries.case_list import VIEWS, alike, next_steps, view_counts
from monitoring.queries.limits import limits_of
from monitoring.queries.materials import LATER, materials, missing
from monitoring.queries.months import full_months_before
from monitoring.queries.next_step import closing_sentence, next_step
from monitoring.queries.places import name_places
from monitoring.queries.timeline import beside, timeline
from monitoring.resources.case import case_rows
from monitoring.services import case as services
from monitoring.services.case_income import record_case_income
from monitoring.views.case_pages import FORM, form_page, posted, seen_cases, sized
from paibou.lib import keyset, notices
from paibou.lib.division import pad
from paibou.lib.keys import keys
from paibou.lib.refused import Refused
from paibou.lib.workbook.writer import XLSX, written

ORDERS = {"clue": ("-clue_on", "-id"), "village": ("village_code", "-clue_on", "-id")}


@require_safe
@needs("monitoring.view")
@vary_on_headers("HX-Request")
def case_list(request: Request) -> HttpResponse:
    today = timezone.localdate()
    form = CaseFilter(request.GET, user=request.user, today=today)
    page = keyset.page(request, form.rows(), orders=ORDERS, default="clue")
    name_places(page.rows)
    counts = view_counts(form.base())
    context = {
        "page": page,
        "form": form,
        "lines": next_steps(page.rows, today),
        "views": [(name, label, counts[name], keyset.view_url(request, name)) for name, (label, _) in VIEWS.items()],
        "counts": counts,
        "today": today,
    }
    return render(request, f"monitoring/case/{'_rows' if request.htmx else 'list'}.html", context)


@require_safe
@needs("monitoring.view")
def case_detail(request: Request, pk: int) -> HttpResponse:
    case = get_object_or_404(seen_cases(request.user), pk=pk)
    today = timezone.localdate()
    return render(request, "monitoring/case/detail.html", _context(request, case, today))


def _context(request: Request, case: Case, today: date) -> dict[str, Any]:
    [facts] = facts_of([case], today)
    step = next_step(facts, today)
    withdrawn = CaseEvent.objects.filter(case=case, withdrawn_at__isnull=False).exclude(withdrawn_why="")
    gone = list(withdrawn.select_related("withdrawn_by"))
    papers = materials(facts)
    household = case.household
    name_places([case])
    visits = household.visits.known().order_by("-on", "-id")
    return {
        "case": case,
        "facts": facts,
        "step": step,
        "late": step.days_late(today) if step else 0,
        "closing": closing_sentence(facts),
        "alike": alike(request.user, facts, step, today) if step and step.step else 0,
        "entries": timeline(facts, step, gone, today),
        "studies": beside(facts, gone, today),
        "successors": list(case.successors.known()),
        "frozen": _frozen(facts) if facts.so_far.state == Case.State.ENDED else [],
        **household_members(household, request.user, today),
        **household_safeguards(household, request.user, today),
        **household_helpers(household, request.user, today),
        "income": incomes([case.income])[0] if case.income else None,
        "lines": list(case.income.lines.all()) if case.income else [],
        "range_yuan": facts.limits.range_yuan,
        "months": full_months_before(case.clue_on, facts.limits.income_months),
        "materials": papers,
        "missing": missing(papers),
        "any_due": any(paper.state != LATER for paper in papers),
        "proof_form": ProofForm(kinds=[name for _, name in facts.now.proofs]),
        "measures": list(Measure.objects.known().filter(case=case).order_by("first_day", "pk")),
        "visits": list(visits[:3]),
        "visit_count": visits.count(),
        "days_since": (today - case.clue_on).days,
        "approve_by": case.clue_on + timedelta(days=facts.limits.approve_days),
        "today": today,
        "may_change": may(request.user, "monitoring.change_case"),
    }


def _frozen(facts: CaseFacts) -> list[CaseEventMember]:
    """Those it was taken up for; of a case that never was, those it ended with."""
    standing = facts.so_far.standing
    decided = standing.get(Step.APPROVED) or standing[Step.ENDED]
    return list(decided.members.known().select_related("person").order_by("pk"))


@require_http_methods(FORM)
@needs("monitoring.change_case")
def case_open(request: Request, household_pk: int) -> HttpResponse:
    """立案 by hand, from a household's page or on a visit (`?visit=`)."""
    household = get_object_or_404(Household.objects.visible_to(request.user).select_related("head"), pk=household_pk)
    today = timezone.localdate()
    visit = household.visits.known().filter(pk__in=keys([request.GET.get("visit")])).first()
    initial = {"clue_on": visit.on if visit else today, "channel": Case.Channel.CADRE, "visit": visit}
    form = CaseOpenForm(
        posted(request), household=household, limits=limits_of(household.village_code, today), initial=initial
    )
    if form.is_bound and form.is_valid():
        try:
            case = services.open_case(household=household, by=request.user, today=today, **form.opening())
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, f"已立案 {household}", undo=reverse("monitoring:case_withdraw", args=[case.pk]))
            return redirect("monitoring:case_detail", case.pk)
    name_places([household])
    context = {"form": sized(form), "household": household, "visit": visit}
    return render(request, "monitoring/case/open.html", context, status=422 if form.is_bound else 200)


@require_http_methods(FORM)
@needs("monitoring.change_case")
def case_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take back a case opened by mistake; a POST without a reason is the 撤销 just after."""
    case = get_object_or_404(seen_cases(request.user), pk=pk)
    data = {"why": "刚立案就撤销"} if request.method == "POST" and "why" not in request.POST else posted(request)
    form = WhyForm(data)
    return form_page(
        request,
        form=form,
        act=lambda: services.withdraw_case(case=case, by=request.user, **form.cleaned_data),
        row=case,
        title="撤回立案",
        button="撤回立案",
        done=f"已撤回 {case.household} 的立案",
        to=lambda _: reverse("households:household_detail", args=[case.household_id]),
        lead="立错案的才撤回；不该纳入的，在当前一步登记“不通过”。",
    )


@require_http_methods(FORM)
@needs("monitoring.change_case")
def case_income(request: Request, pk: int) -> HttpResponse:
    case = get_object_or_404(seen_cases(request.user), pk=pk)
    form = CaseIncomeForm(posted(request))
    first, last = full_months_before(case.clue_on, limits_of(case.village_code, case.clue_on).income_months)
    return form_page(
        request,
        form=form,
        act=lambda: record_case_income(
            case=case, lines=form.lines(), people=form.cleaned_data["people"], by=request.user
        ),
        row=case,
        title="核查的收入和支出",
        button="登记收支",
        done="已登记收支",
        lead=f"{first.year}年{first.month}月到 {last.year}年{last.month}月，线索所在月以前的整月。",
    )


@require_http_methods(FORM)
@needs("exchange.export")
def case_export(request: Request) -> HttpResponse:
    """The cases that the list shows under the same filter."""
    today = timezone.localdate()
    asked = CaseFilter(request.GET, user=request.user, today=today)
    rows = asked.rows()
    count = rows.count()
    form = ExportForm(posted(request), may_full=may(request.user, "exchange.export_full"))
    if not (form.is_bound and form.is_valid()):
        back = f"{reverse('monitoring:case_list')}?{request.GET.urlencode()}"
        context = {"form": form, "name": "监测对象", "count": count, "unit": "户", "said": asked.said(), "back": back}
        return render(request, "monitoring/case/export.html", context, status=422 if form.is_bound else 200)
    data = written({"监测对象": case_rows(rows, today, full=bool(form.cleaned_data.get("full")))})
    log_access(
        user=request.user,
        kind=AccessLog.Kind.EXPORT,
        what=f"导出监测对象{'（完整号码）' if form.cleaned_data.get('full') else ''} {asked.said()}",
        village_code=pad(asked.asked.get("village") or (request.user.prefixes or [""])[0]),
        noun="case",
        rows=count,
        reason=form.cleaned_data.get("reason", ""),
    )
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'监测对象_{today:%Y%m%d}_{count}户.xlsx')}"
    return answer
