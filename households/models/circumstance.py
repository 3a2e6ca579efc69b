"""How people live: 保障, 务工, income, 三保障, helpers, visits."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.scope import Scoped
from households.models.household import Household, Person
from paibou.lib.periods import (
    Dated,
    DatedQuerySet,
    Recorded,
    RecordedQuerySet,
    ends_after_it_starts,
    no_overlap,
)
from paibou.lib.sealing import SealedTextField


class HouseholdDatedQuerySet(Scoped, DatedQuerySet):
    household_column = "household_id"


class HouseholdRecordedQuerySet(Scoped, RecordedQuerySet):
    household_column = "household_id"


class Guarantee(Dated):
    """低保, 特困, 残疾证, 医保 … of one person over a period."""

    class Kind(models.TextChoices):
        MINIMUM = "minimum", "低保"
        DESTITUTE = "destitute", "特困"
        DISABILITY = "disability", "残疾证"
        MEDICAL = "medical", "居民医保"
        SERIOUS_ILLNESS = "serious_illness", "大病保险"
        PENSION = "pension", "养老保险"

    person = models.ForeignKey(Person, models.PROTECT, related_name="guarantees")
    household = models.ForeignKey(Household, models.PROTECT, related_name="guarantees")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("保障", max_length=20, choices=Kind.choices)
    note = models.CharField("说明", max_length=100, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = HouseholdDatedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保障"
        indexes = [models.Index(fields=["village_code", "kind"], name="guarantee_village_kind")]
        constraints = [
            ends_after_it_starts("guarantee_ends_after_it_starts"),
            no_overlap(
                "guarantee_of_a_kind_once_at_a_time", "person", "kind", message="此人这段时间已经登记过这项保障"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Work(Dated):
    """务工 of one person over a period."""

    class Place(models.TextChoices):
        TOWNSHIP = "township", "乡内"
        COUNTY = "county", "县内"
        PROVINCE = "province", "省内县外"
        OUTSIDE = "outside", "省外"
        NONE = "none", "未务工"

    person = models.ForeignKey(Person, models.PROTECT, related_name="works")
    household = models.ForeignKey(Household, models.PROTECT, related_name="works")
    village_code = models.CharField("村", max_length=12)
    place = models.CharField("务工区域", max_length=10, choices=Place.choices)
    address = models.CharField("务工地点", max_length=120, blank=True)
    employer = models.CharField("企业名称", max_length=120, blank=True)
    months = models.PositiveSmallIntegerField("务工月数", null=True, blank=True)
    pay_yuan = models.DecimalField("月工资（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = HouseholdDatedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "务工"
        constraints = [
            ends_after_it_starts("work_ends_after_it_starts"),
            no_overlap("work_at_one_place_at_a_time", "person", message="此人这段时间已经登记过务工情况"),
        ]

    def __str__(self) -> str:
        return self.get_place_display()


class IncomeStatement(Recorded):
    """Income and spending of a household over whole months; `last_day` is included. Of a year, or of a case."""

    class Kind(models.TextChoices):
        YEAR = "year", "年度"
        CASE = "case", "核查"

    household = models.ForeignKey(Household, models.PROTECT, related_name="incomes")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("用途", max_length=6, choices=Kind.choices)
    first_day = models.DateField("开始日期")
    last_day = models.DateField("结束日期")
    people = models.PositiveSmallIntegerField("人数")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = HouseholdRecordedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "收支"
        indexes = [models.Index(fields=["household", "-last_day"], name="income_household")]
        constraints = [
            models.CheckConstraint(
                name="income_ends_after_it_starts",
                condition=Q(last_day__gt=models.F("first_day")),
                violation_error_message="结束日期须晚于开始日期",
            ),
            models.CheckConstraint(
                name="income_is_of_people", condition=Q(people__gt=0), violation_error_message="人数至少是 1"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"


class IncomeLine(models.Model):
    """One line of a statement, in yuan, never negative: the category says whether it adds or takes away."""

    class Category(models.TextChoices):
        WAGES = "wages", "工资性收入"
        BUSINESS = "business", "生产经营性收入"
        PROPERTY = "property", "财产性收入"
        TRANSFER = "transfer", "转移性收入"
        BUSINESS_COST = "business_cost", "生产经营性支出"
        MEDICAL_OWN = "medical_own", "合规自付支出"
        REIMBURSED = "reimbursed", "理赔/报销"

    statement = models.ForeignKey(IncomeStatement, models.CASCADE, related_name="lines")
    category = models.CharField("类别", max_length=16, choices=Category.choices)
    item = models.CharField("项目", max_length=60, blank=True)
    amount_yuan = models.DecimalField("金额（元）", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "收支明细"
        constraints = [
            models.CheckConstraint(
                name="incomeline_is_not_negative",
                condition=Q(amount_yuan__gte=0),
                violation_error_message="金额不能是负数，支出写在支出一类",
            )
        ]

    def __str__(self) -> str:
        return self.item or self.get_category_display()


class Safeguard(Recorded):
    """One of 三保障 or 饮水 of a household as found on a day; a problem may be solved later."""

    class Kind(models.TextChoices):
        EDUCATION = "education", "义务教育"
        MEDICAL = "medical", "基本医疗"
        HOUSING = "housing", "住房安全"
        WATER = "water", "饮水安全"

    household = models.ForeignKey(Household, models.PROTECT, related_name="safeguards")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("项目", max_length=10, choices=Kind.choices)
    checked_on = models.DateField("核查日期")
    is_safe = models.BooleanField("有保障")
    problem = models.CharField("存在问题", max_length=200, blank=True)
    solved_on = models.DateField("解决日期", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = HouseholdRecordedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "三保障和饮水"
        indexes = [models.Index(fields=["household", "kind", "-checked_on"], name="safeguard_household")]
        constraints = [
            models.CheckConstraint(
                name="safeguard_names_its_problem",
                condition=Q(is_safe=True, problem="", solved_on=None) | (Q(is_safe=False) & ~Q(problem="")),
                violation_error_message="存在问题的要写明问题，有保障的不写",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class HelperAssignment(Dated):
    """帮扶联系人: who helps a household over a period, with an account or without."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="helpers")
    village_code = models.CharField("村", max_length=12)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=80, blank=True)
    phone = SealedTextField("电话")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = HouseholdDatedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "帮扶联系人"
        constraints = [
            ends_after_it_starts("helper_ends_after_it_starts"),
            no_overlap("helper_is_one_at_a_time", "household", "name", message="这段时间已经登记过这位联系人"),
        ]

    def __str__(self) -> str:
        return self.name


