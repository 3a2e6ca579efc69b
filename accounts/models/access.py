"""Who saw what of people's data, and why."""

from django.db import models
from django.db.models import F, Q

from accounts.models.user import User
from accounts.scope import Scoped
from paibou.lib.periods import ENDS_BEFORE_IT_STARTS


class AccessLogQuerySet(Scoped):
    pass


class AccessLog(models.Model):
    """One look at, or taking out of, people's data. Rows are only ever added; no page changes or deletes one."""

    class Kind(models.TextChoices):
        FULL_VIEW = "full_view", "查看全号"
        EXPORT = "export", "导出"
        COMMAND = "command", "命令行"
        LOGIN = "login", "登录"
        ACCOUNT = "account", "账号变更"
        FILE = "file", "下载文件"

    at = models.DateTimeField("时间", auto_now_add=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁")
    kind = models.CharField("方式", max_length=20, choices=Kind.choices)
    what = models.CharField("内容", max_length=200)
    noun = models.CharField("对象", max_length=40, blank=True)
    keys = models.JSONField("对象编号", default=list, blank=True)
    rows = models.PositiveIntegerField("条数", default=1)
    reason = models.CharField("事由", max_length=200, blank=True)
    village_code = models.CharField("区划", max_length=12)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "查看记录"
        indexes = [models.Index(fields=["village_code", "-at"], name="accesslog_village_at")]

    def __str__(self) -> str:
        return f"{self.user} {self.what}"


class FullView(models.Model):
    """A task for which a user gave a reason once: its values are shown whole until `until`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="full_views")
    task = models.CharField("任务", max_length=80)
    reason = models.CharField("事由", max_length=200)
    since = models.DateTimeField("开始时间")
    until = models.DateTimeField("结束时间")

    class Meta:
        verbose_name = verbose_name_plural = "全号查看"
        indexes = [models.Index(fields=["user", "task", "-until"], name="fullview_user_task")]
        constraints = [
            models.CheckConstraint(
                name="fullview_ends_after_it_starts",
                condition=Q(until__gt=F("since")),
                violation_error_message=ENDS_BEFORE_IT_STARTS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.task}"
