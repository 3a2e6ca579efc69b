"""农户, its people, and who lived where when."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

from accounts.scope import Scoped
from paibou.lib import division, identity
from paibou.lib.periods import Dated, DatedQuerySet, ends_after_it_starts, no_overlap
from paibou.lib.sealing import SealedTextField

if TYPE_CHECKING:
    from accounts.models import User


class HouseholdQuerySet(Scoped):
    household_column = "pk"

    def open(self, day: date) -> Self:
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day)


class Household(models.Model):
    """A farm household of one village. It is opened and closed, never moved: who moves away is opened there anew."""

    village_code = models.CharField("村", max_length=12)
    number = models.CharField("户编号", max_length=32, blank=True)
    natural_village = models.CharField("自然村", max_length=60, blank=True)
    group = models.CharField("村民组", max_length=40, blank=True)
    head = models.ForeignKey("Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="户主")
    phone = SealedTextField("联系电话")
    phone_digest = models.BinaryField(default=b"", editable=False)
    bank = models.CharField("开户银行", max_length=60, blank=True)
    bank_account = SealedTextField("银行账号")
    bank_account_digest = models.BinaryField(default=b"", editable=False)
    filed_on = models.DateField("建档时间", null=True, blank=True)
    lifted_year = models.PositiveSmallIntegerField("脱贫年度", null=True, blank=True)
    main_cause = models.CharField("主要致贫原因", max_length=40, blank=True)
    arable_mu = models.DecimalField("耕地（亩）", max_digits=8, decimal_places=2, null=True, blank=True)
    forest_mu = models.DecimalField("林地（亩）", max_digits=8, decimal_places=2, null=True, blank=True)
    housing_m2 = models.DecimalField("住房面积（平方米）", max_digits=8, decimal_places=2, null=True, blank=True)
    housing_grade = models.CharField("危房等级", max_length=20, blank=True)
    flags = models.JSONField("标记", default=dict, blank=True)
    opened_on = models.DateField("开户日期")
    closed_on = models.DateField("销户日期", null=True, blank=True)
    close_reason = models.CharField("销户原因", max_length=60, blank=True)
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    national_entered_on = models.DateField("录入国办系统日期", null=True, blank=True)
    provincial_entered_on = models.DateField("录入省平台日期", null=True, blank=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "农户"
        indexes = [
            models.Index(fields=["village_code", "id"], name="household_village"),
            models.Index(fields=["number", "id"], name="household_number"),
            models.Index(fields=["-opened_on", "-id"], name="household_opened"),
            models.Index(fields=["phone_digest"], name="household_phone", condition=~Q(phone_digest=b"")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="household_number_is_one_households",
                fields=["number"],
                condition=~Q(number="") & Q(closed_on=None),  # who moves takes the number along
                violation_error_message="这个户编号已经是另一户的",
            ),
            models.CheckConstraint(
                name="household_closes_not_before_it_opens",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                violation_error_message="销户日期不能早于开户日期",
            ),
            models.CheckConstraint(
                name="household_closed_says_why",
                condition=Q(closed_on=None) | ~Q(close_reason=""),
                violation_error_message="销户要写明原因",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.head.name}户" if self.head else f"户 {self.number or self.pk}"


NAME_PAIRS = Func(F("village_code"), F("name"), function="name_pairs", output_field=ArrayField(models.TextField()))


class IsOneOf(Func):
    """Whether a value stands in an array that is made once: `= ANY(ARRAY(…))`, which no planner turns into a join."""

    template, arg_joiner, output_field = "%(expressions)s)", " = ANY(", models.BooleanField()


class PersonQuerySet(Scoped):
    def visible_to(self, user: "User") -> Self:
        """Those below the user's prefixes, and those who live or lived in a household named to him."""
        seen = division.within(user.prefixes)
        if user.household_ids:
            named = Membership.objects.known().filter(household_id__in=user.household_ids)
            seen |= Q(pk__in=named.values("person_id"))
        return self.filter(seen)

    def named(self, part: str, township: str = "") -> Self:
        """People whose name holds the part: two characters and more by the pair index, one by its start.

        With a township's code only that township's people are looked at.
        """
        if len(part) == 1:
            return self.filter(name__startswith=part)
        pairs = [township + part[i : i + 2] for i in range(len(part) - 1)]
        holding = Q(pairs__contains=pairs) if len(part) == 2 else Q(pairs__contains=pairs, name__contains=part)
        if not township:
            return self.alias(pairs=NAME_PAIRS).filter(holding)
        found = self.model._default_manager.alias(pairs=NAME_PAIRS).filter(holding)
        # Few bear it, and are gathered first: taken for many, the township would be read in the order asked for.
        return self.filter(IsOneOf("pk", ArraySubquery(found.values("pk"))))


