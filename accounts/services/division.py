"""Divisions: opened, renamed, merged. A merger recodes every row of every app and keeps the old name for recognition."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef

from accounts.models import Division, DivisionName, Grant, Setting
from paibou.lib import division as codes
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Recoding:
    """What a merger moved: rows by table."""

    old: Division
    new: Division
    rows: dict[str, int]

    def as_sentence(self) -> str:
        return f"{self.old.name}并入{self.new.name}：改了 {sum(self.rows.values()):,} 行的区划，旧名称仍能认出"


@transaction.atomic
def open_division(*, code: str, name: str, on: date | None = None) -> Division:
    """A new division below the one its code begins with. Refused when that one is not on file or the code is taken."""
    above = codes.parent(code)
    parent = Division.objects.filter(code=above).first()
    if above and parent is None:
        raise Refused(f"上级 {above} 还没登记，先登记上级")
    division = Division(code=code, level=len(code), name=name, parent=parent, opened_on=on)
    division.full_clean(exclude=["padded_code"])
    division.save()
    return division


@transaction.atomic
def rename_division(*, division: Division, name: str, on: date) -> Division:
    """The division bears another name from that day on; the earlier one is recognised for ever."""
    if division.name == name:
        raise Refused(f"现在就叫“{name}”")
    keep_name(division=division, name=division.name, valid_from=division.opened_on or on, valid_to=on)
    division.name = name
    division.save(update_fields=["name"])
    return division


def keep_name(*, division: Division, name: str, valid_from: date, valid_to: date | None) -> DivisionName | None:
    """A name by which workbooks may still write the division; nothing when it is on file for the time."""
    if valid_to is not None and valid_to <= valid_from:
        valid_to = None
    if DivisionName.objects.known().filter(division=division, name=name).exists():
        return None
    return DivisionName.objects.create(division=division, name=name, valid_from=valid_from, valid_to=valid_to)


@transaction.atomic
def recode_division(
    *, old: Division, new: Division, on: date, today: date, progress: Progress | None = None
) -> Recoding:
    """撤并村: `old` ends on the day and all its rows become `new`'s. A final report keeps the villages it was made with.

    Refused as `check_merger` says. Safe to run again: what was moved is not found a second time.
    """
    check_merger(old=old, new=new, on=on, today=today)
    columns = list(coded_columns())
    rows: dict[str, int] = {}
    for number, (model, column) in enumerate(columns):
        moved = model._base_manager.filter(**{column: old.village_code}).update(**{column: new.village_code})
        if moved:
            rows[str(model._meta.verbose_name)] = rows.get(str(model._meta.verbose_name), 0) + moved
        if progress:
            progress(number + 1, len(columns))
    rows |= _move_prefixes(old, new)
    for name in {old.name, *old.names.known().values_list("name", flat=True)}:
        keep_name(division=new, name=name, valid_from=old.opened_on or on, valid_to=None)
    Division.objects.filter(pk=old.pk).update(closed_on=on, successor=new)
    old.refresh_from_db()
    return Recoding(old, new, rows)


def check_merger(*, old: Division, new: Division, on: date, today: date) -> None:
    """Refused for a day to come, divisions of different levels, one already closed, or one with open villages."""
    if on > today:
        raise Refused(f"{full_day(on)}还没到；记录是马上改的，到那一天再来撤并")
    if old.pk == new.pk or old.level != new.level:
        raise Refused("撤并的两个区划要同级，且不是同一个")
    if old.closed_on is not None and old.successor_id != new.pk:
        raise Refused(f"{old.name}已经撤销")
    if new.closed_on is not None:
        raise Refused(f"{new.name}已经撤销，不能并进去")
    if old.children.filter(closed_on=None).exists():
        raise Refused(f"{old.name}下面还有没撤并的村，先撤并这些村")


def _move_prefixes(old: Division, new: Division) -> dict[str, int]:
    """Grants and settings follow; a setting that the new division already has from the same day stays behind."""
    moved = Grant.objects.filter(prefix=old.code).update(prefix=new.code)
    its_own = Setting.objects.filter(name=OuterRef("name"), prefix=new.code, valid_from=OuterRef("valid_from"))
    settings = Setting.objects.filter(~Exists(its_own), prefix=old.code).update(prefix=new.code)
    return {label: count for label, count in (("授权范围", moved), ("设置", settings)) if count}


def coded_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of every app that carries a 12-digit division code, found in Django's model registry.

    A model whose rows must keep the code they were made with says `keeps_old_codes = True`.
    """
    for model in apps.get_models():
        if getattr(model, "keeps_old_codes", False) or not model._meta.managed or model._meta.proxy:
            continue
        for field in model._meta.concrete_fields:
            if field.name == "village_code" and not isinstance(field, models.GeneratedField):
                yield model, field.name
