"""帮扶措施 of a case."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.scope import Scoped
from monitoring.models.case import Case
from paibou.lib.periods import Recorded, RecordedQuerySet


class MeasureQuerySet(Scoped, RecordedQuerySet):
    household_column = "household_id"

    def done(self) -> Self:
        return self.filter(is_done=True)


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
    amount_yuan = models.DecimalField("金额（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    against = models.CharField("针对的风险", max_length=30, blank=True)
    is_done = models.BooleanField("已落实", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = MeasureQuerySet.as_manager()

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
