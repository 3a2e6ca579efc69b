"""A backup brings everything back, under the same keys, into an empty system only."""

import json
import stat
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.services


@pytest.fixture
def uploads(settings, tmp_path: Path) -> Path:
    settings.PAIBOU_HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "uploads"
    (settings.MEDIA_ROOT / "batches").mkdir(parents=True)
    (settings.MEDIA_ROOT / "batches" / "1.bin").write_bytes(b"sealed")
    return settings.MEDIA_ROOT


@pytest.fixture
def file(own_database, uploads, tmp_path: Path) -> Path:
    """The backup of one user and one upload; afterwards uploads are empty and the database is another, empty one."""
    UserFactory(username="zhoumin", phone="13900001234")
    call_command("backup", tmp_path / "paibou.tar")
    uploads.rename(tmp_path / "before")
    User.objects.all().delete()
    return tmp_path / "paibou.tar"


def restored(capsys: pytest.CaptureFixture[str], file: Path) -> dict:
    call_command("restore", file, json=True)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_what_was_backed_up_comes_back(file, uploads, capsys):
    told = restored(capsys, file)

    assert told["uploads"] == 1
    assert User.objects.get().phone == "13900001234"
    assert (uploads / "batches" / "1.bin").read_bytes() == b"sealed"
    assert stat.S_IMODE(uploads.stat().st_mode) == 0o700
    with connection.cursor() as cursor:
        cursor.execute("SELECT bigrams('张小伟')")
        assert cursor.fetchone() == (["张小", "小伟"],)


def test_a_backup_is_for_its_owner_and_holds_no_key(file, settings):
    content = file.read_bytes()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as tar:
        assert tar.getnames() == ["manifest.json", "database.dump", "uploads/batches/1.bin"]
    for key in (*settings.PAIBOU_KEYS.values(), settings.PAIBOU_DIGEST_KEY):
        assert key not in content
        assert key.hex().encode() not in content


def test_a_backup_is_not_written_over(file):
    with pytest.raises(CommandError, match="已经存在"):
        call_command("backup", file)


def test_a_backup_into_no_folder_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"没有 \S*/no/such 这个文件夹"):
        call_command("backup", tmp_path / "no/such/paibou.tar")


def test_restore_writes_over_nothing(file, uploads):
    UserFactory()

    with pytest.raises(CommandError, match="这里已经有数据"):
        call_command("restore", file)

    assert not uploads.exists()


def test_restore_under_other_keys_is_refused(file, settings):
    settings.PAIBOU_KEYS = {1: bytes(32)}

    with pytest.raises(CommandError, match="缺这份备份用的密钥（sealing-1-"):
        call_command("restore", file)


@pytest.mark.parametrize("content", [b"", b"no tar at all"])
def test_what_is_no_backup_is_refused(own_database, uploads, tmp_path, content):
    (uploads / "batches" / "1.bin").unlink()
    (uploads / "batches").rmdir()
    (tmp_path / "other.tar").write_bytes(content)

    with pytest.raises(CommandError, match="不是备份文件，或者不完整"):
        call_command("restore", tmp_path / "other.tar")


def test_a_backup_cut_off_changes_nothing(file, uploads):
    file.write_bytes(file.read_bytes()[:-30_000])

    with pytest.raises(CommandError):
        call_command("restore", file)

    assert not uploads.exists()
    assert User.objects.count() == 0
