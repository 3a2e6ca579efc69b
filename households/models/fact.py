"""What changed about a household or a person, and what a village proposes to change."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.scope import Scoped
from households.models.household import Household, Person
from paibou.lib.sealing import SealedTextField


class FactQuerySet(Scoped):
    household_column = "household_id"


class FactChange(models.Model):
    """One fact of a household or person that changed: the old and the new text, the day it holds from, who wrote it."""

    household = models.ForeignKey(Household, models.CASCADE, null=True, blank=True, related_name="changes")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="changes")
    village_code = models.CharField("村", max_length=12)
    field = models.CharField("项目", max_length=40)
    old = SealedTextField("原来")
    new = SealedTextField("现在")
    on = models.DateField("从哪天起")
    recorded_at = models.DateTimeField("录入时间", default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey("exchange.Batch", models.PROTECT, null=True, blank=True, related_name="+")

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "变更"
        indexes = [
            models.Index(fields=["household", "-recorded_at"], name="factchange_household"),
            models.Index(fields=["person", "-recorded_at"], name="factchange_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="factchange_is_of_a_household_or_a_person",
                condition=Q(household=None, person__isnull=False) | Q(household__isnull=False, person=None),
                violation_error_message="一条变更属于一户或一个人",
            )
        ]

    def __str__(self) -> str:
        return self.field


class FactProposalQuerySet(FactQuerySet):
    def open(self) -> "FactProposalQuerySet":
        return self.filter(verdict=FactProposal.Verdict.OPEN)


class FactProposal(models.Model):
    """A village's word that a fact is different: what stood there when it was said, what it should be, who settled it."""

    class Verdict(models.TextChoices):
        OPEN = "", "待定"
        ACCEPTED = "accepted", "已采纳"
        REFUSED = "refused", "未采纳"

    household = models.ForeignKey(Household, models.CASCADE, null=True, blank=True, related_name="proposals")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="proposals")
    village_code = models.CharField("村", max_length=12)
    field = models.CharField("项目", max_length=40)
    base = SealedTextField("当时的值")
    value = SealedTextField("应改为")
    on = models.DateField("从哪天起")
    note = models.CharField("说明", max_length=200, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("提出时间", default=timezone.now, editable=False)
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("定下时间", null=True, blank=True)
    why = models.CharField("未采纳的原因", max_length=200, blank=True)

    objects = FactProposalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待采纳的更正"
        indexes = [models.Index(fields=["village_code", "id"], name="factproposal_open", condition=Q(verdict=""))]
        constraints = [
            models.CheckConstraint(
                name="factproposal_is_of_a_household_or_a_person",
                condition=Q(household=None, person__isnull=False) | Q(household__isnull=False, person=None),
                violation_error_message="一条更正属于一户或一个人",
            ),
            models.CheckConstraint(
                name="factproposal_decided_says_who",
                condition=Q(verdict="", decided_by=None, decided_at=None)
                | (~Q(verdict="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                violation_error_message="定下的更正要有人和时间",
            ),
            models.CheckConstraint(
                name="factproposal_refused_says_why",
                condition=~Q(verdict="refused") | ~Q(why=""),
                violation_error_message="不采纳要写明原因",
            ),
        ]

    def __str__(self) -> str:
        return self.field
