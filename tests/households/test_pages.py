"""Pages of households: each opens, each form does its work by a plain POST, each list stays at its number of statements."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog, User
from households.models import FactProposal, Household, Membership, Registration, Visit
from households.services.spells import rebuild_spells
from paibou.lib.declarations import panels
from tests.factories.households import (
    FactChangeFactory,
    FactProposalFactory,
    GuaranteeFactory,
    HelperAssignmentFactory,
    HouseholdFactory,
    IncomeLineFactory,
    IncomeStatementFactory,
    MembershipFactory,
    PersonFactory,
    RegistrationFactory,
    SafeguardFactory,
    VisitFactory,
    WorkFactory,
    id_number,
)


@pytest.fixture(autouse=True)
def own_panels(monkeypatch):
    """Panels of the apps above have their own tests, and their own statements."""
    own = [panel for panel in panels if panel.template.startswith("households/")]
    monkeypatch.setattr("households.views.panels.panels", own)


# Of each, 7 are session, user, grants and frame.
LIST_STATEMENTS = 12
HOUSEHOLD_STATEMENTS = 26
PERSON_STATEMENTS = 16
OTHER_LIST_STATEMENTS = {"visit_list": 11, "visit_done": 11, "proposal_list": 10}


@pytest.fixture
def station(client, clerk):
    client.force_login(clerk)
    return client


def family(number: int = 1, **facts) -> Household:
    """A household on file with its head and everything a page may show of it."""
    household = HouseholdFactory(number=f"34170200{number:04}", phone="13912345678", **facts)
    head = MembershipFactory(household=household, relation="户主")
    wife = MembershipFactory(household=household, relation="配偶")
    household.head = head.person
    household.save()
    RegistrationFactory(household=household)
    rebuild_spells([household.pk])
    GuaranteeFactory(household=household, person=wife.person)
    WorkFactory(household=household, person=head.person)
    IncomeLineFactory(statement=IncomeStatementFactory(household=household))
    SafeguardFactory(household=household)
    HelperAssignmentFactory(household=household)
    FactChangeFactory(household=household)
    return household


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_households_takes_the_same_statements(station, rows, django_assert_num_queries):
    for number in range(rows):
        family(number)

    with django_assert_num_queries(LIST_STATEMENTS):
        answer = station.get(reverse("households:household_list"))

    assert answer.status_code == 200
    assert len(answer.context["page"].rows) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_people_takes_the_same_statements(station, rows, django_assert_num_queries):
    for number in range(rows):
        family(number)

    with django_assert_num_queries(LIST_STATEMENTS):
        answer = station.get(reverse("households:person_list"))

    assert len(answer.context["page"].rows) == 2 * rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_household_page_takes_the_same_statements(station, rows, django_assert_num_queries, clerk):
    household = family()
    for _ in range(rows):
        member = MembershipFactory(household=household)
        GuaranteeFactory(household=household, person=member.person)
        VisitFactory(household=household, by=clerk)
        FactChangeFactory(household=household, by=clerk)

    with django_assert_num_queries(HOUSEHOLD_STATEMENTS):
        answer = station.get(reverse("households:household_detail", args=[household.pk]))

    assert answer.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_person_page_takes_the_same_statements(station, rows, django_assert_num_queries):
    row = family().memberships.get(relation="户主")
    for kind in ("minimum", "pension", "medical")[:rows]:
        GuaranteeFactory(household=row.household, person=row.person, kind=kind)

    with django_assert_num_queries(PERSON_STATEMENTS):
        answer = station.get(reverse("households:person_detail", args=[row.person_id]))

    assert answer.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", ["visit_list", "visit_done", "proposal_list"])
def test_lists_of_visits_and_proposals_take_the_same_statements(station, clerk, rows, name, django_assert_num_queries):
    for number in range(rows):
        household = family(number)
        VisitFactory(household=household, by=clerk)
        FactProposalFactory(household=household, proposed_by=clerk)

    with django_assert_num_queries(OTHER_LIST_STATEMENTS[name]):
        answer = station.get(reverse(f"households:{name}"))

    assert len(answer.context["page"].rows) == rows


def test_lists_mask_numbers_and_the_page_of_a_past_day_says_so(station):
    household = family()
    number = household.head.id_number

    listed = station.get(reverse("households:person_list")).content.decode()
    page = station.get(
        reverse("households:household_detail", args=[household.pk]), {"day": "2020-03-01"}
    ).content.decode()

    assert number not in listed
    assert f"{number[:6]}********{number[-4:]}" in listed
    assert "这是 2020年3月1日 的情况" in page
    assert "登记增加" not in page
    assert "13912345678" not in page


def test_a_member_who_joined_later_is_not_on_the_page_of_the_day_before(station):
    household = family()
    MembershipFactory(household=household, valid_from=date(2025, 3, 1), person__name="欧阳月琴")
    url = reverse("households:household_detail", args=[household.pk])

    def names(day: str) -> bool:
        return "欧阳月琴</a>" in station.get(url, {"day": day}).content.decode().split("变更</h2>")[0]

    assert [names("2025-02-28"), names("2025-03-01")] == [False, True]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "月琴"}, ["欧阳月琴"]),
        ({"q": "欧阳"}, ["欧阳月琴"]),
        ({"q": "3417020001"}, ["欧阳月琴"]),
        ({"q": "13912345678"}, ["欧阳月琴"]),
        ({"q": "没有"}, []),
        ({"kind": "lifted"}, ["欧阳月琴"]),
        ({"kind": "ordinary"}, ["汪秋菊"]),
        ({"state": "closed"}, ["程友福"]),
        ({"village": "341702106201"}, []),
    ],
)
def test_households_are_found_by_name_number_phone_and_filter(station, asked, found):
    for name, number, phone in (("欧阳月琴", "3417020001", "13912345678"), ("汪秋菊", "", ""), ("程友福", "", "")):
        person = PersonFactory(name=name)
        household = HouseholdFactory(head=person, number=number, phone=phone)
        MembershipFactory(household=household, person=person, relation="户主")
    RegistrationFactory(household=Household.objects.get(head__name="欧阳月琴"))
    Household.objects.filter(head__name="程友福").update(closed_on=date(2025, 1, 1), close_reason="整户迁出")

    rows = station.get(reverse("households:household_list"), asked).context["page"].rows

    assert [row.head.name for row in rows] == found


def test_a_person_is_found_by_the_whole_identity_number_and_near_names_are_offered(station):
    row = MembershipFactory(person__name="程友福")
    url = reverse("households:person_list")

    assert [one.pk for one in station.get(url, {"q": row.person.id_number}).context["page"].rows] == [row.person_id]
    assert station.get(url, {"q": row.person.id_number[:10]}).context["page"].rows == []
    assert [one.name for one in station.get(url, {"q": "程有福"}).context["form"].near] == ["程友福"]


def test_a_household_of_another_township_is_not_found(station):
    away = family(village_code="341702107200")
    person = away.head

    for name, pk in (("household_detail", away.pk), ("person_detail", person.pk), ("household_close", away.pk)):
        assert station.get(reverse(f"households:{name}", args=[pk])).status_code == 404
    assert station.get(reverse("households:household_list"), {"state": "all"}).context["page"].rows == []


def test_a_village_officer_reads_proposes_and_changes_nothing(client, clerk):
    officer = User.objects.create(
        username="officer",
        name="吴秀英",
        role="village_officer",
        must_change_password=False,
        village_code="341702106200",
    )
    officer.grants.create(prefix="341702106200", valid_from=date(2020, 1, 1))
    client.force_login(officer)
    household = family()

    page = client.get(reverse("households:household_detail", args=[household.pk])).content.decode()
    assert "提出更正" in page
    assert client.get(reverse("households:household_facts", args=[household.pk])).status_code == 403
    answer = client.post(
        reverse("households:household_propose", args=[household.pk]), {"group": "四组", "on": "2025-06-01"}
    )

    assert answer.status_code == 302
    assert FactProposal.objects.filter(household=household, field="group").values_list("field", "base").get() == (
        "group",
        "",
    )
    assert "tel:13912345678" in page


POSTS = [
    ("household_facts", {"group": "五组", "on": "2025-06-01"}, lambda h: h.group == "五组"),
    (
        "member_add",
        {"name": "程小雨", "id_number": id_number(22, date(2025, 6, 1)), "joined": "birth", "relation": "孙女", "on": "2025-06-01"},
        None,
    ),
    (
        "member_add",
        {"name": "程小雨", "id_number": id_number(22, date(2025, 6, 1)), "joined": "birth", "relation": "孙子女", "on": "2025-06-01"},
        lambda h: h.memberships.known().count() == 3,
    ),
    ("household_close", {"on": "2025-06-01", "left": "moved_out", "reason": "整户迁出"}, lambda h: h.closed_on == date(2025, 6, 1)),
    ("household_move", {"on": "2025-06-01", "village": "341702106201"}, lambda h: h.successors.count() == 1),
    ("household_unregister", {"on": "2025-06-01", "reason": "清退"}, lambda h: not h.registrations.as_of(date(2025, 6, 1))),
    ("income_add", {"year": "2025", "wages": "58,200", "transfer_0": "5400"}, lambda h: h.incomes.known().count() == 1),
    ("income_add", {"year": "2025"}, None),
    ("safeguard_add", {"kind": "water", "checked_on": "2025-06-01", "is_safe": "0"}, None),
    (
        "safeguard_add",
        {"kind": "water", "checked_on": "2025-06-01", "is_safe": "0", "problem": "水质"},
        lambda h: h.safeguards.filter(problem="水质").exists(),
    ),
    ("helper_add", {"name": "王康", "on": "2025-06-01"}, lambda h: h.helpers.count() == 2),
    ("helper_add", {"on": "2025-06-01"}, None),
    ("visit_add", {"uid": "5f3a1d1e-0000-4000-8000-000000000001", "on": "2025-06-01", "method": "home", "kind": "routine"},
     lambda h: h.visits.count() == 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "holds"), POSTS, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(POSTS)])
def test_a_form_does_its_work_or_says_why_not(station, name, data, holds):
    household = family()
    url = reverse(f"households:{name}", args=[household.pk])
    assert station.get(url).status_code == 200

    answer = station.post(url, data)

    household.refresh_from_db()
    if holds is None:
        assert answer.status_code == 422
        assert 'class="error"' in answer.content.decode() or "没有保存" in answer.content.decode()
    else:
        assert answer.status_code == 302, answer.content.decode()
        assert holds(household)


@pytest.mark.parametrize(("name", "kind"), [("household", "lifted"), ("person", "")])
def test_a_list_that_was_narrowed_in_place_exports_and_prints_what_it_shows(station, name, kind):
    family()
    asked = {"kind": kind, "state": "", "q": "", "village": "341702106200"}

    part = station.get(reverse(f"households:{name}_list"), asked, headers={"HX-Request": "true"}).content.decode()
    none = station.get(reverse(f"households:{name}_list"), asked | {"q": "没有此人"}, headers={"HX-Request": "true"})

    assert 'id="told" hx-swap-oob="true"' in part
    export = part.partition(reverse(f"households:{name}_export"))[2].partition('"')[0]
    assert "village=341702106200" in export
    assert 'id="said" hx-swap-oob="true"> · 条件：' in part
    assert reverse(f"households:{name}_export") not in none.content.decode()


def test_a_household_that_was_closed_by_mistake_is_open_again_at_once(station):
    household = family()
    closed = station.post(
        reverse("households:household_close", args=[household.pk]),
        {"on": "2025-06-01", "left": "moved_out", "reason": "整户迁出"},
        follow=True,
    )
    undo = reverse("households:household_reopen", args=[household.pk])
    household.refresh_from_db()

    assert household.closed_on == date(2025, 6, 1)
    assert f'action="{undo}"' in closed.content.decode().partition("data-undo")[0]
    station.post(undo)
    household.refresh_from_db()
    assert household.closed_on is None


def test_a_day_that_cannot_be_shown_is_said_and_a_name_is_not_emptied(station):
    household = family()
    url = reverse("households:household_detail", args=[household.pk])
    said = [
        "看不了那一天" in station.get(url, {"day": day}).content.decode()
        for day in ("abc", "2999-01-01", "1990-01-01", "", "2024-01-01")
    ]
    emptied = station.post(
        reverse("households:person_facts", args=[household.head_id]), {"name": "", "on": "2025-06-01"}
    )

    assert said == [True, True, True, False, False]
    assert "还没填姓名" in emptied.content.decode()


def shown(answer) -> dict[str, str | list[str]]:
    """What a form shows, as it is sent back."""
    return {field.html_name: "" if field.value() is None else field.value() for field in answer.context["form"]}


@pytest.mark.parametrize(
    ("noun", "theirs", "mine"),
    [
        ("household", {"group": "21组"}, {"natural_village": "上庄"}),
        ("household", {"phone": "13900000021"}, {"bank": "农商行"}),
        ("person", {"health": ["残疾"]}, {"education": "小学"}),
        ("person", {"education": "小学", "phone": "13900000021"}, {"health": ["残疾"]}),
    ],
)
def test_of_two_who_change_different_facts_neither_undoes_the_other(station, noun, theirs, mine):
    household = family(group="9组")
    row = household if noun == "household" else household.head
    url = reverse(f"households:{noun}_facts", args=[row.pk])
    first, second = shown(station.get(url)), shown(station.get(url))

    answers = [station.post(url, first | theirs), station.post(url, second | mine)]

    row.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert {name: getattr(row, name) for name in theirs | mine} == theirs | mine


@pytest.mark.parametrize(
    ("name", "theirs", "mine", "said"),
    [
        ("group", "21组", "8组", "刚被别人改成“21组”，您写的是“8组”"),
        ("group", "", "8组", "刚被别人改成“空”，您写的是“8组”"),
        ("phone", "13900000021", "13900000022", "刚被别人改成“139****0021”，您写的是“139****0022”"),
    ],
)
def test_of_two_who_change_the_same_fact_the_second_sees_both_and_may_insist(station, name, theirs, mine, said):
    household = family(group="9组")
    url = reverse("households:household_facts", args=[household.pk])
    first, second = shown(station.get(url)), shown(station.get(url))
    station.post(url, first | {name: theirs})

    refused = station.post(url, second | {name: mine})
    household.refresh_from_db()
    between = getattr(household, name)
    answer = station.post(url, shown(refused))

    household.refresh_from_db()
    assert refused.status_code == 422
    assert said in refused.context["form"].errors[name][0]
    assert (between, answer.status_code, getattr(household, name)) == (theirs, 302, mine)


@pytest.mark.parametrize("before", ["", "x:y", "\0"])
def test_a_form_without_what_it_showed_is_taken_by_what_stands(station, before):
    url = reverse("households:household_facts", args=[family(group="9组").pk])

    answer = station.post(url, shown(station.get(url)) | {"before": before, "group": "21组"})

    assert answer.status_code == (422 if before == "\0" else 302)


def test_who_changes_a_fact_to_what_it_is_already_is_not_refused(station):
    household = family(group="9组")
    url = reverse("households:household_facts", args=[household.pk])
    first, second = shown(station.get(url)), shown(station.get(url))

    answers = [station.post(url, sent | {"group": "21组"}) for sent in (first, second)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert household.changes.filter(field="group").count() == 1


def test_what_follows_from_an_identity_number_is_shown_and_not_changed(station):
    numbered, other = family().head, PersonFactory(id_number="", id_kind="none", no_id_reason="新生未落户", sex="male")
    pages = [station.get(reverse("households:person_facts", args=[one.pk])) for one in (numbered, other)]
    sent = shown(pages[0]) | {"born_on": "1950-01-01", "sex": "female", "education": "小学"}

    station.post(reverse("households:person_facts", args=[numbered.pk]), sent)

    fields = [page.context["form"].fields["born_on"] for page in pages]
    assert [(field.disabled, field.help_text) for field in fields] == [
        (True, "由证件号码得出；不对就改证件号码"),
        (False, ""),
    ]
    assert [change.field for change in numbered.changes.all()] == ["education"]


@pytest.mark.parametrize(
    ("name", "data", "errors"),
    [
        ("person_facts", {"name": "程友福", "id_kind": "", "on": "2025-06-01"}, {"id_kind": ["还没选证件类型"]}),
        ("household_split", {}, {"on": ["还没填从哪天起"], "relation": ["还没选程友福与户主的关系"]}),
        ("member_head", {}, {"new_head": ["还没选新户主"], "on": ["还没填从哪天起"], "relation": ["还没选程友福与户主的关系"]}),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_at_its_field(station, name, data, errors):
    head = MembershipFactory(relation="户主", person__name="程友福")
    head.household.head = head.person
    head.household.save()
    pk = head.person_id if name == "person_facts" else head.household_id

    answer = station.post(reverse(f"households:{name}", args=[pk]), data)

    found = answer.context["form"].errors
    assert {name.removesuffix(f"_{head.person_id}"): said for name, said in found.items()} == errors


@pytest.mark.parametrize(("name", "field"), [("member_leave", "left"), ("member_add", "joined")])
def test_why_somebody_comes_or_goes_is_chosen_and_not_taken_for_granted(station, name, field):
    head = family().memberships.known().get(relation="户主")
    pk = head.pk if name == "member_leave" else head.household_id
    address = reverse(f"households:{name}", args=[pk])

    asked = station.get(address).context["form"][field]
    answer = station.post(address, {"on": "2025-06-01"})

    assert asked.value() is None
    assert asked.field.choices[0] == ("", "请选")
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [f"还没选{asked.label}"]


def test_a_member_leaves_is_corrected_and_the_head_changes(station):
    household = family()
    wife = household.memberships.known().get(relation="配偶")

    station.post(reverse("households:member_leave", args=[wife.pk]), {"left": "death", "on": "2025-06-01"})
    dead = household.memberships.known().get(person=wife.person)
    assert (dead.left, dead.valid_to) == ("death", date(2025, 6, 1))
    station.post(
        reverse("households:member_correct", args=[dead.pk]),
        {"valid_from": "2014-01-01", "joined": "supplement", "relation": "配偶", "valid_to": "", "left": ""},
    )
    again = household.memberships.known().get(person=wife.person)
    assert again.valid_to is None
    station.post(
        reverse("households:member_head", args=[household.pk]),
        {
            "new_head": wife.person_id,
            f"relation_{household.head_id}": "配偶",
            f"relation_{wife.person_id}": "户主",
            "on": "2025-06-01",
        },
    )

    household.refresh_from_db()
    assert household.head_id == wife.person_id
    assert sorted(household.memberships.known().values_list("relation", flat=True)) == ["户主", "配偶"]


def test_a_household_splits_and_merges_by_forms(station):
    household = family()
    son = MembershipFactory(household=household, relation="子")
    url = reverse("households:household_split", args=[household.pk])
    assert station.get(url).status_code == 200

    station.post(
        url,
        {
            **{f"relation_{row.person_id}": "stays" for row in household.memberships.all()},
            f"relation_{son.person_id}": "户主",
            "on": "2025-06-01",
            "keep": "on",
        },
    )

    new = Household.objects.get(predecessor=household)
    assert Registration.objects.as_of(date(2025, 6, 1)).filter(household=new).exists()
    merge = reverse("households:household_merge", args=[household.pk])
    assert station.get(merge, {"other": "没有这一户"}).status_code == 200
    url = f"{merge}?other={son.person.id_number}"
    assert station.get(url).status_code == 200
    station.post(url, {f"relation_{son.person_id}": "子", "on": "2025-07-01"})
    new.refresh_from_db()
    assert new.closed_on == date(2025, 7, 1)
    assert Membership.objects.as_of(date(2025, 7, 1)).filter(household=household).count() == 3


def test_somebody_is_transferred_by_the_number(station):
    household, other = family(1), family(2)
    daughter = MembershipFactory(household=other, relation="女")
    url = reverse("households:member_transfer", args=[household.pk])
    data = {"relation": "儿媳", "joined": "marriage", "left": "marriage", "on": "2025-06-01"}

    assert station.post(url, data | {"id_number": id_number(999)}).status_code == 422
    assert station.post(url, data | {"id_number": daughter.person.id_number}).status_code == 302
    assert household.memberships.as_of(date(2025, 6, 1)).filter(person=daughter.person).exists()


def test_a_head_is_transferred_when_the_form_was_told_who_follows(station):
    household, other = family(1), family(2)
    wife = other.memberships.known().get(relation="配偶").person
    url = reverse("households:member_transfer", args=[household.pk])
    data = {
        "id_number": other.head.id_number, "relation": "父母", "joined": "other", "left": "other", "on": "2025-06-01",
    }  # fmt: skip

    empty, asked = station.get(url), station.post(url, data)
    answer = station.post(url, data | {"new_head": wife.pk})

    other.refresh_from_db()
    assert "new_head" not in empty.context["form"].fields
    assert asked.context["form"].errors == {"new_head": ["还没选原户由谁当户主"]}
    assert list(asked.context["form"].fields["new_head"].queryset) == [wife]
    assert (answer.status_code, other.head) == (302, wife)


def test_a_household_is_registered_with_its_head(station):
    data = {
        "village": "341702106200", "on": "2025-06-01", "joined": "supplement", "name": "程友福",
        "id_number": id_number(55), "number": "3417020009",
    }  # fmt: skip
    url = reverse("households:household_open")
    assert station.get(url).status_code == 200

    answer = station.post(url, data)

    household = Household.objects.get(number="3417020009")
    assert answer.url == reverse("households:household_detail", args=[household.pk])
    assert household.head.name == "程友福"


def test_guarantee_and_work_are_entered_ended_corrected_and_withdrawn(station):
    row = MembershipFactory()
    person = reverse("households:guarantee_add", args=[row.person_id])
    assert station.get(person).status_code == 200
    station.post(person, {"kind": "minimum", "on": "2025-06-01"})
    held = row.person.guarantees.get()
    station.post(reverse("households:dated_end", args=["guarantee", held.pk]), {"on": "2025-08-01"})
    held = row.person.guarantees.known().get()
    assert held.valid_to == date(2025, 8, 1)
    correct = reverse("households:dated_correct", args=["guarantee", held.pk])
    assert station.get(correct).status_code == 200
    station.post(correct, {"valid_from": "2025-07-01", "valid_to": ""})
    held = row.person.guarantees.known().get()
    station.post(reverse("households:dated_withdraw", args=["guarantee", held.pk]))
    assert not row.person.guarantees.known().exists()
    work = reverse("households:work_add", args=[row.person_id])
    station.post(work, {"place": "outside", "on": "2025-06-01", "months": "9"})
    assert row.person.works.known().get().months == 9
    assert station.post(work, {"place": "outside", "on": "2025-07-01", "months": "19"}).status_code == 422


def test_a_proposal_is_accepted_or_refused_on_the_list(station, clerk):
    first = FactProposalFactory(household=family(1), proposed_by=clerk)
    second = FactProposalFactory(household=family(2), proposed_by=clerk)

    station.post(reverse("households:proposal_accept", args=[first.pk]))
    refuse = reverse("households:proposal_refuse", args=[second.pk])
    assert station.get(refuse).status_code == 200
    station.post(refuse, {"why": "核对过，没有变"})

    assert sorted(FactProposal.objects.values_list("verdict", "why")) == [
        ("accepted", ""),
        ("refused", "核对过，没有变"),
    ]
    settled = station.get(reverse("households:proposal_list"), {"view": "settled"})
    assert len(settled.context["page"].rows) == 2


def test_a_helper_visits_only_the_households_named_to_him(client, clerk):
    helper = User.objects.create(
        username="helper", name="方志强", role="helper", must_change_password=False, village_code="341702106200"
    )
    mine, other = family(1), family(2)
    helper.grants.create(household_id=mine.pk, valid_from=date(2020, 1, 1))
    client.force_login(helper)

    listed = client.get(reverse("households:visit_list")).context["page"].rows
    assert [row.pk for row in listed] == [mine.pk]
    assert client.get(reverse("households:visit_add", args=[other.pk])).status_code == 404
    data = {"uid": "5f3a1d1e-0000-4000-8000-000000000001", "on": timezone.localdate().isoformat(), "method": "phone",
            "kind": "routine", "findings": "一切都好"}  # fmt: skip
    for _ in range(2):
        assert client.post(reverse("households:visit_add", args=[mine.pk]), data).status_code == 302

    assert list(Visit.objects.values_list("visitor", "findings")) == [("方志强", "一切都好")]


@pytest.mark.parametrize("name", ["household_export", "registry_export", "person_export"])
def test_an_export_is_masked_logged_and_whole_only_for_a_reason(station, name):
    household = family()
    url = reverse(f"households:{name}")
    assert station.get(url).status_code == 200
    assert station.post(url, {"full": "on"}).status_code == 422

    masked, whole = station.post(url), station.post(url, {"full": "on", "reason": "报区局核对"})

    number = household.head.id_number
    assert [number in str(cells(answer)) for answer in (masked, whole)] == [False, True]
    assert list(AccessLog.objects.order_by("id").values_list("kind", "reason")) == [
        ("export", ""),
        ("export", "报区局核对"),
    ]


def cells(answer) -> list:
    import io  # noqa: PLC0415

    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def test_a_form_whose_row_another_changed_meanwhile_says_so(station):
    wife = family().memberships.known().get(relation="配偶")
    leave = reverse("households:member_leave", args=[wife.pk])
    station.post(leave, {"left": "marriage", "on": "2025-06-01"})

    answer = station.post(leave, {"left": "death", "on": "2025-06-02"})

    assert answer.status_code == 422
    assert "这一条刚被改过或撤回" in answer.content.decode()
