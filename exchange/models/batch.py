"""What came in: the file, whole; the batch made of it; every row with what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.scope import Scoped
from exchange.models.job import Job
from paibou.lib.recognition.sheets import EXAMPLE, HIDDEN
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


class BatchQuerySet(Scoped):
    def waiting(self) -> "BatchQuerySet":
        """Read, and waiting for somebody to look them over; or written with problem rows left."""
        return self.filter(Q(state="review") | Q(state="applied", problem__gt=0))


class Batch(models.Model):
    """One import of one file. `received` = new + changed + same + problem + left out, always."""

    class State(models.TextChoices):
        """Being written is no state of its own: the batch's job says so."""

        STAGING = "staging", "正在读取"
        REVIEW = "review", "待确认"
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
    notes = models.JSONField("说明", default=list)  # sentences for whoever looks it over
    recognised = models.JSONField("认出的表", default=list)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.STAGING)
    file_refused = models.CharField("未收原因", max_length=300, blank=True)
    received = models.PositiveIntegerField("收到", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("有变化", default=0)
    same = models.PositiveIntegerField("与上次相同", default=0)
    problem = models.PositiveIntegerField("有问题", default=0)
    left_out = models.PositiveIntegerField("不导入", default=0)
    rounds = models.PositiveSmallIntegerField("写过几次", default=0)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("建立时间", auto_now_add=True)
    applied_at = models.DateTimeField("写入时间", null=True)

    objects = BatchQuerySet.as_manager()

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

    @property
    def is_busy(self) -> bool:
        """A job has the batch: it is being read or written."""
        return self.job is not None and self.job.state in Job.State.unfinished()

    @property
    def rows_stand(self) -> bool:
        """Its rows were read whole and may be looked over."""
        return self.state in {self.State.REVIEW, self.State.APPLIED}


class StagedRowQuerySet(models.QuerySet):
    def of(self, verdict: str) -> "StagedRowQuerySet":
        return self.filter(verdict=verdict)

    def waiting(self) -> "StagedRowQuerySet":
        """Rows that the next writing takes: new or changed, and not written before."""
        return self.filter(verdict__in=StagedRow.Verdict.written(), round__gt=F("batch__rounds"))

    def decided(self) -> "StagedRowQuerySet":
        """Rows that a person changed or left out; what the reading leaves out by itself is none of them."""
        left_out = Q(verdict=StagedRow.Verdict.LEFT_OUT) & ~Q(reason__in=[EXAMPLE, HIDDEN])
        return self.filter(left_out | Q(mended=True))


class StagedRow(models.Model):
    """One row of a sheet on its way in: what its cells mean, what is wrong with them, and what becomes of it.

    `values` holds cleaned values by column, and `<name>_digest` in hex of sealed ones, whose ciphertexts stand in
    `sealed_1` … in the order in which the table declares them. `raw` keeps the cells as they were typed where they gave no value, or a person typed some. `round` is the writing that takes the row.
    """

    class Verdict(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "有变化"
        SAME = "same", "与上次相同"
        PROBLEM = "problem", "有问题"
        LEFT_OUT = "left_out", "不导入"

        @classmethod
        def written(cls) -> list[str]:
            return [cls.NEW, cls.CHANGED]

    # Batches are never deleted, and asking for theirs would cost rows by the ten thousand a twentieth of the import;
    # the unique constraint's index serves.
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows", db_index=False, db_constraint=False)
    table = models.CharField("表的种类", max_length=20)
    sheet = models.CharField("表", max_length=120)
    row = models.PositiveIntegerField("行")
    round = models.PositiveSmallIntegerField("第几次写", default=1)
    village_code = models.CharField("区划", max_length=12, blank=True)
    values = models.JSONField("读出的值", default=dict)
    fingerprint = models.BinaryField(default=b"")
    raw = SealedTextField("原样")
    sealed_1 = SealedTextField("密文一")
    sealed_2 = SealedTextField("密文二")
    sealed_3 = SealedTextField("密文三")
    sealed_4 = SealedTextField("密文四")
    sealed_5 = SealedTextField("密文五")
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices, default=Verdict.NEW)
    problems = models.JSONField("读不出的格子", default=list)
    judged_code = models.CharField("核对出的问题", max_length=40, blank=True)
    judged_column = models.CharField("问题所在的列", max_length=40, blank=True)
    judged_sentence = models.CharField("问题", max_length=300, blank=True)
    target = models.BigIntegerField("写到哪条", null=True)
    reason = models.CharField("不导入的原因", max_length=200, blank=True)
    mended = models.BooleanField("在页面上改过", default=False)

    objects = StagedRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入行"
        constraints = [
            models.UniqueConstraint(
                name="stagedrow_stands_once", fields=["batch", "sheet", "row"], violation_error_message="这一行已经读过"
            ),
            models.CheckConstraint(
                name="stagedrow_verdict_is_of_the_table",
                condition=Q(verdict__in=["new", "changed", "same", "problem", "left_out"]),
                violation_error_message="没有这种结论",
            ),
            models.CheckConstraint(
                name="stagedrow_left_out_says_why",
                condition=Q(verdict="left_out", reason__gt="") | (~Q(verdict="left_out") & Q(reason="")),
                violation_error_message="不导入的行要写明原因",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} 第 {self.row} 行"

    @property
    def sentences(self) -> list[str]:
        """What is wrong with the row: first what its cells say, then what judging found."""
        return [one["sentence"] for one in self.problems] + ([self.judged_sentence] if self.judged_sentence else [])


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
