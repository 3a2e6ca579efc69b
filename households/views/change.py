"""A household opens, closes, splits, merges, moves; its facts change on a day."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import Request, needs
from households.forms.fact import FactsForm
from households.forms.membership import (
    CloseForm,
    EndRegistrationForm,
    MergeForm,
    MoveForm,
    OpenHouseholdForm,
    OtherForm,
    RegisterForm,
    SplitForm,
)
from households.models import Household, Person, Registration
from households.queries.listing import villages_of
from households.queries.search import find_households
from households.services import household as services
from households.services.fact import change_facts
from households.services.following import ends_with
from households.services.membership import add_member
from households.services.registration import end_registration, register_household
from households.views.forming import address_of, form_page, posted
from households.views.membership import FORM, present
from households.words import HEAD
from paibou.lib import notices
from paibou.lib.cleaners import narrow

Kind = Registration.Kind


@require_http_methods(FORM)
@needs("households.change")
def household_open(request: Request) -> HttpResponse:
    form = OpenHouseholdForm(posted(request), villages=villages_of(request.user))
    today = timezone.localdate()

    def act() -> Household:
        event = form.event() | {"relation": HEAD}
        facts = {name: form.cleaned_data[name] for name in ("number", "group")}
        household = services.open_household(
            village_code=form.cleaned_data["village"], on=event["on"], by=request.user, today=today, facts=facts
        )
        add_member(household=household, facts=form.facts(), by=request.user, today=today, **event)
        return household

    return form_page(
        request, form=form, act=act, row=None, to=address_of, title="登记一户", button="登记这一户", done="已登记一户"
    )


@require_http_methods(FORM)
@needs("households.change")
def household_facts(request: Request, pk: int) -> HttpResponse:
    return facts_page(request, _household(request, pk))


@transaction.atomic
def facts_page(request: Request, row: Household | Person) -> HttpResponse:
    if request.method == "POST":  # held, so that what the form finds to stand is what is changed
        held: Any = type(row)._default_manager.select_for_update()
        row.refresh_from_db(from_queryset=held)
    today = timezone.localdate()
    form = FactsForm(posted(request), row=row, today=today)

    def act() -> object:
        on = form.cleaned_data["on"]
        return change_facts(row=row, facts=form.facts(), on=on, by=request.user, today=today)

    return form_page(request, form=form, act=act, row=row, title=f"更正{row}的情况", button="保存", done="已保存")


@require_http_methods(FORM)
@needs("households.change")
def household_close(request: Request, pk: int) -> HttpResponse:
    household = _household(request, pk)
    form = CloseForm(posted(request))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: services.close_household(household=household, by=request.user, today=today, **form.cleaned_data),
        row=household,
        title=f"{household}销户",
        button="销户",
        done="已销户",
        undo=reverse("households:household_reopen", args=[pk]),
        lead=f"{'、'.join(['成员', '在册登记', '帮扶联系人', *ends_with(household)])}到这一天为止；以前的情况都留着。",
    )


@require_POST
@needs("households.change")
def household_reopen(request: Request, pk: int) -> HttpResponse:
    household = _household(request, pk)
    services.reopen_household(household=household, by=request.user)
    notices.done(request, "已撤回销户")
    return redirect(address_of(household))


@require_http_methods(FORM)
@needs("households.change")
def household_split(request: Request, pk: int) -> HttpResponse:
    household = _household(request, pk)
    today = timezone.localdate()
    is_lifted = Registration.objects.as_of(today).filter(household=household, kind=Kind.LIFTED).exists()
    form = SplitForm(posted(request), rows=present(household), is_lifted=is_lifted)

    def act() -> Household:
        asked = form.cleaned_data
        return services.split_household(
            household=household,
            relations=form.relations(),
            on=asked["on"],
            by=request.user,
            today=today,
            new_head=asked["new_head"],
            facts={"number": asked["number"]},
            keeps=(Kind.LIFTED,) if asked.get("keep") else (),
        )

    return form_page(
        request,
        form=form,
        act=act,
        row=household,
        to=address_of,
        title=f"{household}分户",
        button="分户",
        done="已分户",
        lead="给分出去的人选在新户里的关系，其中一位是户主；不选的留在原户。监测案件留在原户。",
    )


@require_http_methods(FORM)
@needs("households.change")
def household_merge(request: Request, pk: int) -> HttpResponse:
    """First which household comes in, then what its people become."""
    household = _household(request, pk)
    other = _other(request, household)
    if other is None:
        asked = OtherForm(request.GET if "other" in request.GET else None)
        if asked.is_bound and asked.is_valid():
            asked.add_error("other", "没有找到这一户，或找到不止一户；请填户编号")
        context = {"form": asked, "row": household, "title": f"合户到{household}", "button": "下一步", "method": "get"}
        return render(request, "households/form.html", context | {"back": address_of(household)})
    form = MergeForm(posted(request), rows=present(other))
    today = timezone.localdate()
    ends = "、".join(ends_with(other))

    def act() -> Household:
        relations = {person.pk: relation for person, relation in form.relations().items()}
        return services.merge_households(
            household=household,
            other=other,
            relations=relations,
            on=form.cleaned_data["on"],
            by=request.user,
            today=today,
        )

    return form_page(
        request,
        form=form,
        act=act,
        row=household,
        title=f"{other}合到{household}",
        button="合户",
        done=f"{other}已合进来",
        lead=f"给合进来的每个人选与户主的关系；那一户到这一天销户{f'，{ends}随着终止' if ends else ''}。",
    )


@require_http_methods(FORM)
@needs("households.change")
def household_move(request: Request, pk: int) -> HttpResponse:
    household = _household(request, pk)
    villages = [one for one in villages_of(request.user) if one[0] != household.village_code]
    form = MoveForm(posted(request), villages=villages)
    today = timezone.localdate()

    def act() -> Household:
        asked = form.cleaned_data
        return services.move_household(
            household=household,
            village_code=asked["village"],
            on=asked["on"],
            by=request.user,
            today=today,
            facts={"group": asked["group"]},
        )

    return form_page(
        request,
        form=form,
        act=act,
        row=household,
        to=address_of,
        title=f"{household}整户迁移",
        button="迁过去",
        done="已迁移",
        lead="这里到这一天销户，那边从这一天开户；户编号、成员、在册登记、帮扶联系人跟着走。",
    )


@require_http_methods(FORM)
@needs("households.change")
def household_register(request: Request, pk: int) -> HttpResponse:
    household = _household(request, pk)
    form = RegisterForm(posted(request))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: register_household(
            household=household, kind=Kind.LIFTED, by=request.user, today=today, **form.cleaned_data
        ),
        row=household,
        title=f"{household}登记为脱贫户",
        button="登记为脱贫户",
        done="已登记为脱贫户",
    )


@require_http_methods(FORM)
@needs("households.change")
def household_unregister(request: Request, pk: int) -> HttpResponse:
    household = _household(request, pk)
    form = EndRegistrationForm(posted(request))
    today = timezone.localdate()
    return form_page(
        request,
        form=form,
        act=lambda: end_registration(
            household=household, kind=Kind.LIFTED, by=request.user, today=today, **form.cleaned_data
        ),
        row=household,
        title=f"{household}不再是脱贫户",
        button="终止登记",
        done="已终止脱贫户登记",
    )


def _household(request: Request, pk: int) -> Household:
    return get_object_or_404(Household.objects.visible_to(request.user).select_related("head"), pk=pk)


def _other(request: Request, household: Household) -> Household | None:
    """The one open household that the word in the address means."""
    word = narrow(request.GET.get("other", ""))
    if not word:
        return None
    found = find_households(request.user, word).open(timezone.localdate()).exclude(pk=household.pk)[:2]
    return found[0] if len(found) == 1 else None
