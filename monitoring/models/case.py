"""监测对象: a household's case from clue to end. What was decided is an event; the people are frozen beside it."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.scope import Scoped
from monitoring.models.alert import Alert
from monitoring.models.paper import Paper
from monitoring.models.step import Step
from paibou.lib.periods import Recorded, RecordedQuerySet


class CaseQuerySet(Scoped, RecordedQuerySet):
    household_column = "household_id"

    def open(self) -> Self:
        return self.known().filter(state__in=Case.State.open())

    def unresolved(self) -> Self:
        """Taken up, and the risk not eliminated."""
        return self.known().filter(state__in=Case.State.unresolved())

    def for_list(self) -> Self:
        return self.select_related("household__head")


class Case(Recorded):
    """One time a household is under monitoring; taken up again after elimination is another case, linked to this one.

    `state` and the dates are shadows of the events, moved in their transaction; figures read the events.
    """

    class Kind(models.TextChoices):
        UNSTABLE = "unstable", "脱贫不稳定户"
        MARGINAL = "marginal", "边缘易致贫户"
        SUDDEN = "sudden", "突发严重困难户"

    class Channel(models.TextChoices):
        SELF = "self", "农户自主申报"
        CADRE = "cadre", "干部走访排查"
        DEPARTMENT = "department", "部门筛查预警"
        GRID = "grid", "网格员上报"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        IDENTIFYING = "identifying", "识别中"
        REFUSED = "refused", "未纳入"
        MONITORED = "monitored", "未消除"
        LABELLED = "labelled", "兜底保障"
        ELIMINATED = "eliminated", "风险已消除"
        ENDED = "ended", "已终止"

        @classmethod
        def unresolved(cls) -> list[str]:
            return [cls.MONITORED, cls.LABELLED]

        @classmethod
        def open(cls) -> list[str]:
            return [cls.IDENTIFYING, *cls.unresolved()]

    class EndReason(models.TextChoices):
        GONE = "gone", "整户自然减少"
        CLEARED = "cleared", "清退"
        MERGED = "merged", "合并"

    class Elimination(models.TextChoices):
        STEADY = "steady", "稳定消除"
        NATURAL = "natural", "自然消除"

    household = models.ForeignKey("households.Household", models.PROTECT, related_name="cases")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    channel = models.CharField("发现渠道", max_length=12, choices=Channel.choices)
    clue_on = models.DateField("线索日期")
    alert = models.ForeignKey(Alert, models.PROTECT, null=True, blank=True, related_name="cases")
    visit = models.ForeignKey("households.Visit", models.PROTECT, null=True, blank=True, related_name="cases")
    income = models.ForeignKey("households.IncomeStatement", models.PROTECT, null=True, blank=True, related_name="+")
    risks = ArrayField(models.CharField(max_length=30), verbose_name="风险类型", default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.IDENTIFYING)
    approved_on = models.DateField("审定日期", null=True, blank=True)
    announced_on = models.DateField("公告日期", null=True, blank=True)
    system_on = models.DateField("系统识别时间", null=True, blank=True)
    eliminated_on = models.DateField("消除日期", null=True, blank=True)
    elimination = models.CharField("消除方式", max_length=10, choices=Elimination.choices, blank=True)
    labelled_on = models.DateField("标注日期", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=10, choices=EndReason.choices, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "监测对象"
        indexes = [
            models.Index(fields=["village_code", "-clue_on", "-id"], name="case_village_clue"),
            models.Index(fields=["-clue_on", "-id"], name="case_clue"),
            models.Index(fields=["village_code", "state"], name="case_village_state"),
            models.Index(fields=["household"], name="case_household"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="case_is_one_at_a_time",
                fields=["household"],
                condition=Q(withdrawn_at=None, state__in=["identifying", "monitored", "labelled"]),
                violation_error_message="这一户已有在办的监测案件，先办完那一件",
            ),
            models.CheckConstraint(
                name="case_state_is_of_the_table",
                condition=Q(state__in=["identifying", "refused", "monitored", "labelled", "eliminated", "ended"]),
                violation_error_message="没有这个状态",
            ),
            models.CheckConstraint(
                name="case_ended_says_why",
                condition=Q(ended_on=None, end_reason="") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                violation_error_message="终止要有日期和原因",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.get_kind_display()}"


class CaseEventQuerySet(Scoped, RecordedQuerySet):
    household_column = "household_id"

    def passed(self, *steps: str) -> Self:
        return self.filter(step__in=steps, outcome=CaseEvent.Outcome.PASSED)


class CaseEvent(Recorded):
    """One step of a case done, refused or sent back: on which day, by whom, why.

    Never rewritten: a correction withdraws it, says who and why, and inserts another in its `position`.
    """

    class Outcome(models.TextChoices):
        PASSED = "passed", "通过"
        REFUSED = "refused", "不通过"
        SENT_BACK = "sent_back", "退回"

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="+")
    village_code = models.CharField("村", max_length=12)
    position = models.PositiveSmallIntegerField("顺序")
    step = models.CharField("步骤", max_length=16, choices=Step.choices)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices, default=Outcome.PASSED)
    on = models.DateField("日期")
    ends_on = models.DateField("截止日期", null=True, blank=True)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="events")
    people = models.PositiveSmallIntegerField("当时人数", null=True, blank=True)
    number = models.CharField("文号", max_length=60, blank=True)
    note = models.TextField("说明", blank=True)
    detail = models.JSONField("其他", default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_why = models.CharField("更正原因", max_length=200, blank=True)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "案件经过"
        indexes = [
            models.Index(
                fields=["village_code", "step", "on"],
                include=["household", "case", "outcome", "people", "recorded_at", "withdrawn_at"],
                name="caseevent_village_step",
            ),
            models.Index(fields=["case", "step"], name="caseevent_case"),
            models.Index(fields=["household", "step", "on"], name="caseevent_household"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="caseevent_decides_once",
                fields=["case", "step"],
                condition=Q(
                    withdrawn_at=None,
                    outcome="passed",
                    step__in=["clue", "approved", "labelled", "eliminated", "ended"],
                ),
                violation_error_message="这一步已经登记过；写错了先更正那一条",
            ),
            models.UniqueConstraint(
                name="caseevent_has_its_own_position",
                fields=["case", "position"],
                condition=Q(withdrawn_at=None),
                violation_error_message="刚刚有人登记过这一户，请刷新后再看",
            ),
            models.CheckConstraint(
                name="caseevent_withdrawn_says_who_and_why",
                condition=Q(withdrawn_by=None, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why="")),
                violation_error_message="更正要写明是谁、为什么",
            ),
            models.CheckConstraint(
                name="caseevent_ends_not_before_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("on")),
                violation_error_message="截止日期不能早于开始日期",
            ),
            models.CheckConstraint(
                name="caseevent_turned_down_says_why",
                condition=Q(outcome="passed") | ~Q(note=""),
                violation_error_message="不通过或退回要写明原因",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_step_display()}"


class CaseEventMemberQuerySet(Scoped, RecordedQuerySet):
    household_column = "household_id"


class CaseEventMember(Recorded):
    """One person a decision was made for, as the household stood on the day: 19人 is 19 rows."""

    event = models.ForeignKey(CaseEvent, models.PROTECT, related_name="members")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="+")
    person = models.ForeignKey("households.Person", models.PROTECT, related_name="+")
    village_code = models.CharField("村", max_length=12)
    step = models.CharField("步骤", max_length=16, choices=Step.choices)
    on = models.DateField("日期")
    name = models.CharField("姓名", max_length=60)
    relation = models.CharField("与户主关系", max_length=20)

    objects = CaseEventMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "决定时的成员"
        indexes = [
            models.Index(
                fields=["village_code", "step", "on"],
                include=["event", "case", "household", "person", "recorded_at", "withdrawn_at"],
                name="caseeventmember_village_step",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="caseeventmember_stands_once",
                fields=["event", "person"],
                condition=Q(withdrawn_at=None),
                violation_error_message="一个人在一次决定里只记一次",
            )
        ]

    def __str__(self) -> str:
        return self.name
