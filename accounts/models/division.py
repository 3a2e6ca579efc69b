"""区划: the ledger that everything else hangs on."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from accounts.scope import Scoped
from paibou.lib import division
from paibou.lib.periods import (
    ENDS_BEFORE_IT_STARTS,
    Dated,
    DatedQuerySet,
    ends_after_it_starts,
    no_overlap,
)


class DivisionQuerySet(Scoped):
    village_column = "padded_code"

    def villages(self) -> "DivisionQuerySet":
        return self.filter(level=Division.Level.VILLAGE, closed_on=None)

    def townships(self) -> "DivisionQuerySet":
        return self.filter(level=Division.Level.TOWNSHIP, closed_on=None)


class Division(models.Model):
    """A province, city, county, township or village; `name` is today's, earlier ones stand in `DivisionName`."""

    class Level(models.IntegerChoices):
        PROVINCE = 2, "省"
        CITY = 4, "市"
        COUNTY = 6, "县"
        TOWNSHIP = 9, "乡镇"
        VILLAGE = 12, "村"

    code = models.CharField("区划代码", max_length=12, unique=True, error_messages={"unique": "这个区划代码已经登记过"})
    padded_code = models.GeneratedField(
        expression=models.Func(F("code"), models.Value(12), models.Value("0"), function="rpad"),
        output_field=models.CharField(max_length=12),
        db_persist=True,
    )
    level = models.PositiveSmallIntegerField("级别", choices=Level.choices)
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    opened_on = models.DateField("设立日期", null=True, blank=True)
    closed_on = models.DateField("撤销日期", null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区划"
        ordering = ("code",)
        indexes = [models.Index(fields=["padded_code"], name="division_padded")]
        constraints = [
            models.CheckConstraint(
                name="division_code_has_the_length_of_its_level",
                condition=Q(code__regex=r"^[0-9]+$") & Q(Exact(Length("code"), F("level"))),
                violation_error_message="区划代码的位数和级别不符：省2位、市4位、县6位、乡镇9位、村12位",
            ),
            models.CheckConstraint(
                name="division_closes_after_it_opens",
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gt=F("opened_on")),
                violation_error_message=ENDS_BEFORE_IT_STARTS,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def village_code(self) -> str:
        return division.pad(self.code)


class DivisionName(Dated):
    """A name that a division bore or is also written by; the earlier ones are recognised in workbooks for ever."""

    division = models.ForeignKey(Division, models.CASCADE, related_name="names")
    name = models.CharField("名称", max_length=60)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区划名称"
        constraints = [
            ends_after_it_starts("division_name_ends_after_it_starts"),
            no_overlap(
                "division_bears_a_name_once_at_a_time", "division", "name", message="这个名称在这段时间已经登记过"
            ),
        ]

    def __str__(self) -> str:
        return self.name
