"""综合研判 of the half year: one household after the other."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.doors import Request, needs
from households.queries.income import incomes
from monitoring.forms.study import StudyForm
from monitoring.models import Case, Measure, Step
from monitoring.queries.case_facts import facts_of
from monitoring.queries.case_list import without_study
from monitoring.queries.months import half_year
from monitoring.queries.places import name_places
from monitoring.services.case_step import advance_case
from monitoring.views.case_pages import FORM, posted
from paibou.lib import notices
from paibou.lib.refused import Refused


@require_http_methods(FORM)
@needs("monitoring.review_cases")
def study_list(request: Request) -> HttpResponse:
    """Cases without a study in this half year; the one asked for, or the first, is before one, and then the next."""
    today = timezone.localdate()
    waiting = list(without_study(request.user, today)[:500])
    asked = request.POST.get("case") if request.method == "POST" else request.GET.get("case")
    case = next((one for one in waiting if str(one.pk) == asked), None)
    form = StudyForm(posted(request), initial={"on": today})
    if form.is_bound and case is None:  # never another household than the one that was looked at
        notices.refused(request, "这一户刚才已经研判过；请看下一户")
        return redirect("monitoring:study_list")
    case = case or next(iter(waiting), None)
    if case and form.is_bound and form.is_valid():
        try:
            event = advance_case(
                case=case, step=Step.STUDIED, on=form.cleaned_data["on"], note=form.text(), by=request.user, today=today
            )
        except Refused as no:
            form.add_error(None, str(no))
        else:
            undo = reverse("monitoring:event_withdraw", args=[event.pk])
            notices.done(request, f"已研判 {case.household}", undo=undo)
            return redirect(_after(waiting, case))
    name_places(waiting)
    context = {
        "waiting": waiting,
        "case": case,
        "form": form,
        "half": half_year(today),
        "today": today,
        **(_before_one(case, today) if case else {}),
    }
    return render(request, "monitoring/study/list.html", context, status=422 if form.is_bound else 200)


def _after(waiting: list[Case], case: Case) -> str:
    """The page with the household that comes behind this one."""
    behind = waiting[waiting.index(case) + 1 :]
    page = reverse("monitoring:study_list")
    return f"{page}?case={behind[0].pk}" if behind else page


def _before_one(case: Case, today: Any) -> dict[str, Any]:
    """What one looks at while studying a household."""
    [facts] = facts_of([case], today)
    latest = case.household.incomes.known().order_by("-last_day", "-pk").first()
    return {
        "facts": facts,
        "income": incomes([latest])[0] if latest else None,
        "measures": list(Measure.objects.known().filter(case=case).order_by("-first_day", "pk")),
        "visits": list(case.household.visits.known().order_by("-on", "-id")[:3]),
        "last_study": max(facts.so_far.studies, key=lambda event: event.on, default=None),
    }
