"""核查: what a village found about the person of an alert."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.scope import Scoped
from paibou.lib.periods import Recorded, RecordedQuerySet


class CheckResult(models.TextChoices):
    """Results of a check, the four usual ones first; 拟纳入监测 gets the station's second look."""

    NO_RISK = "no_risk", "无风险"
    HELPED_ALREADY = "helped_already", "已有帮扶，持续关注"
    HELPED_NOW = "helped_now", "有困难，已落实帮扶"
    PROPOSE = "propose", "拟纳入监测"
    MONITORED = "monitored", "已是监测对象"
    ELIMINATED = "eliminated", "已消除风险，经核实稳定"
    GUARANTEED = "guaranteed", "已纳入低保/特困"
    DEAD = "dead", "已死亡/销户"
    NOT_LOCAL = "not_local", "非农户籍/不在本地居住"
    AWAY = "away", "举家外出，电话核实"
    DECLINED = "declined", "农户自愿放弃"
    WRONG = "wrong", "信息有误/查无此人"
    ELSEWHERE = "elsewhere", "转其他乡镇"

    @classmethod
    def usual(cls) -> list[str]:
        return [cls.NO_RISK, cls.HELPED_ALREADY, cls.HELPED_NOW, cls.PROPOSE]


class CheckHelp(models.TextChoices):
    TREAT_FIRST = "treat_first", "先诊疗后付费"
    MEDICAL_AID = "medical_aid", "申请医疗救助"
    TEMPORARY_AID = "temporary_aid", "申请临时救助"
    CHRONIC_CARD = "chronic_card", "慢病证办理"
    MINIMUM = "minimum", "低保申请"
    WATCH = "watch", "持续关注"
    OTHER = "other", "其他"


class AlertCheckQuerySet(Scoped, RecordedQuerySet):
    household_column = "household_id"


class AlertCheck(Recorded):
    """One check, by visit or phone, of all alerts waiting on one person. The phone's uid makes twice once."""

    class Method(models.TextChoices):
        HOME = "home", "入户"
        PHONE = "phone", "电话"
        KEPT = "kept", "沿用上次"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    village_code = models.CharField("村", max_length=12)
    household = models.ForeignKey("households.Household", models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField("核查日期")
    method = models.CharField("方式", max_length=6, choices=Method.choices)
    result = models.CharField("结果", max_length=20, choices=CheckResult.choices)
    help = ArrayField(
        models.CharField(max_length=20, choices=CheckHelp.choices), verbose_name="帮扶", default=list, blank=True
    )
    note = models.TextField("说明", blank=True)
    checker = models.CharField("核查人", max_length=40, blank=True, db_default="")
    repeats = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AlertCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预警核查"
        constraints = [
            models.CheckConstraint(
                name="alertcheck_result_is_of_the_table",
                condition=Q(result__in=CheckResult.values),
                violation_error_message="没有这种核查结果",
            ),
            models.CheckConstraint(
                name="alertcheck_kept_names_the_answer_it_keeps",
                condition=Q(method="kept", repeats__isnull=False) | (Q(method__in=["home", "phone"]) & Q(repeats=None)),
                violation_error_message="沿用上次的要连到上次的答复，另外核的写入户或电话",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_result_display()}"

    @property
    def help_label(self) -> str:
        return "、".join(str(CheckHelp(word).label) for word in self.help)


class AlertCheckPhoto(models.Model):
    """A photo of a check, sealed on disk."""

    check_made = models.ForeignKey(AlertCheck, models.PROTECT, related_name="photos")
    village_code = models.CharField("村", max_length=12)
    path = models.CharField("位置", max_length=200)
    digest = models.CharField("摘要", max_length=64)
    size = models.PositiveIntegerField("大小")

    objects = Scoped.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核查照片"
        constraints = [
            models.UniqueConstraint(
                name="alertcheckphoto_stands_once",
                fields=["check_made", "digest"],
                violation_error_message="这张照片已经传过",
            )
        ]

    def __str__(self) -> str:
        return self.digest[:8]
