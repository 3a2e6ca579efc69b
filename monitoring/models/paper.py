"""会议 公示 审核 批复 公告 研判: one paper for many households."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.scope import Scoped
from monitoring.models.step import Step
from paibou.lib.periods import Recorded, RecordedQuerySet


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
        indexes = [models.Index(fields=["village_code", "-on", "-id"], name="paper_village_on")]
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
            models.CheckConstraint(  # 村组法: 三分之二以上 of those who should come, two thirds included
                name="paper_meeting_is_attended",
                condition=~Q(kind="meeting")
                | Q(withdrawn_at__isnull=False)
                | Q(expected=None)
                | Q(present=None)
                | Q(expected__lte=models.F("present") * 3 / 2),
                violation_error_message="实到不到应到的三分之二，会议不算数；请核对人数",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


PAPER_STEPS = {  # the steps a paper can write, that of the first taking up before those of elimination
    Paper.Kind.MEETING: (Step.ASSESSED, Step.RISK_ASSESSED),
    Paper.Kind.PUBLICITY: (Step.PUBLICISED, Step.RISK_PUBLICISED),
    Paper.Kind.REVIEW: (Step.REVIEWED, Step.RISK_REVIEWED),
    Paper.Kind.APPROVAL: (Step.APPROVED, Step.ELIMINATED, Step.LABELLED),
    Paper.Kind.ANNOUNCEMENT: (Step.ANNOUNCED,),
    Paper.Kind.STUDY: (Step.STUDIED,),
}
PAPER_OF = {step: kind for kind, steps in PAPER_STEPS.items() for step in steps}
