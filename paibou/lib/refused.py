"""A write that a rule forbids, said in one Chinese sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models.constraints import BaseConstraint

OTHERWISE = "这些内容和系统里已有的记录矛盾，没有保存；请核对后再试"


class Refused(Exception):
    """`str()` is one Chinese sentence that says what is wrong and what to do."""


@cache
def _sentences() -> dict[str, str]:
    every: list[models.options.Options] = [model._meta for model in apps.get_models()]
    constraints: list[BaseConstraint] = [one for meta in every for one in meta.constraints]
    return {one.name: str(one.violation_error_message) for one in constraints}


@contextmanager
def in_their_words() -> Iterator[None]:
    """Write inside it; what a constraint forbids is undone and refused in the constraint's own words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Refused(sentence_for(error)) from error


def sentence_for(error: IntegrityError) -> str:
    """The Chinese sentence of the constraint that an `IntegrityError` broke."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return _sentences().get(getattr(diagnosis, "constraint_name", None) or "", OTHERWISE)
