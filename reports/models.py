"""半年总结: built by a job, checked, and frozen when it is final."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.scope import Scoped


class Report(models.Model):
    """One summary of a township over a period (`end` is its last day, included), as known at `known_at`.

    A final one keeps its window, instant, values and row keys, and can be built again to the same numbers.
    """

    class State(models.TextChoices):
        BUILDING = "building", "正在生成"
        DRAFT = "draft", "草稿"
        FINAL = "final", "定稿"

    kind = models.CharField("种类", max_length=20, default="half-year")
    village_code = models.CharField("区划", max_length=12)
    start = models.DateField("开始日期")
    end = models.DateField("截止日期")
    known_at = models.DateTimeField("截至何时所知")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.BUILDING)
    job = models.ForeignKey("exchange.Job", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("建立时间", auto_now_add=True)
    finalised_at = models.DateTimeField("定稿时间", null=True)
    finalised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = Scoped.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "总结"
        indexes = [models.Index(fields=["village_code", "-made_at"], name="report_village_made")]
        constraints = [
            models.CheckConstraint(
                name="report_ends_after_it_starts",
                condition=Q(end__gte=F("start")),
                violation_error_message="截止日期不能早于开始日期",
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


class ReportLine(models.Model):
    """One figure of a report as it was built: its value, the value by village, and the keys of its rows."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField("次序")
    slug = models.CharField("指标", max_length=80)
    kind = models.CharField("口径时段", max_length=12)
    since = models.CharField("从", max_length=12, blank=True)
    label = models.CharField("名称", max_length=80)
    unit = models.CharField("单位", max_length=8)
    value = models.DecimalField("数值", max_digits=18, decimal_places=6)
    by_village = models.JSONField("分村", default=dict)
    keys = ArrayField(models.BigIntegerField(), verbose_name="行", default=list)
    confirmed_reason = models.CharField("照报的原因", max_length=200, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

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
