"""Settings with dates: a value is set for a division from a day on, and stays on file when the next one comes."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import Division, Setting, User
from accounts.options import options
from paibou.lib.refused import Refused


@transaction.atomic
def set_value(*, name: str, prefix: str, valid_from: date, value: Any, by: User) -> Setting:
    """The setting's value for a division from a day on. Refused for a division `by` does not hold, or none has."""
    if not any(prefix.startswith(own) for own in by.prefixes):
        raise Refused("只能改您自己范围内的设置")
    if prefix and not Division.objects.filter(code=prefix).exists():
        raise Refused(f"没有代码是 {prefix} 的区划")
    written = options[name].write(value)
    setting, _ = Setting.objects.update_or_create(
        name=name, prefix=prefix, valid_from=valid_from, defaults={"value": written, "by": by}
    )
    return setting


@transaction.atomic
def drop_value(*, setting: Setting, today: date) -> None:
    """Take back a value that has not begun to hold. Refused for one that has: papers were made by it."""
    if setting.valid_from <= today:
        raise Refused("已经生效的值不能去掉；另设一个从今天起的值")
    setting.delete()