class Person(models.Model):
    """One person, in one household at a time. `village_code` is that of the present or last household."""

    class IdKind(models.TextChoices):
        RESIDENT = "resident", "居民身份证"
        DISABILITY = "disability", "残疾人证"
        PASSPORT = "passport", "护照"
        HKMT = "hkmt", "港澳台通行证"
        NONE = "none", "无"

    class Sex(models.TextChoices):
        MALE = "male", "男"
        FEMALE = "female", "女"

    class Away(models.TextChoices):
        """States of a member who still belongs to the household."""

        SERVICE = "service", "服兵役"
        DETAINED = "detained", "在押"
        LOST = "lost", "失联"

    village_code = models.CharField("村", max_length=12)
    number = models.CharField("人编号", max_length=32, blank=True)
    name = models.CharField("姓名", max_length=60)
    name_sort = models.CharField("拼音", max_length=120, default="", editable=False)
    id_kind = models.CharField("证件类型", max_length=12, choices=IdKind.choices, default=IdKind.RESIDENT)
    id_number = SealedTextField("证件号码")
    id_digest = models.BinaryField(default=b"", editable=False)
    no_id_reason = models.CharField("无证件原因", max_length=60, blank=True)
    disability = models.CharField("残疾类别等级", max_length=2, blank=True)
    sex = models.CharField("性别", max_length=6, choices=Sex.choices, blank=True)
    born_on = models.DateField("出生日期", null=True, blank=True)
    died_on = models.DateField("死亡日期", null=True, blank=True)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    political = models.CharField("政治面貌", max_length=20, blank=True)
    hukou = models.CharField("户籍地", max_length=120, blank=True)
    is_at_home = models.BooleanField("是否在家", null=True, blank=True)
    away = models.CharField("特殊去向", max_length=10, choices=Away.choices, blank=True)
    phone = SealedTextField("电话")
    phone_digest = models.BinaryField(default=b"", editable=False)
    education = models.CharField("文化程度", max_length=20, blank=True)
    schooling = models.CharField("在校生状况", max_length=40, blank=True)
    dropout_reason = models.CharField("失学辍学原因", max_length=60, blank=True)
    health = ArrayField(models.CharField(max_length=20), verbose_name="健康状况", default=list, blank=True)
    labour = models.CharField("劳动技能", max_length=20, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        indexes = [
            models.Index(fields=["village_code", "name_sort", "id"], name="person_village_name"),
            models.Index(fields=["name"], name="person_name", opclasses=["text_pattern_ops"]),
            models.Index(fields=["name_sort"], name="person_sound", opclasses=["text_pattern_ops"]),
            models.Index(fields=["phone_digest"], name="person_phone", condition=~Q(phone_digest=b"")),
            GinIndex(NAME_PAIRS, name="person_bigrams"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="person_number_is_one_persons",
                fields=["id_digest"],
                condition=~Q(id_digest=b""),
                violation_error_message="这个证件号码已经是另一个人的",
            ),
            models.CheckConstraint(
                name="person_without_number_says_why",
                condition=~Q(id_digest=b"") | ~Q(no_id_reason=""),
                violation_error_message="没有证件号码的要写明原因，例如 新生未落户",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def disability_label(self) -> str:
        """`肢体二级`, as the certificate's last two digits say."""
        if len(self.disability) != 2:
            return ""
        return identity.CATEGORIES[int(self.disability[0]) - 1] + identity.GRADES[int(self.disability[1]) - 1]


class MembershipQuerySet(Scoped, DatedQuerySet):
    household_column = "household_id"


class Membership(Dated):
    """One person in one household over `[valid_from, valid_to)`; corrected by a new row, never rewritten."""

    class Joined(models.TextChoices):
        BIRTH = "birth", "新生"
        MARRIAGE = "marriage", "婚入"
        MOVED_IN = "moved_in", "迁入"
        ADOPTION = "adoption", "收养"
        RELEASED = "released", "刑满释放"
        SUPPLEMENT = "supplement", "补录"
        SPLIT = "split", "分户"
        MERGED = "merged", "合户"
        OTHER = "other", "其他"

    class Left(models.TextChoices):
        DEATH = "death", "死亡"
        MARRIAGE = "marriage", "婚出"
        MOVED_OUT = "moved_out", "迁出"
        IMPRISONED = "imprisoned", "判刑收监"
        LOST = "lost", "失联"
        SPLIT = "split", "分户"
        MERGED = "merged", "合户"
        OTHER = "other", "其他"

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    household = models.ForeignKey(Household, models.PROTECT, related_name="memberships")
    village_code = models.CharField("村", max_length=12)
    relation = models.CharField("与户主关系", max_length=20)
    relation_raw = models.CharField("关系原文", max_length=20, blank=True)
    joined = models.CharField("增加原因", max_length=12, choices=Joined.choices, default=Joined.SUPPLEMENT)
    left = models.CharField("减少原因", max_length=12, choices=Left.choices, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    batch = models.ForeignKey(
        "exchange.Batch", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "家庭成员"
        indexes = [
            models.Index(fields=["household", "valid_from"], name="membership_household"),
            models.Index(fields=["village_code", "valid_from"], name="membership_village"),
        ]
        constraints = [
            ends_after_it_starts("membership_ends_after_it_starts"),
            no_overlap("membership_in_one_household_at_a_time", "person", message="此人同一时间只能属于一户"),
            models.CheckConstraint(
                name="membership_ended_says_why",
                condition=Q(valid_to=None, left="") | (Q(valid_to__isnull=False) & ~Q(left="")),
                violation_error_message="离户要有日期和原因",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.relation}"
