"""身份疑点: pairs that may be one person, waiting for somebody to say so."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.scope import Scoped
from monitoring.models.alert import Alert
from paibou.lib import identity


class IdentityDoubt(models.Model):
    """An alert and a person who may be the same: one number with two names, or one name with nearly one number."""

    class Kind(models.TextChoices):
        TWO_NAMES = "two_names", "一个号码两个姓名"
        TWO_NUMBERS = "two_numbers", "一个姓名两个相近号码"

    class Verdict(models.TextChoices):
        OPEN = "", "待认"
        SAME = "same", "是同一人"
        DIFFERENT = "different", "不是同一人"

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="doubts")
    person = models.ForeignKey("households.Person", models.CASCADE, null=True, related_name="doubts")
    other = models.ForeignKey(Alert, models.CASCADE, null=True, related_name="+")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("疑点", max_length=12, choices=Kind.choices)
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField("认定日期", null=True)

    objects = Scoped.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "身份疑点"
        constraints = [
            models.UniqueConstraint(
                name="identitydoubt_stands_once",
                fields=["alert", "person", "other"],
                nulls_distinct=False,
                violation_error_message="这一对已经在疑点里",
            ),
            models.CheckConstraint(
                name="identitydoubt_decided_says_who",
                condition=Q(verdict="", decided_by=None, decided_on=None)
                | (~Q(verdict="") & Q(decided_by__isnull=False, decided_on__isnull=False)),
                violation_error_message="认定要有人和日期",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def difference(self) -> str:
        """Of two numbers, where they differ: masked, they look the same."""
        beside = self.person or self.other
        if beside is None or self.kind != self.Kind.TWO_NUMBERS:
            return ""
        return identity.difference(self.alert.id_number, beside.id_number)
