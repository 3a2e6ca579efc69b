"""What monitoring counts: alerts received, households under monitoring, and what was decided for them.

Figures read events and the people frozen beside them; the state of an alert or a case is never read.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from households.figures import HOUSEHOLDS, PEOPLE, members_on_file, registrations
from households.models import Registration
from monitoring.models import Alert, CaseEvent, Step
from paibou.lib.figures import FLOW, STOCK, Column, Window, figure, source
from paibou.lib.periods import known
from paibou.lib.privacy import mask_id, mask_phone

CASE_PAGE = "monitoring:case_detail"
PASSED = CaseEvent.Outcome.PASSED


@source(
    "收到的预警",
    "monitoring.Alert",
    day="received_on",
    link=("monitoring:alert_detail", "pk"),
    columns=(
        Column("姓名", "name"),
        Column("证件号码", "id_number", mask=mask_id, width=22),
        Column("电话", "phone", mask=mask_phone, width=14, is_listed=False),
        Column("来源", "get_source_display"),
        Column("收到日期", "received_on"),
        Column("事由", "reason", width=30),
        Column("个人自付（元）", "self_paid_yuan", is_number=True),
    ),
)
def alerts(window: Window) -> Q:
    return Q(received_on__gte=window.start, received_on__lt=window.end) & known(window.known_at)


@source(
    "案件的决定",
    "monitoring.CaseEvent",
    day="on",
    link=(CASE_PAGE, "case_id"),
    related=("household__head",),
    columns=(
        Column("户主", "household.head.name"),
        Column("户编号", "household.number", width=20),
        Column("事项", "get_step_display"),
        Column("日期", "on"),
        Column("当时人数", "people", is_number=True),
        Column("文号", "number", width=24, is_listed=False),
    ),
)
def decisions(window: Window) -> Q:
    """Steps passed by the end of the window; a rule says since when."""
    return Q(outcome=PASSED, on__lt=window.end) & known(window.known_at)


@source(
    "决定时的成员",
    "monitoring.CaseEventMember",
    day="on",
    link=(CASE_PAGE, "case_id"),
    related=("person", "household__head"),
    columns=(
        Column("姓名", "name"),
        Column("证件号码", "person.id_number", mask=mask_id, width=22),
        Column("与户主关系", "relation"),
        Column("户主", "household.head.name"),
        Column("户编号", "household.number", width=20),
        Column("事项", "get_step_display"),
        Column("日期", "on"),
    ),
)
def frozen_members(window: Window) -> Q:
    """People for whom a step was passed by the end of the window, as their household stood on its day."""
    return Q(on__lt=window.end) & known(window.known_at)


def _since(window: Window, step: str) -> Q:
    return Q(step=step, on__gte=window.start)


def _passed(window: Window, step: str) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(decisions.rows(window), step=step)


def _counts_otherwise(window: Window) -> bool:
    """Whether a setting counts cases by the day of the announcement or the system's, not of the approval."""
    return window.counted_by != Step.APPROVED


# --- alerts ---
@figure("alerts.medical.count", "医保部门反馈预警", "条", kind=FLOW, source=alerts)
def medical_alerts(window: Window) -> Q:
    """口径：期内收到的市、区两级医保部门的预警，一行一条，含不在档人员和重复推送；按部门发来之日计。来源：预警。"""
    return Q(source__in=Alert.Source.medical())


@figure("alerts.provincial.count", "省办系统推送预警", "条", kind=FLOW, source=alerts)
def provincial_alerts(window: Window) -> Q:
    """口径：期内收到的省级系统推送的预警，一行一条，含不在档人员和重复推送；按推送之日计。来源：预警。"""
    return Q(source=Alert.Source.PROVINCE)


# --- households under monitoring on a day ---
def _monitored(window: Window) -> Q:
    """On file as 监测对象; counted by another day than the approval's, that day must have come."""
    rows = Q(kind=Registration.Kind.MONITORED)
    if _counts_otherwise(window):
        ended = _passed(window, Step.ENDED).filter(case=OuterRef("case_id"))
        taken_up = _passed(window, window.counted_by).filter(~Exists(ended), household=OuterRef("household_id"))
        rows &= Q(Exists(taken_up))
    return rows


@figure("monitoring.listed.households", "监测对象", "户", kind=STOCK, source=registrations, measure=HOUSEHOLDS)
def listed_households(window: Window) -> Q:
    """口径：当日已纳入、尚未终止的监测对象，一户计一次，风险已消除的仍计在内；按审定日起、终止日止。来源：监测案件与在册登记。"""
    return _monitored(window)


@figure("monitoring.listed.people", "监测对象人口", "人", kind=STOCK, source=members_on_file, measure=PEOPLE)
def listed_people(window: Window) -> Q:
    """口径：当日在册监测对象户的家庭成员，一人计一次；当日已离户的不计。来源：家庭成员与在册登记。"""
    return _monitored(window)


