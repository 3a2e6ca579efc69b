"""What came in: the file, whole; the batch made of it; every row with what became of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.scope import Scoped
from exchange.models.job import Job
from paibou.lib.sealing import SealedTextField


class Upload(models.Model):
    """A file as it arrived, sealed on disk and found again by its digest."""

    name = models.CharField("文件名", max_length=255)
    path = models.CharField("位置", max_length=200)
    digest = models.CharField("摘要", max_length=64)
    size = models.PositiveBigIntegerField("大小")
    village_code = models.CharField("区划", max_length=12)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = Scoped.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "上传的文件"
        indexes = [models.Index(fields=["village_code", "digest"], name="upload_village_digest")]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """One import of one file. `received` = new + changed + same + problem + left out, always."""

    class State(models.TextChoices):
        STAGING = "staging", "正在读取"
        REVIEW = "review", "待确认"
        APPLYING = "applying", "正在写入"
        APPLIED = "applied", "已写入"
        REFUSED = "refused", "未收"
        DROPPED = "dropped", "已放弃"

    kind = models.CharField("种类", max_length=40)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="batches")
    mends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="mended_by")
    village_code = models.CharField("区划", max_length=12)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    source = models.CharField("来源", max_length=40, blank=True)
    received_on = models.DateField("收到日期", null=True)
    as_of = models.DateField("按哪天", null=True)
    announced_rows = models.PositiveIntegerField("文件名写的条数", null=True)
    recognised = models.JSONField("认出的表", default=list)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.STAGING)
    file_refused = models.CharField("未收原因", max_length=300, blank=True)
    received = models.PositiveIntegerField("收到", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("有变化", default=0)
    same = models.PositiveIntegerField("与上次相同", default=0)
    problem = models.PositiveIntegerField("有问题", default=0)
    left_out = models.PositiveIntegerField("不导入", default=0)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("建立时间", auto_now_add=True)
    applied_at = models.DateTimeField("写入时间", null=True)

    objects = Scoped.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入批次"
        indexes = [models.Index(fields=["village_code", "-at"], name="batch_village_at")]
        constraints = [
            models.CheckConstraint(
                name="batch_accounts_for_every_row",
                condition=Q(received=F("new") + F("changed") + F("same") + F("problem") + F("left_out")),
                violation_error_message="行数不相符",
            ),
            models.CheckConstraint(
                name="batch_refused_says_why",
                condition=Q(state="refused", file_refused__gt="") | (~Q(state="refused") & Q(file_refused="")),
                violation_error_message="未收的文件要写明原因",
            ),
        ]

    def __str__(self) -> str:
        return self.upload.name


class StagedRow(models.Model):
    """One row of a sheet on its way in: its cells as typed (sealed), what they mean, and what becomes of it."""

    class Verdict(models.TextChoices):
        UNJUDGED = "", "未核对"
        NEW = "new", "新增"
        CHANGED = "changed", "有变化"
        SAME = "same", "与上次相同"
        PROBLEM = "problem", "有问题"
        LEFT_OUT = "left_out", "不导入"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    sheet = models.CharField("表", max_length=120)
    row = models.PositiveIntegerField("行")
    village_code = models.CharField("区划", max_length=12, blank=True)
    values = models.JSONField("读出的值", default=dict)
    id_digest = models.BinaryField(default=b"")
    fingerprint = models.BinaryField(default=b"")
    raw = SealedTextField("原样")
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices, blank=True)
    problems = ArrayField(models.CharField(max_length=40), default=list)
    target = models.BigIntegerField("写到哪条", null=True)
    reason = models.CharField("不导入的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入行"
        constraints = [
            models.UniqueConstraint(
                name="stagedrow_stands_once", fields=["batch", "sheet", "row"], violation_error_message="这一行已经读过"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet} 第 {self.row} 行"


class ColumnMeaning(models.Model):
    """What a person said a heading of a source means; remembered for the township's next workbook from there."""

    kind = models.CharField("种类", max_length=40)
    source = models.CharField("来源", max_length=40, blank=True)
    village_code = models.CharField("区划", max_length=12)
    heading = models.CharField("列名", max_length=120)
    column = models.CharField("认作", max_length=40, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", auto_now=True)

    objects = Scoped.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "列的含义"
        constraints = [
            models.UniqueConstraint(
                name="columnmeaning_is_one_for_a_heading",
                fields=["village_code", "kind", "source", "heading"],
                violation_error_message="这个列名已经认过",
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading} → {self.column}"
