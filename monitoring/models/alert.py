"""预警信息: every row received is one alert, whoever it is about."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Left

from accounts.scope import Scoped
from paibou.lib import division
from paibou.lib.periods import Recorded, RecordedQuerySet
from paibou.lib.sealing import SealedTextField

# In the queue behind every due day: what has none yet, what waits for the station, what is closed.
NO_DAY, ANSWERED, CLOSED = date(9999, 12, 29), date(9999, 12, 30), date(9999, 12, 31)
SEALED = ("id_number", "phone", "diagnosis", "extra")


class AlertQuerySet(Scoped, RecordedQuerySet):
    household_column = "household_id"

    def open(self) -> Self:
        return self.known().exclude(state=Alert.State.CLOSED)

    def unassigned(self) -> Self:
        return self.known().filter(state=Alert.State.RECEIVED)

    def with_the_village(self) -> Self:
        return self.known().filter(state__in=Alert.State.with_the_village())

    def overdue(self, day: date) -> Self:
        """Not answered by the village, or not accepted by the station, and the due day is past."""
        return self.known().filter(state__in=Alert.State.unanswered(), due_on__lt=day)

    def to_review(self) -> Self:
        """Answered; the station closes it, sends it back, or takes it up."""
        return self.known().filter(state__in=[Alert.State.ANSWERED, Alert.State.PROPOSED])

    def to_return(self) -> Self:
        """Closed, and its sender has not got the answer yet; what was typed by hand has no sender's workbook."""
        return self.known().filter(state=Alert.State.CLOSED, returned_on=None, batch__isnull=False)

    def of_the_same_person(self, alert: "Alert") -> Self:
        """All alerts of its township on the person of one: the registered one, else of the same number and name."""
        here = self.known().filter(village_code__range=division.span(division.township(alert.village_code)))
        if alert.person_id:
            return here.filter(person=alert.person_id)
        if alert.id_digest:
            return here.filter(person=None, id_digest=alert.id_digest, name=alert.name)
        return here.filter(pk=alert.pk)

    def link_to_previous(self) -> int:
        """Link each to the last alert that the same source sent on the same person on an earlier day: 重复推送.

        One statement for any number of rows, for imports too. Earlier rows of the same day are no repetition.
        """
        return self.update(previous=Subquery(_earlier().values("pk")[:1]))

    def for_list(self) -> Self:
        """What a row of a list shows, without unsealing what it does not."""
        related = self.select_related("previous", "answer", "person", "household", "batch__upload")
        return related.defer(
            *(name for name in SEALED if name != "id_number"),
            *(f"previous__{name}" for name in SEALED),
            "person__id_number",
            "person__phone",
            "household__phone",
            "household__bank_account",
        )


def _earlier() -> AlertQuerySet:
    """Of the outer alert: those of its source on its person in its township, of earlier days, the last first."""
    registered = Q(person=OuterRef("person"))
    named = Q(person=None, id_digest=OuterRef("id_digest"), name=OuterRef("name")) & ~Q(id_digest=b"")
    void = Q(state=Alert.State.CLOSED, answer=None)
    earlier = Alert.objects.known().filter(
        registered | named, source=OuterRef("source"), received_on__lt=OuterRef("received_on")
    )
    here = earlier.alias(township=Left("village_code", 9)).filter(township=Left(OuterRef("village_code"), 9))
    return here.exclude(void).order_by("-received_on", "-id")


