import pytest
from django.db import connection

from accounts.models import User
from accounts.services.keys import count_old, rotate_keys, sealed_columns
from paibou.lib.sealing import Unsealable
from tests.factories.accounts import UserFactory

OLD, NEW = b"o" * 32, b"n" * 32


def key_ids() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT get_byte(phone, 0) FROM accounts_user WHERE length(phone) > 0 ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_rotation_seals_everything_anew_and_the_old_key_can_go(db, settings, monkeypatch) -> None:
    monkeypatch.setattr("accounts.services.keys.CHUNK", 2)
    settings.PAIBOU_KEYS = {1: OLD}
    people = [UserFactory(phone=f"1390000000{n}") for n in range(5)]
    UserFactory(phone="")
    settings.PAIBOU_KEYS = {2: NEW, 1: OLD}
    newest = UserFactory(phone="13900000099")
    seen: list[int] = []

    waiting = count_old()
    done = rotate_keys(progress=seen.append)

    settings.PAIBOU_KEYS = {2: NEW}
    assert (waiting, done, count_old()) == (5, 5, 0)
    assert seen == [2, 4, 5]
    assert key_ids() == [2] * 6
    assert [User.objects.get(pk=one.pk).phone for one in [*people, newest]] == [
        *(f"1390000000{n}" for n in range(5)),
        "13900000099",
    ]


def test_rotation_run_again_changes_nothing(db, settings) -> None:
    settings.PAIBOU_KEYS = {2: NEW, 1: OLD}
    UserFactory(phone="13900000012")

    assert rotate_keys() == 0


def test_a_value_whose_key_is_lost_is_said_and_never_overwritten(db, settings) -> None:
    settings.PAIBOU_KEYS = {1: OLD}
    UserFactory(phone="13900000012")
    settings.PAIBOU_KEYS = {2: NEW}

    with pytest.raises(Unsealable, match="key 1"):
        rotate_keys()

    assert key_ids() == [1]


def test_sealed_columns_of_all_apps_are_found() -> None:
    found = {f"{model._meta.label}.{field.name}" for model, field in sealed_columns()}

    assert {"accounts.User.phone", "exchange.StagedRow.raw", "households.Person.id_number"} <= found