# --- what was decided ---
@figure("monitoring.identified.households", "风险识别", "户", kind=FLOW, source=decisions, measure=HOUSEHOLDS)
def identified_households(window: Window) -> Q:
    """口径：期内县级审定纳入的户，一户计一次；期内再次纳入不重复计。设置改按公告日或系统时间的，按那一天。来源：案件经过。"""
    return _since(window, window.counted_by)


@figure("monitoring.identified.people", "风险识别人口", "人", kind=FLOW, source=frozen_members, measure=PEOPLE)
def identified_people(window: Window) -> Q:
    """口径：期内纳入的户在审定当日的家庭成员，一人计一次；以后增减不影响。来源：审定时记下的成员。"""
    if not _counts_otherwise(window):
        return _since(window, Step.APPROVED)
    counted = _passed(window, window.counted_by).filter(on__gte=window.start, case=OuterRef("case_id"))
    return Q(step=Step.APPROVED) & Q(Exists(counted))


@figure("monitoring.reviewed.households", "综合研判", "户", kind=FLOW, source=decisions, measure=HOUSEHOLDS)
def reviewed_households(window: Window) -> Q:
    """口径：期内做过综合研判、研判当日风险尚未消除的户，一户计一次；研判当日消除的不计。来源：案件经过。"""
    eliminated = _passed(window, Step.ELIMINATED).filter(case=OuterRef("case_id"), on__lte=OuterRef("on"))
    return _since(window, Step.STUDIED) & ~Q(Exists(eliminated))


@figure("monitoring.eliminated.households", "风险消除", "户", kind=FLOW, source=decisions, measure=HOUSEHOLDS)
def eliminated_households(window: Window) -> Q:
    """口径：期内批准风险消除的户，一户计一次；兜底保障标注不算消除。来源：案件经过。"""
    return _since(window, Step.ELIMINATED)


@figure("monitoring.eliminated.people", "风险消除人口", "人", kind=FLOW, source=frozen_members, measure=PEOPLE)
def eliminated_people(window: Window) -> Q:
    """口径：期内风险消除的户在消除当日的家庭成员，一人计一次。来源：消除时记下的成员。"""
    return _since(window, Step.ELIMINATED)


@figure("monitoring.safety_net.households", "兜底保障标注", "户", kind=FLOW, source=decisions, measure=HOUSEHOLDS)
def safety_net_households(window: Window) -> Q:
    """口径：期内标注兜底保障的户，一户计一次；标注后仍属未消除。来源：案件经过。"""
    return _since(window, Step.LABELLED)


@figure("monitoring.safety_net.people", "兜底保障标注人口", "人", kind=FLOW, source=frozen_members, measure=PEOPLE)
def safety_net_people(window: Window) -> Q:
    """口径：期内标注兜底保障的户在标注当日的家庭成员，一人计一次。来源：标注时记下的成员。"""
    return _since(window, Step.LABELLED)


@figure(
    "monitoring.eliminated_of_identified.households",
    "纳入后消除风险",
    "户",
    kind=FLOW,
    source=decisions,
    measure=HOUSEHOLDS,
)
def eliminated_of_identified_households(window: Window) -> Q:
    """口径：起始日以来纳入的户中，到期末风险已消除、此后没有再次纳入的户，一户计一次。来源：案件经过。"""
    return _eliminated_of_identified(window)


@figure(
    "monitoring.eliminated_of_identified.people",
    "纳入后消除风险人口",
    "人",
    kind=FLOW,
    source=frozen_members,
    measure=PEOPLE,
)
def eliminated_of_identified_people(window: Window) -> Q:
    """口径：起始日以来纳入、到期末风险已消除且没有再次纳入的户，在消除当日的家庭成员，一人计一次。来源：消除时记下的成员。"""
    return _eliminated_of_identified(window)


def _eliminated_of_identified(window: Window) -> Q:
    """One rule for the decisions and for the people frozen beside them."""
    taken_up = _passed(window, window.counted_by)
    cohort = taken_up.filter(case=OuterRef("case_id"), on__gte=window.start)
    again = taken_up.filter(household=OuterRef("household_id"), on__gte=OuterRef("on"))
    again = again.exclude(case=OuterRef("case_id"))
    elsewhere = taken_up.filter(case__household=OuterRef("case__household"), on__gte=OuterRef("on"))
    elsewhere = elsewhere.exclude(case=OuterRef("case_id"))  # after the household moved: its cases went along
    return Q(step=Step.ELIMINATED) & Q(Exists(cohort)) & ~Q(Exists(again)) & ~Q(Exists(elsewhere))
