"""Who joins and leaves a household, and what was entered wrong about it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.doors import Request, needs
from households.forms.membership import AddMemberForm, CorrectForm, HeadForm, LeaveForm, TransferForm
from households.models import Household, Membership, Person
from households.queries.people import heirs
from households.services import membership as services
from households.views.forming import form_page, posted, standing

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@needs("households.change")
def member_add(request: Request, pk: int) -> HttpResponse:
    household = get_object_or_404(Household.objects.visible_to(request.user), pk=pk)
    form = AddMemberForm(posted(request))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.add_member(
            household=household, facts=form.facts(), by=request.user, today=today, **form.event()
        ),
        row=household,
        title="登记增加",
        button="登记这个人",
        done="已登记增加",
    )


@require_http_methods(FORM)
@needs("households.change")
def member_transfer(request: Request, pk: int) -> HttpResponse:
    """Somebody of another household joins this one."""
    household = get_object_or_404(Household.objects.visible_to(request.user), pk=pk)
    form = TransferForm(posted(request), people=Person.objects.visible_to(request.user))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.transfer_member(household=household, by=request.user, today=today, **form.event()),
        row=household,
        title="从别的户转来",
        button="转到这一户",
        done="已转来",
    )


@require_http_methods(FORM)
@needs("households.change")
def member_leave(request: Request, pk: int) -> HttpResponse:
    row = standing(_memberships(request), pk)
    form = LeaveForm(posted(request), staying=heirs(row))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.end_membership(membership=row, by=request.user, today=today, **form.cleaned_data),
        row=row.household,
        title=f"{row.person.name}离户",
        button="登记离户",
        done=f"已登记{row.person.name}离户",
    )


@require_http_methods(FORM)
@needs("households.change")
def member_correct(request: Request, pk: int) -> HttpResponse:
    row = standing(_memberships(request), pk)
    form = CorrectForm(posted(request), membership=row)
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.correct_membership(membership=row, by=request.user, today=today, **form.cleaned_data),
        row=row.household,
        title=f"更正{row.person.name}的入户、离户",
        button="更正",
        done="已更正；原来的写法留在变更里",
    )


@require_http_methods(FORM)
@needs("households.change")
def member_head(request: Request, pk: int) -> HttpResponse:
    household = get_object_or_404(Household.objects.visible_to(request.user), pk=pk)
    form = HeadForm(posted(request), rows=present(household))
    today = timezone.localdate()

    def act() -> None:
        relations = {person.pk: relation for person, relation in form.relations().items()}
        services.change_head(
            household=household,
            person=form.cleaned_data["new_head"],
            on=form.cleaned_data["on"],
            by=request.user,
            today=today,
            relations=relations,
        )

    return form_page(request, form=form, act=act, row=household, title="更换户主", button="更换户主", done="已更换户主")


def present(household: Household) -> list[Membership]:
    rows = Membership.objects.known().filter(household=household, valid_to=None)
    return list(rows.select_related("person").order_by("valid_from", "id"))


def _memberships(request: Request):
    return Membership.objects.visible_to(request.user).select_related("person", "household__head")
