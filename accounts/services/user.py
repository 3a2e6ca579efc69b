"""Accounts: made with a first password, granted places over time, ended and never deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from axes.utils import reset as unlock
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import AccessLog, Division, Grant, User
from accounts.passwords import first_password
from accounts.roles import VILLAGE_ROLES, may
from accounts.services.access import log_access
from paibou.lib import division
from paibou.lib.declarations import lookups
from paibou.lib.refused import Refused

LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True)
class NewAccount:
    """An account with its first password, which is shown once and kept nowhere."""

    user: User
    password: str


@transaction.atomic
def create_account(
    *,
    username: str,
    name: str,
    role: str,
    by: User | None,
    prefixes: Sequence[str] = (),
    household_ids: Sequence[int] = (),
    village_code: str = "",
    post: str = "",
    phone: str = "",
    valid_from: date,
    valid_to: date | None = None,
    password: str = "",
) -> NewAccount:
    """A named account with its places. Refused when the name is taken, without a place, or for places `by` lacks."""
    if User.objects.filter(username=username).exists():
        raise Refused(f"用户名“{username}”已有人用，换一个")
    if not prefixes and not household_ids:
        raise Refused("至少给一个区划或一户，否则登录后什么也看不到")
    home = village_code or division.pad(prefixes[0] if prefixes else "")
    user = User(username=username, name=name, role=role, post=post, phone=phone or "", village_code=home)
    secret = password or first_password()
    user.set_password(secret)
    user.full_clean()
    user.save()
    add_places(
        user=user,
        by=by,
        prefixes=prefixes,
        household_ids=household_ids,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    _note(by, user, "建账号")
    return NewAccount(user, secret)


@transaction.atomic
def change_account(*, user: User, name: str, role: str, by: User, post: str = "", phone: str = "") -> User:
    """Correct an account's name, post, phone or role."""
    if user == by and role != user.role:
        raise Refused("自己的角色不能自己改，请另一位管理员改")
    _refuse_beyond(user, by)
    was = user.get_role_display()
    user.name, user.role, user.post, user.phone = name, role, post, phone or ""
    user.full_clean()
    user.save(update_fields=["name", "role", "post", "phone"])
    now = user.get_role_display()
    _note(by, user, "改账号" if was == now else f"改账号（{was} → {now}）")
    return user


@transaction.atomic
def add_grant(
    *,
    user: User,
    by: User | None,
    valid_from: date,
    valid_to: date | None = None,
    prefix: str | None = None,
    household_id: int | None = None,
) -> Grant:
    """Give a place over a time. Refused for a place that `by` does not hold, or that no division has."""
    if prefix is not None and by is not None and not any(prefix.startswith(own) for own in by.prefixes):
        raise Refused("只能给您自己范围内的区划")
    if prefix and not Division.objects.filter(code=prefix).exists():
        raise Refused(f"没有代码是 {prefix} 的区划，先在区划页登记")
    grant = Grant(
        user=user,
        prefix=prefix,
        household_id=household_id,
        is_nationwide=prefix == "",
        valid_from=valid_from,
        valid_to=valid_to,
    )
    grant.full_clean()
    grant.save()
    _note(by, user, f"授权 {grant}")
    return grant


@transaction.atomic
def add_places(
    *,
    user: User,
    by: User | None,
    valid_from: date,
    valid_to: date | None = None,
    prefixes: Sequence[str] = (),
    household_ids: Sequence[int] = (),
) -> list[Grant]:
    """Several places over one time."""
    places: list[tuple[str | None, int | None]] = [(prefix, None) for prefix in prefixes]
    places += [(None, household_id) for household_id in household_ids]
    return [
        add_grant(user=user, by=by, prefix=prefix, household_id=one, valid_from=valid_from, valid_to=valid_to)
        for prefix, one in places
    ]


