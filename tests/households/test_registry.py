"""The registry workbook: what is new, changed, the same, what waits and why, and what of it is written."""

from datetime import date
from pathlib import Path

import pytest

from accounts.models import Division, User
from accounts.services.user import system_user
from exchange.models import Batch
from exchange.review import explain
from exchange.services.mending import leave_out, mend_row, take_back
from exchange.services.system_import import import_file
from households import resources
from households.facts import facts_of
from households.imports import MARKS
from households.models import FactChange, Household, Membership, OnFileSpell, Person, Registration
from households.panels import person_changes
from households.services.fact import change_facts
from households.services.household import close_household
from households.services.membership import change_head, correct_membership, end_membership
from households.services.spells import rebuild_spells
from paibou.lib import identity
from paibou.lib.sealing import digest
from paibou.lib.workbook.writer import written
from tests.factories.households import (
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    RegistrationFactory,
    id_number,
)

pytestmark = pytest.mark.services

DAY = date(2025, 3, 1)
LATER = date(2025, 9, 1)
TODAY = date(2025, 11, 20)
HEAD, WIFE, SON = id_number(11), id_number(12), id_number(13)


@pytest.fixture(autouse=True)
def township(villages, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def household(**cells) -> dict:
    return {
        "村": "牌楼村", "村民组": "4组", "户编号": "3417020001", "户主姓名": "程友福", "户主证件号码": HEAD,
        "户类型": "脱贫户", "家庭人口数": 2, "联系电话": "13900000001",
    } | cells  # fmt: skip


def member(name="程友福", number=HEAD, relation="户主", **cells) -> dict:
    return {"户编号": "3417020001", "姓名": name, "证件号码": number, "与户主关系": relation} | cells


def wife(**cells) -> dict:
    return member("汪秋菊", WIFE, "妻子", **cells)


def take(households: list[dict], members: list[dict], as_of: date = DAY, name: str = "登记表.xlsx") -> Batch:
    data = written({"户": _even(households), "家庭成员": _even(members)})
    return import_file(kind="registry", name=name, data=data, by=clerk_of_the_station(), as_of=as_of).batch


def _even(rows: list[dict]) -> list[dict]:
    """Rows that all have every heading."""
    headings = dict.fromkeys(heading for row in rows for heading in row)
    return [headings | dict.fromkeys(headings, "") | row for row in rows]


def clerk_of_the_station() -> User:
    return system_user(prefix="341702106")


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return batch.new, batch.changed, batch.same, batch.problem


def sentences(batch: Batch) -> list[str]:
    return [sentence for row in batch.rows.of("problem").order_by("pk") for sentence in row.sentences]


def everything() -> list:
    tables = (Household, Person, Membership, Registration, OnFileSpell, FactChange)
    return [list(table.objects.order_by("pk").values_list("pk")) for table in tables]


def test_a_new_household_stands_with_its_people_and_is_on_file_from_the_day():
    batch = take([household()], [member(), wife(), member("程大伟", SON, "长子")])

    assert counts(batch) == (4, 0, 0, 0), sentences(batch)
    home = Household.objects.get()
    assert (home.head.name, home.phone, bytes(home.phone_digest)) == ("程友福", "13900000001", digest("13900000001"))
    rows = home.memberships.order_by("id").values_list(
        "person__name", "relation", "relation_raw", "valid_from", "batch"
    )
    assert list(rows) == [
        ("程友福", "户主", "户主", DAY, batch.pk),
        ("汪秋菊", "配偶", "妻子", DAY, batch.pk),
        ("程大伟", "子", "长子", DAY, batch.pk),
    ]
    son = Person.objects.get(name="程大伟")
    assert (son.id_number, son.sex, son.born_on, son.name_sort) == (
        SON,
        "male",
        date(1975, 3, 8),
        "cheng da wei 程大伟",
    )
    assert Registration.objects.as_of(DAY).get().kind == "lifted"
    assert OnFileSpell.objects.as_of(DAY).count() == 3
    assert not OnFileSpell.objects.as_of(date(2025, 2, 28)).exists()
    assert batch.notes == ["家庭人口数和成员行数不一样的 1 户：程友福（3417020001）"]


def test_the_same_file_twice_changes_nothing():
    rows = ([household()], [member(), wife(健康状况="长期慢性病、残疾")])
    take(*rows)
    before = everything()

    batch = take(*rows, as_of=LATER)

    assert counts(batch) == (0, 0, 3, 0)
    assert everything() == before


def test_an_unknown_flag_that_was_cleared_on_the_page_is_still_known(clerk):
    take([household(是否双联户="是" * 60)], [member()])
    home = Household.objects.get()
    assert home.flags == {"是否双联户": "是" * 40}

    change_facts(row=home, facts={"flags.是否双联户": None}, on=LATER, by=clerk, today=TODAY)

    assert home.flags == {"是否双联户": ""}
    assert "flags.是否双联户" in facts_of(home)
    nothing = take([household(是否双联户="-", 其他是否列="x")], [member()], TODAY)
    assert counts(nothing) == (0, 0, 2, 0), sentences(nothing)


def test_sex_and_birth_of_somebody_without_a_number_come_with_a_later_file():
    child = member("程小宝", "", "孙子", 无证件原因="新生未落户")
    take([household()], [member(), child])

    batch = take([household()], [member(), child | {"性别": "男", "出生日期": "2025-02-01"}], LATER)

    born = Person.objects.get(name="程小宝")
    assert counts(batch) == (0, 1, 2, 0), sentences(batch)
    assert (born.sex, born.born_on) == ("male", date(2025, 2, 1))
    assert {(one.field, one.new) for one in FactChange.objects.all()} == {("sex", "男"), ("born_on", "2025-02-01")}


def test_what_says_nothing_changes_nothing():
    take([household(自然村="大冲", 是否双联户="是")], [member(民族="汉族", 文化程度="初中")])

    batch = take([household(自然村="无", 是否双联户="\u3000")], [member(民族="—", 文化程度="/")], LATER)

    assert counts(batch) == (0, 0, 2, 0)
    assert Household.objects.get().natural_village == "大冲"


@pytest.mark.parametrize("nothing", ["无", "—", "/", "未填"])
def test_what_says_nothing_leaves_texts_that_are_words_of_a_list(nothing):
    take([household(主要致贫原因="因病", 危房等级="C级")], [member(劳动技能="普通劳动力")])

    batch = take([household(主要致贫原因=nothing, 危房等级=nothing)], [member(劳动技能=nothing)], LATER)

    assert counts(batch) == (0, 0, 2, 0), sentences(batch)
    home = Household.objects.select_related("head").get()
    assert (home.main_cause, home.housing_grade, home.head.labour) == ("因病", "C级", "普通劳动力")


@pytest.mark.parametrize(
    ("cell", "longest"),
    [("主要致贫原因", 40), ("危房等级", 20), ("户编号", 32), ("文化程度", 20), ("劳动技能", 20), ("人编号", 32)],
)
def test_a_cell_longer_than_its_field_waits_and_the_others_come_in(cell, longest):
    long = {cell: "初" * (longest + 1)}
    of_member = cell in ("文化程度", "劳动技能", "人编号")

    second = {"户编号": "3417020002", "户主姓名": "", "户主证件号码": ""} | ({} if of_member else long)
    batch = take([household(), household(**second)], [member(), wife(**(long if of_member else {}))])

    assert sentences(batch) == [f"有 {longest + 1} 个字，最多 {longest} 个"]
    assert Household.objects.filter(number="3417020001").exists()


def test_a_changed_fact_is_dated_as_of_and_an_empty_cell_changes_nothing():
    take([household()], [member(), wife(文化程度="小学")])

    batch = take(
        [household(村民组="5组", 联系电话="13900000002", 户主姓名="")],
        [member(), wife(文化程度="", 健康状况="残疾")],
        LATER,
    )

    assert counts(batch) == (0, 2, 1, 0)
    home = Household.objects.get()
    assert (home.group, home.phone) == ("5组", "13900000002")
    spouse = Person.objects.get(name="汪秋菊")
    assert (spouse.education, spouse.health) == ("小学", ["残疾"])
    changes = FactChange.objects.order_by("field").values_list("field", "on", "batch")
    assert list(changes) == [(field, LATER, batch.pk) for field in ("group", "health", "phone")]
    assert [(one.old, one.new) for one in FactChange.objects.order_by("field")] == [
        ("4组", "5组"),
        ("", "残疾"),
        ("13900000001", "13900000002"),
    ]


def test_a_fact_changed_on_the_page_waits_with_both_values(clerk):
    take([household()], [member(), wife()])
    change_facts(row=Household.objects.get(), facts={"group": "6组"}, on=date(2025, 6, 1), by=clerk, today=TODAY)

    batch = take([household(村民组="5组")], [member(), wife()], LATER)

    assert counts(batch) == (0, 0, 2, 1)
    [sentence] = sentences(batch)
    assert sentence.startswith("村民组在 2025年6月1日由页面改成“6组”，文件里是“5组”")
    assert batch.rows.get(verdict="problem").judged_column == "group"
    assert Household.objects.get().group == "6组"
    agreed = take([household(村民组="6组")], [member(), wife()], LATER)
    assert counts(agreed) == (0, 0, 3, 0)


def test_a_flag_that_we_do_not_know_is_kept_as_text_with_its_history(clerk):
    take([household(是否双联户="是", 是否军烈属="否", 说明="在家")], [member()])
    home = Household.objects.get()
    assert home.flags == {"是否双联户": "是", "军烈属": False}

    again = take([household(是否双联户="是", 是否军烈属="否")], [member()], LATER)
    assert counts(again) == (0, 0, 2, 0)

    changed = take([household(是否双联户="待定", 是否军烈属="")], [member()], LATER)

    assert counts(changed) == (0, 1, 1, 0)
    home.refresh_from_db()
    change = FactChange.objects.get()
    assert home.flags == {"是否双联户": "待定", "军烈属": False}
    assert (change.field, change.old, change.new, change.on) == ("flags.是否双联户", "是", "待定", LATER)

    change_facts(row=home, facts={"flags.是否双联户": "否"}, on=TODAY, by=clerk, today=TODAY)

    waiting = take([household(是否双联户="待定")], [member()], TODAY)
    assert sentences(waiting) == [
        "是否双联户在 2025年11月20日由页面改成“否”，文件里是“待定”；文件不对就不导入这一行，文件对就在页面上改成一样的"
    ]


def test_a_sealed_value_changed_on_the_page_waits_with_both_values_masked(clerk):
    take([household()], [member(电话="13900000001")])
    for row in (Household.objects.get(), Person.objects.get()):
        change_facts(row=row, facts={"phone": "13911112222"}, on=TODAY, by=clerk, today=TODAY)

    batch = take([household()], [member(电话="13900000001")], TODAY)
    rows = list(batch.rows.of("problem").order_by("pk"))
    explain(rows, batch, full=False)

    assert [row.wrongs[0].sentence.split("；")[0].split("由")[1] for row in rows] == [
        "页面改成“139****2222”，文件里是“139****0001”"
    ] * 2
    assert all("139" not in row.judged_sentence for row in rows)


def test_a_file_older_than_the_last_one_does_not_turn_facts_back():
    take([household()], [member(), wife()])
    take([household(村民组="5组")], [member(), wife()], LATER)

    batch = take([household(村民组="6组")], [member(), wife()], date(2025, 8, 1))

    assert "已按更晚的文件改成“5组”" in sentences(batch)[0]


def test_a_person_missing_from_the_file_is_told_and_stays():
    take([household()], [member(), wife()])

    batch = take([household()], [member()], LATER)

    assert "文件里没有、系统里还在户的 1 人：汪秋菊（3417020001）；没有动他们，离户请在农户页登记" in batch.notes
    assert Membership.objects.as_of(LATER).count() == 2


def test_another_relation_withdraws_the_row_and_lets_another_stand():
    take([household()], [member(), wife()])

    batch = take([household()], [member(), member("汪秋菊", WIFE, "儿媳")], LATER)

    assert counts(batch) == (0, 1, 2, 0)
    rows = Membership.objects.filter(person__name="汪秋菊").order_by("id")
    assert [(one.relation, one.valid_from, one.withdrawn_at is None) for one in rows] == [
        ("配偶", DAY, False),
        ("儿媳", DAY, True),
    ]
    assert OnFileSpell.objects.as_of(LATER).count() == 2


def test_a_relation_changed_on_the_page_waits(clerk):
    take([household()], [member(), wife()])
    row = Membership.objects.get(person__name="汪秋菊")
    correct_membership(membership=row, by=clerk, today=TODAY, relation="儿媳")

    batch = take([household()], [member(), wife()], LATER)

    assert sentences(batch)[0].startswith("与户主关系由页面改成“儿媳”，文件里是“妻子”")


def test_another_head_in_the_file_becomes_the_head_unless_a_page_said_otherwise(clerk):
    take([household()], [member(), wife()])
    swapped = [member("程友福", HEAD, "配偶"), member("汪秋菊", WIFE, "户主")]

    batch = take([household(户主姓名="汪秋菊", 户主证件号码=WIFE)], swapped, LATER)
    assert counts(batch) == (0, 3, 0, 0)
    home = Household.objects.get()
    assert home.head.name == "汪秋菊"
    assert [(one.old, one.new) for one in FactChange.objects.filter(field="head")] == [("程友福", "汪秋菊")]

    change_head(household=home, person=Person.objects.get(name="程友福"), on=LATER, by=clerk, today=TODAY)
    again = take([household(户主姓名="汪秋菊", 户主证件号码=WIFE)], swapped, date(2025, 10, 1))
    assert any("由页面改成“程友福”，文件里是“汪秋菊”" in one for one in sentences(again))
    assert Household.objects.get().head.name == "程友福"


def test_a_household_that_is_now_lifted_is_on_file_from_the_day():
    take([household(户类型="一般农户")], [member(), wife()])
    assert not Registration.objects.exists()

    batch = take([household()], [member(), wife()], LATER)

    assert counts(batch) == (0, 1, 2, 0)
    assert Registration.objects.get().valid_from == LATER
    assert OnFileSpell.objects.as_of(LATER).count() == 2


def test_monitored_households_are_told_because_cases_make_them():
    batch = take([household(户类型="边缘易致贫户")], [member(), wife()])

    assert not Registration.objects.exists()
    assert "文件里写着监测对象、系统里没有监测案件的 1 户：程友福（3417020001）" in batch.notes


def test_somebody_without_a_number_is_accepted_and_found_again():
    rows = ([household()], [member(), member("程小雨", "", "孙女", 性别="女", 出生日期="2025-01-08")])
    take(*rows)

    baby = Person.objects.get(name="程小雨")
    assert (baby.id_kind, baby.no_id_reason, baby.sex, baby.born_on) == (
        "none",
        "登记表里没有",
        "female",
        date(2025, 1, 8),
    )
    assert counts(take(*rows)) == (0, 0, 3, 0)
    number = id_number(22, date(2025, 1, 8))
    batch = take([household()], [member(), member("程小雨", number, "孙女")], LATER)
    assert counts(batch) == (0, 1, 2, 0)
    baby.refresh_from_db()
    assert (baby.id_number, baby.id_kind, baby.no_id_reason) == (number, "resident", "")


def test_a_disability_certificate_gives_number_category_and_grade():
    take([household()], [member(), wife(证件号码=WIFE + "43")])

    person = Person.objects.get(name="汪秋菊")
    assert (person.id_number, person.id_kind, person.disability) == (WIFE, "disability", "43")
    assert person.disability_label == "肢体三级"


def test_a_disability_certificate_of_a_later_file_is_kept_and_a_plain_number_takes_nothing_from_it():
    take([household()], [member(), wife()])

    batch = take([household()], [member(), wife(证件号码=WIFE + "43")], LATER)
    assert counts(batch) == (0, 1, 2, 0), sentences(batch)
    plain = take([household()], [member(), wife(文化程度="小学")], TODAY)

    person = Person.objects.get(name="汪秋菊")
    assert counts(plain) == (0, 1, 2, 0), sentences(plain)
    assert (person.id_number, person.id_kind, person.disability) == (WIFE, "disability", "43")
    change = FactChange.objects.get(field="disability")
    assert (change.old, change.new, change.on) == ("", "肢体三级", LATER)
    shown = person_changes(person, clerk_of_the_station(), TODAY)["changes"]
    assert "残疾" in [one.label for one in shown]

    other = take([household()], [member(), wife(证件号码=WIFE + "42")], LATER)
    assert counts(other) == (0, 1, 2, 0), sentences(other)
    older = take([household()], [member(), wife(证件号码=WIFE + "43")], DAY)
    assert "残疾在 2025年9月1日已按更晚的文件改成“肢体二级”，文件里是“肢体三级”" in sentences(older)[0]
    assert older.rows.get(verdict="problem").judged_column == "id_number"
    assert FactChange.objects.filter(field="disability").count() == 2


def test_a_mended_row_keeps_what_its_other_cells_said():
    number = HEAD + "43"
    batch = take([household(村="", 是否军烈属="是")], [member(number=number)])
    home, head = batch.rows.order_by("table")
    assert (home.verdict, head.verdict) == ("problem", "problem")

    home = mend_row(row=home, cells={"village": "牌楼村"}, today=TODAY)
    head = take_back(row=leave_out(row=head, reason="先放一放", today=TODAY), today=TODAY)

    assert (home.verdict, home.values["kind"], home.values["martyrs"]) == ("new", "lifted", True), home.sentences
    assert (head.verdict, head.values["disability"]) == ("new", "43"), head.sentences


def test_an_area_that_no_field_has_waits():
    batch = take([household(**{"耕地面积（亩）": 9999999999})], [member()])

    assert counts(batch) == (0, 0, 0, 2)
    assert sentences(batch)[0] == "面积写成了 9999999999.00，请核对"


def test_somebody_who_left_elsewhere_comes_back_in_another_household(clerk):
    gone = MembershipFactory(person__name="汪秋菊", person__id_number=WIFE, relation="女", valid_from=date(2020, 1, 1))
    end_membership(membership=gone, on=date(2025, 1, 1), left="marriage", by=clerk, today=TODAY)

    batch = take([household()], [member(), wife()])

    assert counts(batch) == (3, 0, 0, 0)
    assert Membership.objects.as_of(DAY).get(person=gone.person).household.number == "3417020001"


def on_file(number="3417020001", **facts) -> Household:
    """A household on file with 程友福 as its head, entered on pages."""
    home = HouseholdFactory(number=number, opened_on=date(2020, 1, 1), **facts)
    person = PersonFactory(name="程友福", id_number=HEAD, village_code=home.village_code)
    MembershipFactory(household=home, person=person, relation="户主", valid_from=date(2020, 1, 1))
    home.head = person
    home.save()
    return home


PROBLEMS = {
    "a number twice": (
        lambda clerk: None, [household(), household(村民组="9组")], [member()], "文件里有 2 行是这个户编号",
    ),
    "a number of another township": (
        lambda clerk: HouseholdFactory(number="3417020001", village_code="341702107200"), [household()], [],
        "外乡镇一户的",
    ),
    "a closed household": (
        lambda clerk: close_household(household=on_file(), on=date(2025, 1, 1), reason="整户迁出", by=clerk, today=TODAY),
        [household()], [], "已经销户",
    ),
    "another village": (lambda clerk: on_file(village_code="341702106201"), [household()], [], "系统里这一户在竹溪村"),
    "opened later": (
        lambda clerk: Household.objects.filter(pk=on_file().pk).update(opened_on=date(2025, 5, 1)), [household()], [],
        "才开户",
    ),
    "no longer lifted": (
        lambda clerk: RegistrationFactory(household=on_file()), [household(户类型="一般农户")], [], "系统里是脱贫户",
    ),
    "lifted later": (
        lambda clerk: RegistrationFactory(household=on_file(), valid_from=date(2025, 5, 1)), [household()], [],
        "起是脱贫户，晚于文件的日期",
    ),
    "no household": (lambda clerk: None, [household()], [member(), wife(户编号="999")], "没有这个户编号的户"),
    "one number two names": (
        lambda clerk: None, [household()], [member(), member("程友富", HEAD, "子")], "有两个姓名：程友富、程友福",
    ),
    "a person twice": (
        lambda clerk: None, [household(), household(户编号="3417020002", 户主证件号码="", 户主姓名="")],
        [member(), member(户编号="3417020002")], "一人只能在一户",
    ),
    "two heads": (lambda clerk: None, [household()], [member(), member("汪秋菊", WIFE, "户主")], "有 2 个户主"),
    "registered elsewhere": (
        lambda clerk: PersonFactory(name="汪秋菊", id_number=WIFE, village_code="341702107200"), [household()],
        [member(), wife()], "已登记在外乡镇",
    ),
    "another name on file": (
        lambda clerk: on_file(), [], [member("程有福")], "系统里这个证件号码是“程友福”，文件里是“程有福”",
    ),
    "another number on file": (lambda clerk: on_file(), [], [member(number=id_number(777))], "证件号码不一样"),
    "in another household": (
        lambda clerk: [on_file(), MembershipFactory(person__name="汪秋菊", person__id_number=WIFE, household__number="42")],
        [], [member(), wife()], "户编号 42 那一户的成员",
    ),
    "left": (
        lambda clerk: end_membership(
            membership=MembershipFactory(household=on_file(), person__name="汪秋菊", person__id_number=WIFE),
            on=date(2025, 1, 1), left="marriage", by=clerk, today=TODAY,
        ), [], [member(), wife()], "已登记离户",
    ),
    "dead": (
        lambda clerk: end_membership(
            membership=MembershipFactory(household=on_file(), person__name="汪秋菊", person__id_number=WIFE),
            on=date(2025, 1, 1), left="death", by=clerk, today=TODAY,
        ), [], [member(), wife()], "已登记去世",
    ),
    "no relation": (lambda clerk: None, [household()], [member(), wife(与户主关系="")], "没写与户主关系"),
    "an unknown relation": (lambda clerk: None, [household()], [member(), wife(与户主关系="邻居")], "没有“邻居”这种与户主关系"),
    "a near number in the file": (
        lambda clerk: None, [household(), household(户编号="3417020002", 户主姓名="", 户主证件号码="")],
        [member(), wife(), member("汪秋菊", id_number(14), "女", 户编号="3417020002")], "证件号码相近",
    ),
    "a near number on file": (
        lambda clerk: MembershipFactory(person__name="汪秋菊", person__id_number=id_number(14)), [household()],
        [member(), wife()], "证件号码相近",
    ),
    "a name of very many": (
        lambda clerk: None, [household()], [member(), *(member("户主的人", id_number(n), "其他") for n in range(40, 71))],
        "这个村有超过 30 个人都叫这个名字，姓名列可能不对",
    ),
    "an impossible number": (lambda clerk: None, [household()], [member(), wife(证件号码="123")], "只有 3 位"),
    "another townships village": (lambda clerk: None, [household(村="梅街村")], [], "村"),
    "opened later for a member": (
        lambda clerk: Household.objects.filter(pk=on_file().pk).update(opened_on=date(2025, 5, 1)), [], [wife()],
        "才开户，晚于文件的日期",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_row_that_would_break_a_rule_waits_with_its_sentence(clerk, name):
    arrange, households, members, sentence = PROBLEMS[name]
    arrange(clerk)
    before = Household.objects.count()

    batch = take(
        households or [household(户编号="3417029999", 户主姓名="", 户主证件号码="")], members or [wife(户编号="0")]
    )

    assert any(sentence in said for said in sentences(batch)), sentences(batch)
    assert Household.objects.filter(number="3417020001").exclude(village_code__startswith="341702107").count() <= max(
        before, 1
    )


def test_every_mark_that_waits_is_shown_by_a_case():
    shown = {
        "registry.number_twice", "registry.number_elsewhere", "registry.closed", "registry.other_village",
        "registry.opened_later", "registry.no_longer_lifted", "registry.lifted_later", "registry.no_household",
        "registry.two_names", "registry.person_twice", "registry.two_heads", "registry.elsewhere", "registry.other_name",
        "registry.other_number", "registry.other_household", "registry.left", "registry.dead", "registry.no_relation",
        "registry.changed_on_page", "registry.relation_changed_on_page", "registry.head_changed", "registry.born_later",
        "registry.no_village",
    }  # fmt: skip

    assert {mark.code for mark in MARKS if mark.verdict == "problem"} == shown


GUARDED_OTHERWISE = {
    "household_closes_not_before_it_opens": "an import closes nothing",
    "household_closed_says_why": "an import closes nothing",
    "person_without_number_says_why": "the reason is written with the row",
    "membership_ends_after_it_starts": "an import ends nothing",
    "membership_ended_says_why": "an import ends nothing",
    "registration_ends_after_it_starts": "an import ends nothing",
    "registration_kind_is_of_the_table": "an import writes one kind",
    "onfilespell_ends_after_it_starts": "derived from rows that do",
}


def test_each_constraint_of_the_targets_has_a_mark_that_speaks_first():
    targets = (Household, Person, Membership, Registration, OnFileSpell)
    constraints = {one.name for target in targets for one in target._meta.constraints}

    assert constraints == {mark.constraint for mark in MARKS if mark.constraint} | set(GUARDED_OTHERWISE)


def test_spells_of_an_import_are_what_a_rebuild_makes_of_them():
    take([household()], [member(), wife()])
    take([household()], [member(), member("汪秋菊", WIFE, "儿媳")], LATER)
    columns = ("household", "person", "kind", "valid_from", "valid_to", "recorded_at", "withdrawn_at")
    before = sorted(OnFileSpell.objects.values_list(*columns), key=str)

    rebuild_spells(Household.objects.values_list("pk", flat=True))

    assert sorted(OnFileSpell.objects.values_list(*columns), key=str) == before


def test_the_registry_goes_out_in_the_form_it_comes_in():
    take([household(), household(户编号="3417020002", 户主姓名="", 户主证件号码="", 户类型="一般农户", 家庭人口数=1)],
         [member(), wife(), member("程大伟", SON, "长子", 户编号="3417020002"),
          member("程小雨", "", "孙女", 性别="女", 出生日期="2025-01-08", 户编号="3417020002")])  # fmt: skip
    rows = Household.objects.all()
    data = written({
        "户": resources.household_rows(rows, LATER, full=True),
        "家庭成员": resources.member_rows(rows, LATER, full=True),
    })  # fmt: skip

    batch = import_file(kind="registry", name="导出.xlsx", data=data, by=clerk_of_the_station(), as_of=LATER).batch

    assert counts(batch) == (0, 0, 6, 0), sentences(batch)


def test_a_row_that_stands_twice_word_for_word_counts_once():
    batch = take([household(), household()], [member(), wife(), wife()])

    assert counts(batch) == (3, 0, 2, 0)
    assert Membership.objects.count() == 2


def test_what_waited_comes_in_with_the_next_file():
    batch = take([household()], [member(), wife(证件号码="123")])
    assert counts(batch) == (2, 0, 0, 1)

    again = take([household()], [member(), wife()])

    assert counts(again) == (1, 0, 2, 0)


def test_numbers_of_the_samples_are_checked():
    assert not any(identity.wrong(number) for number in (HEAD, WIFE, SON))


SAMPLE = Path(__file__).parents[1] / "data" / "workbooks" / "registry.xlsx"


def test_the_sample_registry_comes_in_whole_and_the_same_again(clerk):
    for code, name in enumerate(["佳山", "济公", "丰收", "青山", "神山", "穿山", "兰山", "大山"], 341702106202):
        Division.objects.create(code=str(code), level=12, name=f"{name}村")

    def counted() -> tuple:
        data, by = SAMPLE.read_bytes(), clerk_of_the_station()
        return counts(import_file(kind="registry", name="registry.xlsx", data=data, by=by, as_of=DAY).batch)

    assert [counted(), counted()] == [(228, 0, 0, 0), (0, 0, 228, 0)]
    assert (Household.objects.count(), Person.objects.count(), Registration.objects.count()) == (60, 168, 54)
