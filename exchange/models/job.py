"""Long work is a row: seen, claimed, fenced and found again."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.scope import Scoped


class JobQuerySet(Scoped):
    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=Job.State.unfinished())


class Job(models.Model):
    """One piece of long work. It holds its task's name, so `exchange` never imports the app that does it."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        REFUSED = "refused", "未通过"
        FAILED = "failed", "出错"
        CANCELLED = "cancelled", "已取消"

        @classmethod
        def unfinished(cls) -> list[str]:
            return [cls.WAITING, cls.RUNNING]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField("自然键", max_length=120, null=True, unique=True)  # noqa: DJ001 -- NULL is not a key
    task = models.CharField("任务", max_length=80)
    title = models.CharField("名称", max_length=120)
    arguments = models.JSONField("参数", default=dict)
    village_code = models.CharField("区划", max_length=12)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField("第几次", default=0)
    done = models.PositiveIntegerField("已做", default=0)
    total = models.PositiveIntegerField("共", null=True)
    stage = models.CharField("正在做", max_length=60, blank=True)
    outcome = models.TextField("结果", blank=True)
    url = models.CharField("做完后看", max_length=200, blank=True)
    submitted_at = models.DateTimeField("提交时间", auto_now_add=True)
    sent_at = models.DateTimeField("发出时间", null=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务"
        indexes = [
            models.Index(fields=["village_code", "-submitted_at"], name="job_village_submitted"),
            models.Index(fields=["id"], condition=Q(state__in=["waiting", "running"]), name="job_unfinished"),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_state_is_of_the_table",
                condition=Q(state__in=["waiting", "running", "done", "refused", "failed", "cancelled"]),
                violation_error_message="没有这个状态",
            ),
            models.CheckConstraint(
                name="job_is_finished_at_its_end",
                condition=Q(state__in=["waiting", "running"], finished_at=None)
                | (~Q(state__in=["waiting", "running"]) & Q(finished_at__isnull=False)),
                violation_error_message="任务结束与结束时间须一致",
            ),
            models.CheckConstraint(
                name="job_does_not_do_more_than_all",
                condition=Q(total=None) | Q(done__lte=F("total")),
                violation_error_message="已做的不能多于总数",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ProducedFile(models.Model):
    """A file made for somebody: sealed on disk, opened only inside his scope, with a log of who took it."""

    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="files")
    name = models.CharField("文件名", max_length=160)
    path = models.CharField("位置", max_length=200)
    digest = models.CharField("摘要", max_length=64)
    size = models.PositiveBigIntegerField("大小")
    rows = models.PositiveIntegerField("行数", null=True)
    village_code = models.CharField("区划", max_length=12)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("生成时间", auto_now_add=True)

    objects = Scoped.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "生成的文件"
        indexes = [models.Index(fields=["village_code", "-made_at"], name="producedfile_village_made")]

    def __str__(self) -> str:
        return self.name

    @property
    def kilobytes(self) -> int:
        return -(-self.size // 1024)
