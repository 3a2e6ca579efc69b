"""数据体检 of cases: where they and the register differ, what is late, what does not fit."""

from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from households.models import Registration, Visit
from monitoring.models import Case, Measure
from monitoring.queries.limits import LimitBook
from paibou.lib.declarations import Check, checks

MONITORED = Registration.Kind.MONITORED


def registered_without_case(user: User, day: date) -> QuerySet[Registration]:
    """On file as 监测对象 today, and no case taken up and not ended says so."""
    cases = Case.objects.known().filter(household=OuterRef("household"), approved_on__lte=day)
    standing = cases.filter(Q(ended_on=None) | Q(ended_on__gt=day))
    return Registration.objects.as_of(day).visible_to(user).filter(kind=MONITORED).filter(~Exists(standing))


def case_without_registration(user: User, day: date) -> QuerySet[Case]:
    """Taken up and not ended, and the household is not on file as 监测对象."""
    on_file = Registration.objects.as_of(day).filter(household=OuterRef("household"), kind=MONITORED)
    cases = Case.objects.known().visible_to(user).filter(approved_on__lte=day, ended_on=None)
    return cases.filter(~Exists(on_file))


def open_case_of_a_closed_household(user: User, day: date) -> QuerySet[Case]:
    return Case.objects.open().visible_to(user).filter(household__closed_on__lte=day)


def without_first_measure(user: User, day: date) -> QuerySet[Case]:
    """未消除, taken up longer ago than the limit, and no measure."""
    measures = Measure.objects.known().filter(case=OuterRef("pk"))
    cases = Case.objects.unresolved().visible_to(user).filter(~Exists(measures))
    book = LimitBook()
    keys = [
        case.pk
        for case in cases
        if case.approved_on
        and case.approved_on + timedelta(book.of(case.village_code, case.clue_on).measure_days) < day
    ]
    return cases.filter(pk__in=keys)


def not_visited_last_month(user: User, day: date) -> QuerySet[Case]:
    """未消除 the whole of last month, and nobody came."""
    last = day.replace(day=1) - timedelta(days=1)
    visits = Visit.objects.known().filter(household=OuterRef("household"), on__range=(last.replace(day=1), last))
    cases = Case.objects.unresolved().visible_to(user).filter(approved_on__lt=last.replace(day=1))
    return cases.filter(~Exists(visits))


def kind_does_not_fit(user: User, day: date) -> QuerySet[Case]:
    """脱贫不稳定户 that is no 脱贫户, or 边缘易致贫户 that is one."""
    lifted = Exists(
        Registration.objects.as_of(day).filter(household=OuterRef("household"), kind=Registration.Kind.LIFTED)
    )
    unstable, marginal = Q(kind=Case.Kind.UNSTABLE) & ~lifted, Q(kind=Case.Kind.MARGINAL) & lifted
    return Case.objects.open().visible_to(user).filter(unstable | marginal)


def two_periods(user: User, day: date) -> QuerySet[Case]:
    """Taken up and announced, or recognised by the system, in different years: counted here and there differently."""
    cases = Case.objects.known().visible_to(user).filter(approved_on__isnull=False)
    return cases.filter(
        ~Q(announced_on__year=F("approved_on__year")) & Q(announced_on__isnull=False)
        | ~Q(system_on__year=F("approved_on__year")) & Q(system_on__isnull=False)
    )


def village_differs(user: User, day: date) -> QuerySet[Case]:
    return Case.objects.open().visible_to(user).exclude(village_code=F("household__village_code"))


for number, (slug, label, why, cure, rows) in enumerate(
    [
        (
            "case_registered_without",
            "登记为监测对象，却没有案件",
            "名册上的监测对象都应有一件已纳入、未终止的案件。",
            "查是哪天纳入的；补立案，或撤回登记。",
            registered_without_case,
        ),
        (
            "case_not_registered",
            "已纳入的案件，名册上没有",
            "户数按名册算，这一户会漏计。",
            "到案件页更正审定那一步，名册会重写。",
            case_without_registration,
        ),
        (
            "case_household_closed",
            "农户已销户，案件还开着",
            "整户自然减少的要终止监测。",
            "到案件页登记终止，原因选整户自然减少或合并。",
            open_case_of_a_closed_household,
        ),
        (
            "case_without_measure",
            "纳入后过了期限，还没有帮扶措施",
            "纳入后 10 天内要有第一项措施，检查先看这一条。",
            "到案件页登记帮扶措施。",
            without_first_measure,
        ),
        (
            "case_not_visited",
            "上月没有走访",
            "未消除风险的每月走访一次。",
            "走访过的补登记；没走访的这个月先去。",
            not_visited_last_month,
        ),
        (
            "case_kind",
            "类别和是不是脱贫户不合",
            "脱贫不稳定户须是脱贫户，边缘易致贫户须不是。",
            "到案件页登记类别变更，或更正名册。",
            kind_does_not_fit,
        ),
        (
            "case_two_periods",
            "审定和公告、系统识别不在同一年",
            "报表按审定日算，系统按识别时间算，两边会差这些户。",
            "不用改；对数时把这些户列出来。",
            two_periods,
        ),
        (
            "case_village",
            "案件的村和农户的村不一样",
            "范围按村算，不一样的看不到或看多了。",
            "撤并村没做完，或导入有误；报管理员。",
            village_differs,
        ),
    ]
):
    checks.add(slug, Check(slug, label, why, cure, rows, order=30 + number))
