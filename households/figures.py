"""What the registry counts: households on file and their people, on a day, as known at an instant."""

from django.db.models import Q

from households.models import Registration
from paibou.lib.figures import STOCK, Column, Counted, Window, figure, source
from paibou.lib.periods import known
from paibou.lib.privacy import mask_id

HOUSEHOLD_PAGE = ("households:household_detail", "household_id")
PERSON_PAGE = ("households:person_detail", "person_id")
HOUSEHOLDS, PEOPLE = Counted("household"), Counted("person")
LIFTED = Q(kind=Registration.Kind.LIFTED)


def on_the_day(window: Window) -> Q:
    """Dated rows that hold on the window's last day."""
    lasts = Q(valid_to=None) | Q(valid_to__gte=window.end)
    return Q(valid_from__lt=window.end) & lasts & known(window.known_at)


@source(
    "在册户",
    "households.Registration",
    day="valid_from",
    link=HOUSEHOLD_PAGE,
    related=("household__head",),
    columns=(
        Column("户主", "household.head.name"),
        Column("户编号", "household.number", width=20),
        Column("类型", "get_kind_display"),
        Column("在册自", "valid_from"),
    ),
)
def registrations(window: Window) -> Q:
    return on_the_day(window)


@source(
    "在册户的成员",
    "households.OnFileSpell",
    day="valid_from",
    link=PERSON_PAGE,
    related=("person", "household__head"),
    columns=(
        Column("姓名", "person.name"),
        Column("证件号码", "person.id_number", mask=mask_id, width=22),
        Column("户主", "household.head.name"),
        Column("户编号", "household.number", width=20),
        Column("类型", "get_kind_display"),
        Column("在册自", "valid_from"),
    ),
)
def members_on_file(window: Window) -> Q:
    return on_the_day(window)


@figure("registry.lifted.households", "脱贫户", "户", kind=STOCK, source=registrations, measure=HOUSEHOLDS)
def lifted_households(window: Window) -> Q:
    """口径：当日登记在册的脱贫户，一户计一次；按登记的起止日期计，终止当日起不再计。来源：在册登记。"""
    return LIFTED


@figure("registry.lifted.people", "脱贫人口", "人", kind=STOCK, source=members_on_file, measure=PEOPLE)
def lifted_people(window: Window) -> Q:
    """口径：当日在册脱贫户的家庭成员，一人计一次；当日已离户（死亡、婚出、迁出等）的不计。来源：家庭成员与在册登记。"""
    return LIFTED
