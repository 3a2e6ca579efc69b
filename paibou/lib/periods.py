"""Time in rows, twice: when a thing held, and when we knew it."""

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Deferrable, F, Func, Q
from django.utils import timezone

ENDS_BEFORE_IT_STARTS = "结束日期须晚于开始日期"


def known(at: datetime | None = None, prefix: str = "") -> Q:
    """Rows known today, or at the instant `at`; `prefix` reaches a related row (`"event__"`)."""
    if at is None:
        return Q(**{f"{prefix}withdrawn_at": None})
    return Q(**{f"{prefix}recorded_at__lte": at}) & (
        Q(**{f"{prefix}withdrawn_at": None}) | Q(**{f"{prefix}withdrawn_at__gt": at})
    )


def holds(day: date, prefix: str = "") -> Q:
    """Rows whose `[valid_from, valid_to)` contains the day."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    )


class RecordedQuerySet(models.QuerySet):
    def known(self, at: datetime | None = None) -> Self:
        """What we know today, or what was known at an instant."""
        return self.filter(known(at))

    def withdraw(self, at: datetime | None = None) -> int:
        """Take the rows back: they stay, known until now. Rows withdrawn before keep their instant."""
        return self.filter(withdrawn_at=None).update(withdrawn_at=at or timezone.now())


class DatedQuerySet(RecordedQuerySet):
    def as_of(self, day: date, known_at: datetime | None = None) -> Self:
        """Rows that hold on the day, as known today or as known at `known_at`."""
        return self.filter(known(known_at), holds(day))


class Recorded(models.Model):
    """A row that is never rewritten: a correction withdraws it and inserts another."""

    recorded_at = models.DateTimeField("录入时间", default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class Dated(Recorded):
    """A row that holds over `[valid_from, valid_to)`; `valid_to` is the first day it holds no more."""

    valid_from = models.DateField("开始日期")
    valid_to = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        # A reversed period makes daterange() raise in SQL before any sentence is shown; an error on a field of the
        # exclusion constraint makes Django skip that constraint.
        super().clean()
        if self.valid_to and self.valid_from and self.valid_to <= self.valid_from:
            raise ValidationError({"valid_to": ENDS_BEFORE_IT_STARTS})


def ends_after_it_starts(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
        violation_error_message=ENDS_BEFORE_IT_STARTS,
    )


def no_overlap(name: str, *columns: str, message: str, condition: Q | None = None) -> ExclusionConstraint:
    """No two rows not withdrawn agree in the columns while their periods overlap; checked late where a move asks."""
    period = Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField())
    standing = Q(withdrawn_at=None)
    return ExclusionConstraint(
        name=name,
        expressions=[*((column, RangeOperators.EQUAL) for column in columns), (period, RangeOperators.OVERLAPS)],
        condition=standing & condition if condition else standing,
        deferrable=Deferrable.IMMEDIATE,
        violation_error_message=message,
    )
