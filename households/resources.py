"""The columns of what goes out: lists as they are shown, and the registry in the form it comes in."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from households.models import Household, Membership, Person
from households.queries.listing import listed_households, listed_people, village_names
from households.queries.people import age
from paibou.lib.privacy import mask_id, mask_phone

Row = dict[str, Any]
CHUNK = 2000
ORDINARY = "一般农户"


def household_rows(rows: QuerySet[Household], day: date, *, full: bool) -> Iterator[Row]:
    """户: as in the list, and as sheet 户 of the registry."""
    identity, phone = _shown(full)
    names = village_names(rows.order_by("village_code").distinct("village_code").only("village_code"))
    for one in listed_households(rows, day).order_by("village_code", "id").iterator(CHUNK):
        yield {
            "村": names.get(one.village_code, one.village_code),
            "村民组": one.group,
            "户编号": one.number,
            "户主姓名": one.head.name if one.head else "",
            "户主证件号码": identity(one.head.id_number) if one.head else "",
            "户类型": "、".join(str(row) for row in one.on_file) or ORDINARY,
            "家庭人口数": one.people,
            "联系电话": phone(one.phone),
        }


def member_rows(rows: QuerySet[Household], day: date, *, full: bool) -> Iterator[Row]:
    """家庭成员: sheet 家庭成员 of the registry, by household."""
    identity, _ = _shown(full)
    members = Membership.objects.as_of(day).select_related("person").order_by("id")
    households = rows.prefetch_related(Prefetch("memberships", members, to_attr="present"))
    for household in households.order_by("village_code", "id").iterator(CHUNK):
        for one in household.present:
            person = one.person
            yield {
                "户编号": household.number,
                "姓名": person.name,
                "证件号码": identity(person.id_number),
                "与户主关系": one.relation_raw or one.relation,
                "性别": person.get_sex_display(),
                "出生日期": person.born_on,
            }


def person_rows(rows: QuerySet[Person], day: date, *, full: bool) -> Iterator[Row]:
    """人员: as in the list."""
    identity, _ = _shown(full)
    names = village_names(rows.order_by("village_code").distinct("village_code").only("village_code"))
    for one in listed_people(rows, day).order_by("village_code", "name_sort", "id").iterator(CHUNK):
        home = one.at_home[0] if one.at_home else None
        yield {
            "姓名": one.name,
            "证件号码": identity(one.id_number),
            "性别": one.get_sex_display(),
            "年龄": age(one, day),
            "村": names.get(one.village_code, one.village_code),
            "户主": home.household.head.name if home and home.household.head else "",
            "户编号": home.household.number if home else "",
            "与户主关系": home.relation if home else "",
            "文化程度": one.education,
            "健康状况": "、".join(one.health),
            "劳动技能": one.labour,
        }


def _shown(full: bool) -> tuple[Callable[[str], str], Callable[[str], str]]:
    return (str, str) if full else (mask_id, mask_phone)
