from argparse import ArgumentParser

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class

from accounts.models import User
from tests.factories.accounts import DivisionFactory

OURS = sorted(
    name
    for name, app in get_commands().items()
    if app in ("paibou", "accounts", "exchange", "households", "monitoring", "reports", "demo")
)
WITHOUT_JSON = {"serve"}  # it stays


@pytest.mark.parametrize("name", OURS)
def test_every_command_says_in_chinese_what_it_does_and_speaks_json(name):
    command = load_command_class(get_commands()[name], name)
    parser: ArgumentParser = command.create_parser("manage.py", name)

    assert any("一" <= sign <= "鿿" for sign in command.help)
    assert ("--json" in parser.format_help()) == (name not in WITHOUT_JSON)


@pytest.mark.django_db
def test_the_first_administrator_gets_a_password_to_change(capsys):
    DivisionFactory(code="341702106", level=9)

    call_command("new_administrator", "guanli", "吴海", "341702106")

    user = User.objects.get()
    assert user.role == User.Role.ADMINISTRATOR
    assert user.must_change_password
    assert user.check_password(capsys.readouterr().out.split("首次密码 ")[1].split("，")[0])


@pytest.mark.django_db
def test_an_administrator_of_nowhere_is_refused():
    with pytest.raises(CommandError, match="没有代码是 999 的区划"):
        call_command("new_administrator", "guanli", "吴海", "999")


def test_a_new_key_stands_before_the_old_one(settings, tmp_path, capsys):
    settings.PAIBOU_KEYS_FOLDER = tmp_path

    call_command("new_key", json=True)

    assert capsys.readouterr().out == '{"key": 2}\n'
    assert [line.split()[0] for line in (tmp_path / "sealing-keys").read_text().splitlines()] == ["2", "1"]
