import os
import subprocess
import sys

import pytest
from django.conf import settings

from paibou import environment


def test_an_unset_or_empty_variable_gives_the_default(monkeypatch):
    monkeypatch.setenv("PAIBOU_TEST_VALUE", " ")

    assert environment.read("PAIBOU_TEST_VALUE", 8, environment.whole_number) == 8


@pytest.mark.parametrize(
    ("name", "parse", "text", "sentence"),
    [
        ("N", environment.whole_number, "八", "环境变量 N 不能用：“八”不是整数，写成 8 的样子"),
        ("A", environment.addresses, "paibou.cn", "“paibou.cn”不是网址，写成 https://paibou.example.cn 的样子"),
        ("A", environment.addresses, "https://a.cn, http://b.cn", "http 和 https 的网址不能混用"),
        ("R", environment.redis, "localhost", "写成 redis://主机:6379/0 的样子"),
        ("R", environment.redis, "redis://localhost:x/0", "写成 redis://主机:6379/0 的样子"),
        ("H", environment.folder, "/proc/paibou", "环境变量 H 不能用：/proc/paibou 建不起来"),
        ("D", environment.database, "mysql://a/b", "只支持 PostgreSQL"),
        ("D", environment.database, "postgresql://a", "缺库名"),
        ("D", environment.database, "postgresql://a:x/b", "端口或主机写错了"),
        ("D", environment.database, "postgresql://a/b?ssl=on", "不认识“ssl”"),
    ],
)
def test_a_value_that_cannot_be_used_stops_start_up_with_a_sentence(monkeypatch, name, parse, text, sentence):
    monkeypatch.setenv(name, text)

    with pytest.raises(SystemExit, match=sentence):
        environment.read(name, None, parse)


def test_a_password_never_stands_in_the_sentence(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://user:geheim@host/name")

    with pytest.raises(SystemExit) as stopped:
        environment.read("DATABASE_URL", None, environment.database)

    assert "geheim" not in str(stopped.value)


def test_a_database_url_becomes_connection_settings():
    given = environment.database("postgresql://zhou:p%40ss@[::1]:5433/paibou?sslmode=require")

    assert given == {
        "NAME": "paibou",
        "USER": "zhou",
        "PASSWORD": "p@ss",
        "HOST": "::1",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_socket_folder_is_given_as_host():
    given = environment.database("postgresql://zhou@/paibou?host=/run/postgresql")

    assert (given["HOST"], given["OPTIONS"]) == ("/run/postgresql", {})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "postgresql://", "环境变量 DATABASE_URL 不能用：缺库名"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/paibou", "数据库连不上，或中途断开："),
    ],
)
def test_a_bad_database_is_one_sentence_and_no_traceback(name, value, sentence):
    command = [sys.executable, "manage.py", "showmigrations"]

    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=os.environ | {name: value}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.strip().splitlines()) == 1
