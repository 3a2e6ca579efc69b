"""监测对象: a household's case from clue to end. What was decided is an event; the people are frozen beside it."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.scope import Scoped
from monitoring.models.alert import Alert
from paibou.lib.periods import Recorded, RecordedQuerySet


class Step(models.TextChoices):
    """The steps of a case. Their order between authorisation and review is a setting; see `services/steps`."""

    CLUE = "clue", "发现线索"
    AUTHORISED = "authorised", "申请及承诺授权"
    VERIFIED = "verified", "入户核查"
    ASSESSED = "assessed", "民主评议"
    PUBLICISED = "publicised", "村内公示"
    COMPARED = "compared", "数据比对"
    REVIEWED = "reviewed", "乡镇审核"
    APPROVED = "approved", "县级审定"
    ANNOUNCED = "announced", "公告"
    ENTERED = "entered", "系统录入标注"
    STUDIED = "studied", "综合研判"
    LABELLED = "labelled", "兜底保障标注"
    RISK_VERIFIED = "risk_verified", "消除：入户核实"
    RISK_ASSESSED = "risk_assessed", "消除：民主评议"
    RISK_PUBLICISED = "risk_publicised", "消除：公示"
    RISK_REVIEWED = "risk_reviewed", "消除：乡镇审核"
    ELIMINATED = "eliminated", "风险消除"
    ENDED = "ended", "终止"

    @classmethod
    def freezing(cls) -> list[str]:
        """Decisions that people were made for: their members are kept as they were on the day."""
        return [cls.APPROVED, cls.LABELLED, cls.ELIMINATED, cls.ENDED]


class CaseQuerySet(Scoped, RecordedQuerySet):
    household_column = "household_id"

    def open(self) -> Self:
        return self.known().exclude(state__in=[Case.State.ENDED, Case.State.REFUSED])

    def unresolved(self) -> Self:
        """Taken up, and the risk not eliminated."""
        return self.known().filter(state__in=[Case.State.MONITORED, Case.State.LABELLED])


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
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.IDENTIFYING)
    approved_on = models.DateField("审定日期", null=True, blank=True)
    announced_on = models.DateField("公告日期", null=True, blank=True)
    system_on = models.DateField("系统识别时间", null=True, blank=True)
    eliminated_on = models.DateField("消除日期", null=True, blank=True)
    labelled_on = models.DateField("标注日期", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=10, choices=EndReason.choices, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "监测对象"
        indexes = [
            models.Index(fields=["village_code", "-clue_on", "-id"], name="case_village_clue"),
            models.Index(fields=["household"], name="case_household"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="case_is_one_at_a_time",
                fields=["household"],
                condition=Q(withdrawn_at=None, state__in=["identifying", "monitored", "labelled"]),
                violation_error_message="这一户已有在办的监测案件,先办完那一件",
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


class PaperQuerySet(Scoped, RecordedQuerySet):
    pass


class Paper(Recorded):
    """A meeting, a publicity, a review, an approval, an announcement: one paper for many households."""

    class Kind(models.TextChoices):
        MEETING = "meeting", "评议会议"
        PUBLICITY = "publicity", "公示"
        REVIEW = "review", "乡镇审核"
        APPROVAL = "approval", "县级批复"
        ANNOUNCEMENT = "announcement", "公告"
        STUDY = "study", "综合研判"

    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    village_code = models.CharField("区划", max_length=12)
    on = models.DateField("日期")
    ends_on = models.DateField("公示止", null=True, blank=True)
    number = models.CharField("文号", max_length=60, blank=True)
    place = models.CharField("地点", max_length=80, blank=True)
    chair = models.CharField("主持人", max_length=40, blank=True)
    expected = models.PositiveSmallIntegerField("应到", null=True, blank=True)
    present = models.PositiveSmallIntegerField("实到", null=True, blank=True)
    note = models.TextField("说明", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会议公示批复"
        constraints = [
            models.CheckConstraint(
                name="paper_publicity_has_an_end",
                condition=~Q(kind="publicity") | Q(ends_on__isnull=False),
                violation_error_message="公示要有截止日期",
            ),
            models.CheckConstraint(
                name="paper_present_is_not_more_than_expected",
                condition=Q(expected=None) | Q(present=None) | Q(present__lte=models.F("expected")),
                violation_error_message="实到不能多于应到",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class CaseEventQuerySet(Scoped, RecordedQuerySet):
    household_column = "household_id"

    def passed(self, *steps: str) -> Self:
        return self.filter(step__in=steps, outcome=CaseEvent.Outcome.PASSED)


class CaseEvent(Recorded):
    """One step of a case done, refused or sent back: on which day, by whom, why. Never rewritten."""

    class Outcome(models.TextChoices):
        PASSED = "passed", "通过"
        REFUSED = "refused", "不通过"
        SENT_BACK = "sent_back", "退回"

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="+")
    village_code = models.CharField("村", max_length=12)
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
                violation_error_message="这一步已经登记过;写错了先更正那一条",
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
                include=["event", "household", "person", "recorded_at", "withdrawn_at"],
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


class Measure(Recorded):
    """帮扶措施 of a case: what kind, who, from when to when, how much."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="measures")
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="measures")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("措施", max_length=30)
    what = models.CharField("内容", max_length=200, blank=True)
    who = models.CharField("责任人", max_length=60)
    first_day = models.DateField("开始日期")
    last_day = models.DateField("结束日期", null=True, blank=True)
    amount_yuan = models.DecimalField("金额(元)", max_digits=12, decimal_places=2, null=True, blank=True)
    against = models.CharField("针对的风险", max_length=30, blank=True)
    is_done = models.BooleanField("已落实", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseEventMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "帮扶措施"
        constraints = [
            models.CheckConstraint(
                name="measure_ends_not_before_it_starts",
                condition=Q(last_day=None) | Q(last_day__gte=models.F("first_day")),
                violation_error_message="结束日期不能早于开始日期",
            ),
            models.CheckConstraint(
                name="measure_money_is_not_negative",
                condition=Q(amount_yuan=None) | Q(amount_yuan__gte=0),
                violation_error_message="金额不能是负数",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class CasePaperProof(models.Model):
    """A signed original of a case, photographed back: 申请及承诺授权书, 核查表, …"""

    case = models.ForeignKey(Case, models.PROTECT, related_name="proofs")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("材料", max_length=40)
    path = models.CharField("位置", max_length=200)
    digest = models.CharField("摘要", max_length=64)
    size = models.PositiveIntegerField("大小")
    at = models.DateTimeField("上传时间", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = Scoped.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "案件材料"

    def __str__(self) -> str:
        return self.kind
