"""Named accounts, and what each may reach."""

from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.scope import Scoped
from paibou.lib.division import pad
from paibou.lib.periods import ENDS_BEFORE_IT_STARTS
from paibou.lib.sealing import SealedTextField


class UserQuerySet(Scoped):
    def get_by_natural_key(self, username: str) -> Any:
        """What Django's login asks the manager for."""
        return self.get(username=username)

    def people(self) -> "UserQuerySet":
        """Accounts of people; a command's system user is nobody's colleague."""
        return self.filter(is_system=False)


class User(AbstractUser):
    """A person with an account, or the system user of a command. Its role says what, its grants say where."""

    class Role(models.TextChoices):
        STATION = "station", "工作站人员"
        TOWN_CADRE = "town_cadre", "包村干部"
        VILLAGE_OFFICER = "village_officer", "村乡村振兴专干"
        RESIDENT_TEAM = "resident_team", "驻村工作队"
        GRID_WORKER = "grid_worker", "网格员"
        HELPER = "helper", "帮扶联系人"
        DISTRICT_READER = "district_reader", "县级查看"
        ADMINISTRATOR = "administrator", "管理员"

    class Theme(models.TextChoices):
        LIGHT = "light", "浅色"
        DARK = "dark", "深色"
        AUTO = "auto", "随系统"

    class Size(models.TextChoices):
        STANDARD = "", "标准"
        LARGE = "l", "大"
        LARGEST = "xl", "特大"

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=40, blank=True)
    phone = SealedTextField("电话")
    village_code = models.CharField("所属区划", max_length=12)
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    must_change_password = models.BooleanField("须改密码", default=True)
    is_system = models.BooleanField("系统账号", default=False)
    theme = models.CharField("界面", max_length=5, choices=Theme.choices, default=Theme.LIGHT)
    size = models.CharField("字号", max_length=2, choices=Size.choices, default=Size.STANDARD, blank=True)

    REQUIRED_FIELDS = ["name"]

    objects = UserQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        constraints = [
            models.CheckConstraint(
                name="user_has_a_role_of_the_table",
                condition=Q(
                    role__in=[
                        "station", "town_cadre", "village_officer", "resident_team",
                        "grid_worker", "helper", "district_reader", "administrator",
                    ]
                ),
                violation_error_message="没有这个角色",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["village_code", "username"], name="user_village_username")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Without the e-mail address that Django's own would tidy."""
        self.username = self.normalize_username(self.username)

    @cached_property
    def _grants_today(self) -> list["Grant"]:
        return list(self.grants.on(timezone.localdate())) if self.pk else []

    @cached_property
    def prefixes(self) -> list[str]:
        """Division prefixes the user holds today; `""` is the nation."""
        return [grant.prefix for grant in self._grants_today if grant.prefix is not None]

    @cached_property
    def household_ids(self) -> list[int]:
        return [grant.household_id for grant in self._grants_today if grant.household_id is not None]


class GrantQuerySet(Scoped):
    village_column = "padded_prefix"

    def on(self, day):
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Grant(models.Model):
    """Where a user may go, over `[valid_from, valid_to)`: everything below a prefix, or one named household.

    `household_id` is a plain number because households lie above accounts; the helper's pages keep it true.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    prefix = models.CharField("区划", max_length=12, null=True, blank=True)  # noqa: DJ001 -- "" is the nation, NULL is none
    padded_prefix = models.GeneratedField(
        expression=models.Func(F("prefix"), models.Value(12), models.Value("0"), function="rpad"),
        output_field=models.CharField(max_length=12, null=True),
        db_persist=True,
    )
    household_id = models.BigIntegerField("农户", null=True, blank=True)
    is_nationwide = models.BooleanField("全国", default=False)
    valid_from = models.DateField("开始日期", default=timezone.localdate)
    valid_to = models.DateField("结束日期", null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "授权范围"
        constraints = [
            models.CheckConstraint(
                name="grant_names_a_division_or_a_household",
                condition=Q(prefix=None, household_id__isnull=False) | Q(prefix__isnull=False, household_id=None),
                violation_error_message="一条授权写一个区划或一户，不能都写或都不写",
            ),
            models.CheckConstraint(
                name="grant_of_the_nation_says_so",
                condition=Q(is_nationwide=True, prefix="") | (Q(is_nationwide=False) & ~Q(prefix="")),
                violation_error_message="没写区划的授权必须标明是全国",
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                violation_error_message=ENDS_BEFORE_IT_STARTS,
            ),
        ]

    def __str__(self) -> str:
        return self.prefix if self.prefix is not None else f"农户 {self.household_id}"

    @property
    def village_code(self) -> str:
        return pad(self.prefix or "")
