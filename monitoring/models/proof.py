"""Signed originals, photographed back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.scope import Scoped
from monitoring.models.case import Case
from monitoring.models.paper import Paper


class CasePaperProof(models.Model):
    """A signed original of a case, or of a paper for many: 申请及承诺授权书, 核查表, 会议记录 … Sealed on disk."""

    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="proofs")
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="proofs")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("材料", max_length=40)
    path = models.CharField("位置", max_length=200)
    digest = models.CharField("摘要", max_length=64)
    size = models.PositiveIntegerField("大小")
    at = models.DateTimeField("上传时间", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = Scoped.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "案件材料"
        constraints = [
            models.CheckConstraint(
                name="proof_is_of_a_case_or_a_paper",
                condition=Q(case=None, paper__isnull=False) | Q(case__isnull=False, paper=None),
                violation_error_message="一件材料属于一户或一次会议、公示、批复",
            ),
            models.UniqueConstraint(
                name="proof_stands_once",
                fields=["case", "paper", "kind", "digest"],
                nulls_distinct=False,
                violation_error_message="这张照片已经传过",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
