"""What differs between places and years."""

from django.db import models
from django.db.models import F

from accounts.scope import Scoped
from paibou.lib.division import pad


class SettingQuerySet(Scoped):
    village_column = "padded_prefix"


class Setting(models.Model):
    """The value of a declared setting for a division from a day on; the longest prefix wins, then the latest day."""

    name = models.SlugField("设置项", max_length=60)
    prefix = models.CharField("区划", max_length=12, blank=True)
    padded_prefix = models.GeneratedField(
        expression=models.Func(F("prefix"), models.Value(12), models.Value("0"), function="rpad"),
        output_field=models.CharField(max_length=12),
        db_persist=True,
    )
    valid_from = models.DateField("生效日期")
    value = models.JSONField("值")
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("写入时间", auto_now_add=True)

    objects = SettingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "设置"
        constraints = [
            models.UniqueConstraint(
                name="setting_has_one_value_a_day",
                fields=["name", "prefix", "valid_from"],
                violation_error_message="这一天已经有一个值，请改那一条",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.prefix} {self.valid_from}"

    @property
    def village_code(self) -> str:
        return pad(self.prefix)
