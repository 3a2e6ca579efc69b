"""On file: which household in which kind, and the spells of its people that follow from it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.scope import Scoped
from households.models.household import Household, Person
from paibou.lib.periods import ENDS_BEFORE_IT_STARTS, Dated, DatedQuerySet, ends_after_it_starts, no_overlap


class RegistrationQuerySet(Scoped, DatedQuerySet):
    household_column = "household_id"


class Registration(Dated):
    """A household on file as 脱贫户 or 监测对象. Kinds may hold together. Monitoring writes its kind downward."""

    class Kind(models.TextChoices):
        LIFTED = "lifted", "脱贫户"
        MONITORED = "monitored", "监测对象"

    household = models.ForeignKey(Household, models.PROTECT, related_name="registrations")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    without_benefits = models.BooleanField("脱贫不享受政策", default=False)
    end_reason = models.CharField("结束原因", max_length=60, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "在册登记"
        indexes = [
            models.Index(
                fields=["village_code", "kind", "valid_from"],
                include=["valid_to", "recorded_at", "withdrawn_at", "household"],
                name="registration_village_kind",
            )
        ]
        constraints = [
            ends_after_it_starts("registration_ends_after_it_starts"),
            no_overlap(
                "registration_of_a_kind_once_at_a_time",
                "household",
                "kind",
                message="这一户在这段时间已经按这一类型登记在册",
            ),
            models.CheckConstraint(
                name="registration_kind_is_of_the_table",
                condition=Q(kind__in=["lifted", "monitored"]),
                violation_error_message="在册类型只有脱贫户和监测对象",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class OnFileSpellQuerySet(Scoped, DatedQuerySet):
    household_column = "household_id"


class OnFileSpell(Dated):
    """Membership ∩ registration, in both times: a person on file in a kind over a period, as known over another.

    Derived and nothing else: rebuilt from its two sources in the transaction that changes one of them.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    village_code = models.CharField("村", max_length=12)
    kind = models.CharField("类型", max_length=10, choices=Registration.Kind.choices)

    objects = OnFileSpellQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "在册时段"
        indexes = [
            models.Index(
                fields=["village_code", "kind", "valid_from"],
                include=["valid_to", "recorded_at", "withdrawn_at", "person", "household"],
                name="onfilespell_village_kind",
            ),
            models.Index(fields=["household"], name="onfilespell_household"),
        ]
        constraints = [
            models.CheckConstraint(
                name="onfilespell_ends_after_it_starts",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                violation_error_message=ENDS_BEFORE_IT_STARTS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.valid_from}"
