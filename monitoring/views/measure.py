"""帮扶措施 of a case."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import Request, needs
from monitoring.forms.measure import MeasureForm
from monitoring.models import Measure
from monitoring.queries.limits import limits_of
from monitoring.services import measure as services
from monitoring.views.case_pages import FORM, form_page, posted, seen_cases
from paibou.lib import notices


@require_http_methods(FORM)
@needs("monitoring.change_case")
def measure_add(request: Request, pk: int) -> HttpResponse:
    case = get_object_or_404(seen_cases(request.user), pk=pk)
    today = timezone.localdate()
    form = MeasureForm(
        posted(request), case=case, limits=limits_of(case.village_code, today), initial={"first_day": today}
    )
    return form_page(
        request,
        form=form,
        act=lambda: services.add_measure(case=case, by=request.user, today=today, **form.cleaned_data),
        row=case,
        title="登记帮扶措施",
        button="登记帮扶措施",
        done=f"已登记 {case.household} 帮扶措施",
        undo=lambda measure: reverse("monitoring:measure_withdraw", args=[measure.pk]),
    )


@require_http_methods(FORM)
@needs("monitoring.change_case")
def measure_correct(request: Request, pk: int) -> HttpResponse:
    """Another word on a measure: carried out, ended, wrong."""
    measure = _measure(request, pk)
    today = timezone.localdate()
    limits = limits_of(measure.village_code, today)
    initial = {name: getattr(measure, name) for name in MeasureForm.base_fields}
    form = MeasureForm(posted(request), case=measure.case, limits=limits, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: services.correct_measure(measure=measure, by=request.user, today=today, **form.cleaned_data),
        row=measure.case,
        title="更正帮扶措施",
        button="更正",
        done="已更正帮扶措施",
        withdraw=reverse("monitoring:measure_withdraw", args=[measure.pk]),
    )


@require_POST
@needs("monitoring.change_case")
def measure_withdraw(request: Request, pk: int) -> HttpResponse:
    measure = _measure(request, pk)
    services.withdraw_measure(measure=measure)
    notices.done(request, "已撤回这项措施")
    return redirect("monitoring:case_detail", measure.case_id)


def _measure(request: Request, pk: int) -> Measure:
    rows = Measure.objects.known().visible_to(request.user).select_related("case__household__head")
    return get_object_or_404(rows, pk=pk)
