"""数据体检 of the registry: what cannot be right, what misses, and how to mend it."""

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Division, Grant, User
from households.models import Guarantee, HelperAssignment, Household, Membership, OnFileSpell, Person, Registration
from paibou.lib.declarations import Check, checks
from paibou.lib.periods import holds, known

FAR = date(9999, 12, 31)


def _member(day: date) -> Any:
    return Exists(Membership.objects.as_of(day).filter(person=OuterRef("pk")))


def _peopled(day: date) -> Any:
    return Exists(Membership.objects.as_of(day).filter(household=OuterRef("pk")))


def without_number(user: User, day: date) -> QuerySet[Person]:
    return Person.objects.visible_to(user).filter(_member(day), id_digest=b"")


def without_head(user: User, day: date) -> QuerySet[Household]:
    heads = Membership.objects.as_of(day).filter(household=OuterRef("pk"), person=OuterRef("head"))
    return Household.objects.visible_to(user).open(day).filter(_peopled(day)).filter(~Exists(heads))


def without_members(user: User, day: date) -> QuerySet[Household]:
    return Household.objects.visible_to(user).open(day).filter(~_peopled(day))


def village_differs(user: User, day: date) -> QuerySet[Membership]:
    rows = Membership.objects.as_of(day).visible_to(user)
    return rows.exclude(village_code=F("household__village_code"))


def registration_village_differs(user: User, day: date) -> QuerySet[Registration]:
    return Registration.objects.as_of(day).visible_to(user).exclude(village_code=F("household__village_code"))


def person_village_differs(user: User, day: date) -> QuerySet[Person]:
    elsewhere = (
        Membership.objects.as_of(day).filter(person=OuterRef("pk")).exclude(village_code=OuterRef("village_code"))
    )
    return Person.objects.visible_to(user).filter(Exists(elsewhere))


def village_is_closed(user: User, day: date) -> QuerySet[Household]:
    known_villages = Division.objects.villages().filter(code=OuterRef("village_code"))
    return Household.objects.visible_to(user).open(day).filter(~Exists(known_villages))


def spells_differ(user: User, day: date) -> QuerySet[Membership]:
    """Members of a household on file today without a spell of that kind today."""
    spell = OnFileSpell.objects.as_of(day).filter(
        household=OuterRef("household"), person=OuterRef(OuterRef("person")), kind=OuterRef("kind")
    )
    missing = Registration.objects.as_of(day).filter(household=OuterRef("household")).filter(~Exists(spell))
    return Membership.objects.as_of(day).visible_to(user).filter(Exists(missing))


def closed_but_lived_in(user: User, day: date) -> QuerySet[Household]:
    late = Membership.objects.known().filter(household=OuterRef("pk")).annotate(end=Coalesce("valid_to", FAR))
    return (
        Household.objects.visible_to(user)
        .filter(closed_on__isnull=False)
        .filter(Exists(late.filter(end__gt=OuterRef("closed_on"))))
    )


def dead_but_member(user: User, day: date) -> QuerySet[Membership]:
    return Membership.objects.as_of(day).visible_to(user).filter(person__died_on__lte=day)


def guarantee_without_home(user: User, day: date) -> QuerySet[Guarantee]:
    home = Membership.objects.as_of(day).filter(person=OuterRef("person"), household=OuterRef("household"))
    return Guarantee.objects.as_of(day).visible_to(user).filter(~Exists(home))


def helper_without_grant(user: User, day: date) -> QuerySet[HelperAssignment]:
    grants = Grant.objects.on(day).filter(user=OuterRef("user"), household_id=OuterRef("household_id"))
    rows = HelperAssignment.objects.as_of(day).visible_to(user).filter(user__isnull=False)
    return rows.filter(~Exists(grants))


def grant_without_helper(user: User, day: date) -> QuerySet[Household]:
    """Households that a helper's account may open though nobody says that he helps it."""
    helping = HelperAssignment.objects.filter(
        known(), holds(day), household=OuterRef(OuterRef("pk")), user=OuterRef("user")
    )
    grants = Grant.objects.on(day).filter(household_id=OuterRef("pk"), user__role=User.Role.HELPER)
    return Household.objects.visible_to(user).filter(Exists(grants.filter(~Exists(helping))))


def on_file_without_helper(user: User, day: date) -> QuerySet[Household]:
    on_file = Registration.objects.as_of(day).filter(household=OuterRef("pk"))
    helped = HelperAssignment.objects.as_of(day).filter(household=OuterRef("pk"))
    return Household.objects.visible_to(user).open(day).filter(Exists(on_file), ~Exists(helped))


def without_number_of_household(user: User, day: date) -> QuerySet[Household]:
    on_file = Registration.objects.as_of(day).filter(household=OuterRef("pk"))
    return Household.objects.visible_to(user).open(day).filter(Exists(on_file), number="")


def _declare(slug: str, label: str, why: str, cure: str, rows: Any, order: int) -> None:
    checks.add(slug, Check(slug, label, why, cure, rows, order))


_declare(
    "person_without_number",
    "没有证件号码的成员",
    "补贴发不了，预警也对不上人",
    "落户后在人员页填证件号码",
    without_number,
    10,
)
_declare("household_without_head", "没有户主的户", "名单和报表上没有户名", "在农户页更换户主", without_head, 11)
_declare(
    "household_without_members", "没有成员的户", "还算开着的户，报表会多算", "登记成员，或者销户", without_members, 12
)
_declare(
    "household_without_number",
    "在册户没有户编号",
    "和国办系统对不上",
    "在农户页填户编号",
    without_number_of_household,
    13,
)
_declare(
    "on_file_without_helper",
    "在册户没有帮扶联系人",
    "每户要有一位联系人",
    "在农户页指定联系人",
    on_file_without_helper,
    14,
)
_declare(
    "membership_village_differs", "成员的村和户的村不一致", "按村统计会错", "请管理员重新做撤并村", village_differs, 20
)
_declare(
    "registration_village_differs",
    "在册登记的村和户的村不一致",
    "按村统计会错",
    "请管理员重新做撤并村",
    registration_village_differs,
    21,
)
_declare(
    "person_village_differs",
    "人员的村和所在户的村不一致",
    "本村的人查不到他",
    "更正入户日期后保存一次",
    person_village_differs,
    22,
)
_declare(
    "household_in_closed_village", "户在已撤并的村里", "这个村今天没有了", "请管理员做撤并村", village_is_closed, 23
)
_declare("spells_differ", "在册时段和登记不符", "在册人数会错", "告诉管理员重算在册时段", spells_differ, 24)
_declare(
    "closed_household_lived_in", "已销户还有成员", "同一人可能算两次", "更正成员的离户日期", closed_but_lived_in, 25
)
_declare("dead_member", "已登记死亡还在户里", "在册人数多算", "在农户页登记离户", dead_but_member, 26)
_declare(
    "guarantee_without_home", "保障记在不住的户上", "按户统计保障会错", "更正保障的结束日期", guarantee_without_home, 27
)
_declare(
    "helper_without_grant",
    "联系人的账号打不开这一户",
    "他看不到该走访的户",
    "结束后重新指定联系人",
    helper_without_grant,
    28,
)
_declare(
    "grant_without_helper", "账号能打开不再帮扶的户", "看得到不该看的资料", "请管理员收回授权", grant_without_helper, 29
)