@transaction.atomic
def end_grant(*, grant: Grant, on: date, by: User | None) -> Grant:
    """The place is no longer his from that day on. Refused when it ended before."""
    if by is not None and grant.user == by and by.role == User.Role.ADMINISTRATOR:
        raise Refused("自己的授权不能自己收回，请另一位管理员收回")
    if by is not None and _beyond([grant], by):
        raise Refused("这条授权在您的范围以外，请那里的管理员收回")
    if grant.valid_to and grant.valid_to <= on:
        raise Refused("这条授权那天已经结束")
    if grant.valid_from >= on:  # it never held: the log keeps that it was given
        grant.delete()
    else:
        grant.valid_to = on
        grant.save(update_fields=["valid_to"])
    _note(by, grant.user, f"收回授权 {grant}")
    return grant


@transaction.atomic
def reset_password(*, user: User, by: User) -> NewAccount:
    """A new first password, to be changed at the next login; unlocks the account. The station resets its villages'."""
    if user == by:
        raise Refused("自己的密码在“我的设置”里改")
    if not may(by, "accounts.manage_users") and user.role not in VILLAGE_ROLES:
        raise Refused("工作站只重置村里人的密码；这个账号请管理员重置")
    _refuse_beyond(user, by)
    secret = first_password()
    user.set_password(secret)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    unlock(username=user.username)
    _note(by, user, "重置密码")
    return NewAccount(user, secret)


@transaction.atomic
def choose_password(*, user: User, password: str) -> User:
    """The user's own choice; the form has looked at its strength."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    return user


@transaction.atomic
def end_account(*, user: User, on: date, by: User) -> User:
    """Close the account: no login any more, its places end, its name stays on what it did."""
    if user == by:
        raise Refused("不能停用自己的账号")
    _refuse_beyond(user, by)
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        raise Refused("这个账号已经停用")
    user.is_active = False
    for grant in user.grants.on(on):
        end_grant(grant=grant, on=on, by=by)
    _note(by, user, "停用账号")
    return user


@transaction.atomic
def reopen_account(*, user: User, by: User) -> NewAccount:
    """Open an ended account again with a new first password; its places are given anew."""
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise Refused("这个账号没有停用")
    user.is_active = True
    return reset_password(user=user, by=by)


def _refuse_beyond(user: User, by: User) -> None:
    """An account opens all its places: whoever changes its password or role must hold every one of them himself."""
    standing = Q(valid_to=None) | Q(valid_to__gt=timezone.localdate())
    if _beyond(list(user.grants.filter(standing)), by):
        raise Refused("这个账号还管着您范围以外的地方，请上一级管理员来办")


def _beyond(grants: Sequence[Grant], by: User) -> bool:
    """Whether one of the places lies outside those of `by`."""
    prefixes = [grant.prefix for grant in grants if grant.prefix is not None]
    if not all(any(prefix.startswith(own) for own in by.prefixes) for prefix in prefixes):
        return True
    named = {grant.household_id for grant in grants if grant.household_id is not None}
    return bool(named) and not named <= set(lookups["household"].labels(by, list(named)))


@transaction.atomic
def change_look(*, user: User, theme: str, size: str) -> User:
    user.theme, user.size = theme, size
    user.save(update_fields=["theme", "size"])
    return user


@transaction.atomic
def system_user(*, prefix: str) -> User:
    """The user a command runs as: holds just the prefix, has the station's rights, and can never log in."""
    user, made = User.objects.get_or_create(
        username=f"system-{prefix or 'nation'}",
        defaults={
            "name": "系统",
            "role": User.Role.STATION,
            "is_system": True,
            "must_change_password": False,
            "village_code": division.pad(prefix),
            "password": "!",
        },
    )
    if made:
        Grant.objects.create(user=user, prefix=prefix, is_nationwide=prefix == "", valid_from=LONG_AGO)
    return user


def _note(by: User | None, user: User, what: str) -> None:
    if by is None:
        return
    log_access(
        user=by,
        kind=AccessLog.Kind.ACCOUNT,
        what=f"{what}：{user.name}（{user.username}）",
        village_code=user.village_code,
        noun="user",
        keys=[user.pk],
    )
