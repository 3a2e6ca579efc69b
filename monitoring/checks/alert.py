"""数据体检 of alerts: what lies, what nobody goes on with, what does not fit."""

from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import User
from households.models import Membership
from monitoring.models import Alert
from paibou.lib.declarations import Check, checks

State = Alert.State
LONG = timedelta(days=7)


def lying_with_the_village(user: User, day: date) -> QuerySet[Alert]:
    """A week over the day, and still no answer."""
    return Alert.objects.with_the_village().visible_to(user).filter(due_on__lt=day - LONG)


def lying_at_the_station(user: User, day: date) -> QuerySet[Alert]:
    return Alert.objects.unassigned().visible_to(user).filter(received_on__lt=day - LONG)


def proposed_without_case(user: User, day: date) -> QuerySet[Alert]:
    """拟纳入 for a week, and no case: 应纳未纳 is what an audit asks first."""
    proposed = Alert.objects.known().visible_to(user).filter(state=State.PROPOSED)
    return proposed.filter(answer__on__lt=day - LONG)


def person_lives_elsewhere(user: User, day: date) -> QuerySet[Alert]:
    """Open, and the person it is about belongs to another village now."""
    lives = (
        Membership.objects.as_of(day).filter(person=OuterRef("person")).exclude(village_code=OuterRef("village_code"))
    )
    return Alert.objects.open().visible_to(user).filter(Exists(lives))


def received_after_its_settlement(user: User, day: date) -> QuerySet[Alert]:
    """Settled after the day it was sent: one of the two days is wrong."""
    return Alert.objects.known().visible_to(user).filter(settled_on__gt=F("received_on"))


for number, (slug, label, why, cure, rows) in enumerate(
    [
        (
            "alert_lying_in_village",
            "分派给村，超期一周还没答复",
            "预警要在期限内核查，检查看超期的。",
            "催办，或收回改派给别人核查。",
            lying_with_the_village,
        ),
        (
            "alert_lying_at_station",
            "收到一周还没分派",
            "没分派的预警没有人核查。",
            "到预警里分派到村；没写村的先选村。",
            lying_at_the_station,
        ),
        (
            "alert_proposed_without_case",
            "拟纳入监测一周，还没立案",
            "应纳未纳是审计先问的。",
            "立案，或写明为什么不立案后办结。",
            proposed_without_case,
        ),
        (
            "alert_person_elsewhere",
            "在办预警的村和此人现在的村不一样",
            "人搬走了，原来的村核不到。",
            "打开这一条，改派给现在的村。",
            person_lives_elsewhere,
        ),
        (
            "alert_settled_after_received",
            "结算日期晚于收到日期",
            "收到的名单里不会有以后的费用。",
            "核对原表的日期；导入时收到日期填错的，找来源部门对。",
            received_after_its_settlement,
        ),
    ]
):
    checks.add(slug, Check(slug, label, why, cure, rows, order=20 + number))