class Visit(Recorded):
    """走访: who went to (or rang) a household on a day and what was found. Only ever added; the phone's uid makes twice once."""

    class Kind(models.TextChoices):
        ROUTINE = "routine", "日常走访"
        ALERT = "alert", "预警核查"
        CASE = "case", "入户核查"
        ELIMINATION = "elimination", "消除核实"
        SCREENING = "screening", "集中排查"

    class Method(models.TextChoices):
        HOME = "home", "入户"
        PHONE = "phone", "电话"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="visits")
    village_code = models.CharField("村", max_length=12)
    on = models.DateField("走访日期")
    kind = models.CharField("走访类型", max_length=12, choices=Kind.choices, default=Kind.ROUTINE)
    method = models.CharField("方式", max_length=6, choices=Method.choices, default=Method.HOME)
    visitor = models.CharField("走访人", max_length=60)
    findings = models.TextField("走访情况", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = HouseholdRecordedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访"
        indexes = [
            models.Index(fields=["village_code", "-on", "-id"], name="visit_village_on"),
            models.Index(fields=["household", "-on"], name="visit_household_on"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.visitor}"


class VisitPhoto(models.Model):
    """A photo of a visit: made small on the phone, sealed on disk."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos")
    village_code = models.CharField("村", max_length=12)
    path = models.CharField("位置", max_length=200)
    digest = models.CharField("摘要", max_length=64)
    size = models.PositiveIntegerField("大小")

    objects = Scoped.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访照片"
        constraints = [
            models.UniqueConstraint(
                name="visitphoto_stands_once", fields=["visit", "digest"], violation_error_message="这张照片已经传过"
            )
        ]

    def __str__(self) -> str:
        return self.digest[:8]
