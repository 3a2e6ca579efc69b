"""预警信息: every row received is one alert, whoever it is about."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.scope import Scoped
from paibou.lib.periods import Recorded, RecordedQuerySet
from paibou.lib.sealing import SealedTextField


class AlertQuerySet(Scoped, RecordedQuerySet):
    household_column = "household_id"

    def open(self) -> Self:
        return self.known().exclude(state=Alert.State.CLOSED)

    def overdue(self, day) -> Self:
        """Handed out, not answered, and the due day is past."""
        return self.known().filter(state__in=Alert.State.with_the_village(), due_on__lt=day)


class Alert(Recorded):
    """One row of a department's list, on file for ever; a wrong one is closed with its reason.

    `state`, `due_on` and `result` are shadows of the last event and move in its transaction.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "待分派"
        HANDED_OUT = "handed_out", "待核查"
        SENT_BACK = "sent_back", "已退回"
        ANSWERED = "answered", "待复核"
        PROPOSED = "proposed", "拟纳入监测"
        CLOSED = "closed", "已办结"

        @classmethod
        def with_the_village(cls) -> list[str]:
            return [cls.HANDED_OUT, cls.SENT_BACK]

    class Source(models.TextChoices):
        CITY_MEDICAL = "city_medical", "市医保"
        DISTRICT_MEDICAL = "district_medical", "区医保"
        PROVINCE = "province", "省级系统"
        CIVIL_AFFAIRS = "civil_affairs", "民政"
        DISABLED = "disabled", "残联"
        EDUCATION = "education", "教育"
        LABOUR = "labour", "人社"
        HOUSING = "housing", "住建"
        WATER = "water", "水利"
        EMERGENCY = "emergency", "应急"
        POLICE = "police", "公安"
        HOTLINE = "hotline", "12317/12345"
        HOUSEHOLD = "household", "农户申报"
        CADRE = "cadre", "干部排查"
        GRID_WORKER = "grid_worker", "网格员"
        UNNAMED = "unnamed", "未注明来源"

        @classmethod
        def medical(cls) -> list[str]:
            return [cls.CITY_MEDICAL, cls.DISTRICT_MEDICAL]

    village_code = models.CharField("村", max_length=12)
    source = models.CharField("来源", max_length=20, choices=Source.choices)
    received_on = models.DateField("收到日期")
    batch = models.ForeignKey("exchange.Batch", models.PROTECT, null=True, blank=True, related_name="+")
    sheet = models.CharField("表", max_length=120, blank=True)
    row = models.PositiveIntegerField("行", null=True, blank=True)
    fingerprint = models.BinaryField(default=b"", editable=False)
    name = models.CharField("姓名", max_length=60)
    id_number = SealedTextField("证件号码")
    id_digest = models.BinaryField(default=b"", editable=False)
    phone = SealedTextField("电话")
    category = models.CharField("人员类别", max_length=40, blank=True)
    reason = models.CharField("事由", max_length=200, blank=True)
    diagnosis = SealedTextField("疾病诊断")
    hospital = models.CharField("就诊医院", max_length=120, blank=True)
    total_yuan = models.DecimalField("医疗总费用(元)", max_digits=12, decimal_places=2, null=True, blank=True)
    self_paid_yuan = models.DecimalField("个人自付(元)", max_digits=12, decimal_places=2, null=True, blank=True)
    settled_on = models.DateField("结算日期", null=True, blank=True)
    extra = SealedTextField("其他列")
    person = models.ForeignKey("households.Person", models.PROTECT, null=True, blank=True, related_name="alerts")
    household = models.ForeignKey("households.Household", models.PROTECT, null=True, blank=True, related_name="alerts")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.RECEIVED)
    due_on = models.DateField("期限", null=True, blank=True)
    result = models.CharField("核查结果", max_length=30, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预警"
        indexes = [
            models.Index(fields=["village_code", "-received_on", "-id"], name="alert_village_received"),
            models.Index(
                fields=["village_code", "source", "received_on"],
                include=["recorded_at", "withdrawn_at"],
                name="alert_village_source",
            ),
            models.Index(fields=["-received_on", "-id"], name="alert_received"),
            models.Index(
                fields=["village_code", "due_on", "id"], name="alert_unanswered", condition=~Q(state="closed")
            ),
            models.Index(fields=["id_digest"], name="alert_identity", condition=~Q(id_digest=b"")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="alert_is_received_once",
                fields=["village_code", "source", "fingerprint"],
                condition=~Q(fingerprint=b"") & Q(withdrawn_at=None),
                violation_error_message="同一来源的这一行以前收过",
            ),
            models.CheckConstraint(
                name="alert_state_is_of_the_table",
                condition=Q(state__in=["received", "handed_out", "sent_back", "answered", "proposed", "closed"]),
                violation_error_message="没有这个状态",
            ),
            models.CheckConstraint(
                name="alert_with_the_village_has_a_due_day",
                condition=~Q(state__in=["handed_out", "sent_back"]) | Q(due_on__isnull=False),
                violation_error_message="分派给村的预警要有期限",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_source_display()} {self.received_on}"


class CheckResult(models.TextChoices):
    """Results of a check; those that name a risk get the station's second look."""

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


class CheckHelp(models.TextChoices):
    TREAT_FIRST = "treat_first", "先诊疗后付费"
    MEDICAL_AID = "medical_aid", "申请医疗救助"
    TEMPORARY_AID = "temporary_aid", "申请临时救助"
    CHRONIC_CARD = "chronic_card", "慢病证办理"
    MINIMUM = "minimum", "低保申请"
    WATCH = "watch", "持续关注"
    OTHER = "other", "其他"


class AlertCheck(Recorded):
    """One check, by visit or phone, of all alerts waiting on one person. The phone's uid makes twice once."""

    class Method(models.TextChoices):
        HOME = "home", "入户"
        PHONE = "phone", "电话"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    village_code = models.CharField("村", max_length=12)
    on = models.DateField("核查日期")
    method = models.CharField("方式", max_length=6, choices=Method.choices)
    result = models.CharField("结果", max_length=20, choices=CheckResult.choices)
    help = ArrayField(models.CharField(max_length=20, choices=CheckHelp.choices), verbose_name="帮扶", default=list)
    note = models.TextField("说明", blank=True)
    repeats = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预警核查"

    def __str__(self) -> str:
        return f"{self.on} {self.get_result_display()}"


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

    def __str__(self) -> str:
        return self.digest[:8]


class AlertEventQuerySet(Scoped, RecordedQuerySet):
    pass


class AlertEvent(Recorded):
    """What happened to an alert: kind, day, who, why. Undo withdraws it; nothing is updated away."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "收到"
        HANDED_OUT = "handed_out", "分派"
        REMINDED = "reminded", "催办"
        CHECKED = "checked", "核查"
        SENT_BACK = "sent_back", "退回"
        PROPOSED = "proposed", "拟纳入监测"
        CASE_OPENED = "case_opened", "立案"
        CLOSED = "closed", "办结"
        VOIDED = "voided", "作废"
        LINKED = "linked", "认人"

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="events")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("事项", max_length=12, choices=Kind.choices)
    on = models.DateField("日期")
    due_on = models.DateField("期限", null=True, blank=True)
    check_made = models.ForeignKey(AlertCheck, models.PROTECT, null=True, blank=True, related_name="events")
    note = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AlertEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预警经过"
        indexes = [
            models.Index(fields=["alert", "kind", "on"], name="alertevent_alert"),
            models.Index(fields=["village_code", "kind", "on"], name="alertevent_village"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"


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