class Alert(Recorded):
    """One row of a department's list, on file for ever; a wrong one is closed with its reason.

    `state`, `due_on`, `result`, `answer` and `returned_on` are shadows of the events and move in their transaction.
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

        @classmethod
        def unanswered(cls) -> list[str]:
            return [cls.RECEIVED, *cls.with_the_village()]

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

        @classmethod
        def by_hand(cls) -> list[str]:
            """What people report one at a time, typed on a page."""
            return [cls.HOUSEHOLD, cls.CADRE, cls.GRID_WORKER, cls.HOTLINE]

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
    total_yuan = models.DecimalField("医疗总费用（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    self_paid_yuan = models.DecimalField("个人自付（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    settled_on = models.DateField("结算日期", null=True, blank=True)
    extra = SealedTextField("其他列")
    person = models.ForeignKey("households.Person", models.PROTECT, null=True, blank=True, related_name="alerts")
    household = models.ForeignKey("households.Household", models.PROTECT, null=True, blank=True, related_name="alerts")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.RECEIVED)
    due_on = models.DateField("期限", null=True, blank=True)
    result = models.CharField("核查结果", max_length=30, blank=True)
    answer = models.ForeignKey("AlertCheck", models.PROTECT, null=True, blank=True, related_name="alerts")
    returned_on = models.DateField("回传日期", null=True, blank=True)
    queue_on = models.GeneratedField(
        expression=Case(
            When(state__in=["received", "handed_out", "sent_back"], then=Coalesce("due_on", Value(NO_DAY))),
            When(state__in=["answered", "proposed"], then=Value(ANSWERED)),
            default=Value(CLOSED),
        ),
        output_field=models.DateField("排队"),
        db_persist=True,
    )

    # Given by the queries of pages, beside the columns.
    village_name: str
    kind_label: str
    checker_name: str
    sent_back_note: str

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
            models.Index(fields=["queue_on", "-received_on", "-id"], name="alert_queue"),
            models.Index(
                fields=["village_code", "due_on", "id"], name="alert_unanswered", condition=~Q(state="closed")
            ),
            models.Index(fields=["id_digest"], name="alert_identity", condition=~Q(id_digest=b"")),
        ]
        constraints = [
            # A row keeps its township when another village gets it, and its uniqueness with it.
            models.UniqueConstraint(
                Left("village_code", 9),
                F("source"),
                F("fingerprint"),
                name="alert_is_received_once",
                condition=~Q(fingerprint=b"") & Q(withdrawn_at=None),
                violation_error_message="同一来源的这一条以前收过，到预警里查这个人",
            ),
            models.CheckConstraint(
                name="alert_is_somewhere",
                condition=~Q(village_code=""),
                violation_error_message="预警要有村，不知道哪个村的归到镇里",
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
            models.CheckConstraint(
                name="alert_answered_has_its_answer",
                condition=~Q(state__in=["answered", "proposed"]) | (Q(answer__isnull=False) & ~Q(result="")),
                violation_error_message="核查过的预警要有核查结果",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_source_display()} {self.received_on}"

    @property
    def is_void(self) -> bool:
        """Closed without an answer: it was wrong, and its last event says why."""
        return self.state == self.State.CLOSED and self.answer_id is None

    @property
    def rise_yuan(self) -> Decimal | None:
        """How much more the person has paid than when the same source sent the alert before; None without two amounts."""
        if self.previous is None or self.self_paid_yuan is None or self.previous.self_paid_yuan is None:
            return None
        return self.self_paid_yuan - self.previous.self_paid_yuan


class AlertEventQuerySet(Scoped, RecordedQuerySet):
    pass


class AlertEvent(Recorded):
    """What happened to an alert: kind, day, who, why. Undo withdraws it; nothing is updated away.

    `village_code` is the alert's village after it. `act` joins what was done to many alerts at once.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", "收到"
        HANDED_OUT = "handed_out", "分派"
        TAKEN_BACK = "taken_back", "收回"
        DUE_MOVED = "due_moved", "改期限"
        REMINDED = "reminded", "催办"
        CHECKED = "checked", "核查"
        SENT_BACK = "sent_back", "退回"
        PROPOSED = "proposed", "拟纳入监测"
        CASE_OPENED = "case_opened", "立案"
        CLOSED = "closed", "办结"
        VOIDED = "voided", "作废"
        RETURNED = "returned", "回传"
        LINKED = "linked", "认人"

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="events")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("事项", max_length=12, choices=Kind.choices)
    on = models.DateField("日期")
    due_on = models.DateField("期限", null=True, blank=True)
    check_made = models.ForeignKey("AlertCheck", models.PROTECT, null=True, blank=True, related_name="events")
    note = models.CharField("说明", max_length=300, blank=True)
    act = models.UUIDField("同一次操作", null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AlertEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预警经过"
        indexes = [
            models.Index(fields=["alert", "kind", "on"], name="alertevent_alert"),
            models.Index(fields=["village_code", "kind", "on"], name="alertevent_village"),
            models.Index(fields=["act"], name="alertevent_act", condition=Q(act__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="alertevent_kind_is_of_the_table",
                condition=Q(
                    kind__in=[
                        "received", "handed_out", "taken_back", "due_moved", "reminded", "checked", "sent_back",
                        "proposed", "case_opened", "closed", "voided", "returned", "linked",
                    ]
                ),
                violation_error_message="没有这个事项",
            ),
            models.CheckConstraint(
                name="alertevent_with_the_village_has_a_due_day",
                condition=~Q(kind__in=["handed_out", "sent_back", "due_moved"]) | Q(due_on__isnull=False),
                violation_error_message="分派、退回和改期限要有期限",
            ),
            models.CheckConstraint(
                name="alertevent_turned_down_says_why",
                condition=~Q(kind__in=["sent_back", "voided"]) | ~Q(note=""),
                violation_error_message="退回和作废要写明原因",
            ),
            models.CheckConstraint(
                name="alertevent_checked_has_its_check",
                condition=Q(kind="checked", check_made__isnull=False) | (~Q(kind="checked") & Q(check_made=None)),
                violation_error_message="核查要连到核查记录",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"
