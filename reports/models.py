"""半年总结: built by a job, checked, and frozen when it is final."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.scope import Scoped
from paibou.lib.figures import Kind


class ReportQuerySet(Scoped):
    def final(self) -> Self:
        return self.filter(state=Report.State.FINAL)

    def before(self, report: "Report") -> Self:
        """Final reports of the same division and kind whose period ended earlier; the last of them first."""
        same = self.final().filter(village_code=report.village_code, kind=report.kind, end__lt=report.end)
        return same.order_by("-end", "-pk")

    def for_list(self) -> Self:
        return self.select_related("by", "job", "finalised_by")


class Report(models.Model):
    """One summary of a division over a period (`end` is its last day, included), as known at `known_at`.

    A final one keeps its window, instant, values and row keys, and can be built again to the same numbers.
    """

    class State(models.TextChoices):
        BUILDING = "building", "正在算"
        DRAFT = "draft", "草稿"
        FINAL = "final", "定稿"

    kind = models.CharField("种类", max_length=20, default="half-year")
    village_code = models.CharField("区划", max_length=12)
    start = models.DateField("开始日期")
    end = models.DateField("截止日期")
    since = models.DateField("累计自")
    counted_by = models.CharField("案件按哪天计", max_length=16, default="approved")
    known_at = models.DateTimeField("截至何时所知")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.BUILDING)
    job = models.ForeignKey("exchange.Job", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("建立时间", auto_now_add=True)
    finalised_at = models.DateTimeField("定稿时间", null=True)
    finalised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "总结"
        indexes = [models.Index(fields=["village_code", "-end", "-id"], name="report_village_end")]
        constraints = [
            models.CheckConstraint(
                name="report_ends_after_it_starts",
                condition=Q(end__gte=F("start")),
                violation_error_message="截止日期不能早于开始日期",
            ),
            models.CheckConstraint(
                name="report_state_is_of_the_table",
                condition=Q(state__in=["building", "draft", "final"]),
                violation_error_message="没有这个状态",
            ),
            models.CheckConstraint(
                name="report_final_says_who_and_when",
                condition=Q(state="final", finalised_at__isnull=False, finalised_by__isnull=False)
                | (~Q(state="final") & Q(finalised_at=None, finalised_by=None)),
                violation_error_message="定稿要有人和时间",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start} – {self.end}"

    @property
    def is_final(self) -> bool:
        return self.state == self.State.FINAL


class ReportLineQuerySet(Scoped):
    village_column = "report__village_code"


class ReportLine(models.Model):
    """One figure of a report as it was built: its value, the value by village, and the keys of what it counts."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField("次序")
    slug = models.CharField("指标", max_length=80)
    kind = models.CharField("口径时段", max_length=12, choices=Kind.choices)
    since = models.CharField("从", max_length=12, blank=True)
    label = models.CharField("名称", max_length=80)
    unit = models.CharField("单位", max_length=8)
    value = models.DecimalField("数值", max_digits=18, decimal_places=6)
    by_village = models.JSONField("分村", default=dict)
    keys = ArrayField(models.BigIntegerField(), verbose_name="行", default=list)

    objects = ReportLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "总结的数"
        ordering = ("order",)
        constraints = [
            models.UniqueConstraint(
                name="reportline_stands_once",
                fields=["report", "slug", "kind", "since"],
                violation_error_message="这个数已经有了",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.value}"

    @property
    def key(self) -> tuple[str, str, str]:
        return self.slug, self.kind, self.since


class Confirmation(models.Model):
    """A person's word that numbers which do not agree are right all the same; it holds for these numbers only."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="confirmations")
    equation = models.CharField("等式", max_length=200)
    numbers = models.CharField("当时的数", max_length=80)
    reason = models.CharField("照报的原因", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "照报说明"
        constraints = [
            models.UniqueConstraint(
                name="confirmation_is_given_once",
                fields=["report", "equation", "numbers"],
                violation_error_message="这一条已经写明原因",
            ),
            models.CheckConstraint(
                name="confirmation_says_why", condition=~Q(reason=""), violation_error_message="照报要写明原因"
            ),
        ]

    def __str__(self) -> str:
        return self.reason
