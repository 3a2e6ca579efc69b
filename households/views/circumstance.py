"""保障, 务工, 收支, 三保障, 帮扶联系人."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import Request, needs
from accounts.models import User
from accounts.roles import VILLAGE_ROLES
from households.forms.circumstance import (
    EndForm,
    GuaranteeForm,
    HelperForm,
    IncomeForm,
    PeriodForm,
    SafeguardForm,
    SolveForm,
    WorkForm,
)
from households.models import Guarantee, HelperAssignment, Household, IncomeStatement, Person, Safeguard, Work
from households.services import circumstance as services
from households.services.helper import assign_helper, end_helper
from households.views.change import facts_page
from households.views.forming import address_of, form_page, posted, standing
from households.views.membership import FORM
from paibou.lib import notices

DATED: dict[str, Any] = {"guarantee": Guarantee, "work": Work}


@require_http_methods(FORM)
@needs("households.change")
def person_facts(request: Request, pk: int) -> HttpResponse:
    return facts_page(request, get_object_or_404(Person.objects.visible_to(request.user), pk=pk))


@require_http_methods(FORM)
@needs("households.change")
def guarantee_add(request: Request, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    form = GuaranteeForm(posted(request))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.start_guarantee(person=person, by=request.user, today=today, **form.cleaned_data),
        row=person,
        title=f"{person.name}增加保障",
        button="登记保障",
        done="已登记保障",
    )


@require_http_methods(FORM)
@needs("households.change")
def work_add(request: Request, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    form = WorkForm(posted(request))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.record_work(person=person, by=request.user, today=today, **form.cleaned_data),
        row=person,
        title=f"{person.name}的务工情况",
        button="登记务工",
        done="已登记务工",
    )


@require_http_methods(FORM)
@needs("households.change")
def dated_end(request: Request, noun: str, pk: int) -> HttpResponse:
    row = _dated(request, noun, pk)
    form = EndForm(posted(request))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.end_circumstance(row=row, by=request.user, today=today, **form.cleaned_data),
        row=row.person,
        title=f"{row.person.name}的{row}到期",
        button="登记结束",
        done="已登记结束",
    )


@require_http_methods(FORM)
@needs("households.change")
def dated_correct(request: Request, noun: str, pk: int) -> HttpResponse:
    row = _dated(request, noun, pk)
    form = PeriodForm(posted(request), row=row)
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.correct_circumstance(row=row, by=request.user, today=today, **form.cleaned_data),
        row=row.person,
        title=f"更正{row.person.name}的{row}",
        button="更正",
        done="已更正",
        withdraw=request.path.replace("correct", "withdraw"),
    )


@require_POST
@needs("households.change")
def dated_withdraw(request: Request, noun: str, pk: int) -> HttpResponse:
    row = _dated(request, noun, pk)
    services.withdraw_circumstance(row=row)
    notices.done(request, f"已撤回{row}")
    return redirect(address_of(row.person))


@require_http_methods(FORM)
@needs("households.change")
def income_add(request: Request, pk: int) -> HttpResponse:
    household = _household(request, pk)
    form = IncomeForm(posted(request), today=timezone.localdate())
    return form_page(
        request,
        form=form,
        act=lambda: services.record_income(
            household=household, kind=IncomeStatement.Kind.YEAR, by=request.user, **form.statement()
        ),
        row=household,
        title=f"{household}的收入",
        button="登记收入",
        done="已登记收入",
        lead="同一年度再填一次，就以新的为准；旧的留着。",
    )


@require_http_methods(FORM)
@needs("households.change")
def safeguard_add(request: Request, pk: int) -> HttpResponse:
    household = _household(request, pk)
    form = SafeguardForm(posted(request))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.record_safeguard(household=household, by=request.user, today=today, **form.cleaned_data),
        row=household,
        title=f"{household}的三保障和饮水",
        button="登记核查结果",
        done="已登记核查结果",
    )


@require_http_methods(FORM)
@needs("households.change")
def safeguard_solve(request: Request, pk: int) -> HttpResponse:
    rows = Safeguard.objects.known().visible_to(request.user).select_related("household__head")
    safeguard = get_object_or_404(rows, pk=pk)
    form = SolveForm(posted(request))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.solve_safeguard(safeguard=safeguard, by=request.user, today=today, **form.cleaned_data),
        row=safeguard.household,
        title=f"{safeguard.get_kind_display()}的问题已解决",
        button="登记已解决",
        done="已登记解决",
        lead=safeguard.problem,
    )


@require_http_methods(FORM)
@needs("households.change")
def helper_add(request: Request, pk: int) -> HttpResponse:
    household = _household(request, pk)
    form = HelperForm(posted(request), users=helpers_of(request.user))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: assign_helper(household=household, by=request.user, today=today, **form.cleaned_data),
        row=household,
        title=f"给{household}指定帮扶联系人",
        button="指定联系人",
        done="已指定帮扶联系人",
    )


@require_http_methods(FORM)
@needs("households.change")
def helper_end(request: Request, pk: int) -> HttpResponse:
    rows = HelperAssignment.objects.known().visible_to(request.user).select_related("household__head")
    assignment = get_object_or_404(rows, pk=pk)
    form = EndForm(posted(request))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: end_helper(assignment=assignment, by=request.user, today=today, **form.cleaned_data),
        row=assignment.household,
        title=f"{assignment.name}不再帮扶{assignment.household}",
        button="结束帮扶",
        done="已结束帮扶",
    )


def helpers_of(user: User) -> Any:
    """Accounts that the user may name as helpers: those of his divisions."""
    people = User.objects.people().visible_to(user)
    return people.filter(is_active=True, role__in=VILLAGE_ROLES).order_by("name", "pk")


def _household(request: Request, pk: int) -> Household:
    return get_object_or_404(Household.objects.visible_to(request.user).select_related("head"), pk=pk)


def _dated(request: Request, noun: str, pk: int) -> Any:
    return standing(DATED[noun].objects.visible_to(request.user).select_related("person"), pk)
