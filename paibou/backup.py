"""A backup is one tar file: a manifest, the database as pg_dump gives it, and the uploads. Keys are never in it.

The manifest names the keys by fingerprint, so that a restore under other keys is refused at once: what is sealed could
never be read again.
"""

import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from paibou import postgres

FORMAT = 1
MANIFEST, DATABASE, UPLOADS = "manifest.json", "database.dump", "uploads"
TABLES_IN_USE = ("accounts_user", "households_household")


def backup(file: Path) -> dict[str, Any]:
    """Write the backup, readable by its owner alone, and give its manifest. Refused where the file exists, or its folder does not."""
    if file.exists():
        raise CommandError(f"{file} 已经存在，换一个文件名")
    if not file.parent.is_dir():
        raise CommandError(f"没有 {file.parent} 这个文件夹，先建好，或换一个地方")
    uploads = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "uploads": len(uploads),
        "keys": _fingerprints(),
    }
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
        dump, draft = Path(folder, DATABASE), Path(folder, "draft")
        with _said_in_one_sentence():
            postgres.call("pg_dump", "--format=custom", "--file", dump)
        draft.touch(0o600)
        with tarfile.open(draft, "w") as tar:
            _add_manifest(tar, manifest)
            tar.add(dump, DATABASE)
            for path in uploads:
                tar.add(path, f"{UPLOADS}/{path.relative_to(settings.MEDIA_ROOT)}")
        draft.rename(file)
    return manifest | {"bytes": file.stat().st_size}


def restore(file: Path) -> dict[str, Any]:
    """Bring a backup back and give its manifest. Refused unless database and uploads are empty and the keys are those."""
    if any(settings.MEDIA_ROOT.glob("*")) or _in_use():
        raise CommandError("这里已经有数据。恢复只写进空的系统：请换一个空的 PAIBOU_HOME（或空的数据库）再执行")
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.PAIBOU_HOME) as folder, _opened(file) as tar:
        manifest = _read_manifest(tar)
        if missing := set(manifest["keys"]) - set(_fingerprints()):
            raise CommandError(
                f"缺这份备份用的密钥（{'、'.join(sorted(missing))}），没有它们敏感信息就读不出来。"
                f"请先把当时另外保存的密钥文件放回 {settings.PAIBOU_KEYS_FOLDER}，再执行"
            )
        tar.extractall(folder, [member for member in tar if _belongs(member)])  # noqa: S202 -- only what belongs
        _empty_database()
        with _said_in_one_sentence():
            postgres.restore(Path(folder, DATABASE))
        if (uploads := Path(folder, UPLOADS)).exists():
            settings.MEDIA_ROOT.mkdir(exist_ok=True)
            settings.MEDIA_ROOT.rmdir()
            uploads.chmod(0o700)
            uploads.rename(settings.MEDIA_ROOT)
    call_command("migrate", interactive=False, verbosity=0)  # a backup of an older program
    return manifest


def _fingerprints() -> list[str]:
    """The keys without which the data cannot be read; a few characters tell them apart and betray nothing."""
    keys = {f"sealing-{number}": key for number, key in settings.PAIBOU_KEYS.items()}
    keys["digest"] = settings.PAIBOU_DIGEST_KEY
    return [f"{name}-{hashlib.sha256(key).hexdigest()[:8]}" for name, key in keys.items()]


def _in_use() -> bool:
    made = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in made.intersection(TABLES_IN_USE):
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608 -- one of our two names
            if cursor.fetchone()[0]:
                return True
    return False


def _empty_database() -> None:
    """Take away the empty tables that `migrate` made; the backup brings its own."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()


def _add_manifest(tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    content = json.dumps(manifest, ensure_ascii=False).encode()
    member = tarfile.TarInfo(MANIFEST)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _belongs(member: tarfile.TarInfo) -> bool:
    path = PurePosixPath(member.name)
    return member.isfile() and ".." not in path.parts and path.parts[0] in (DATABASE, UPLOADS)


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file) as tar:
            tar.extraction_filter = lambda member, _: member  # `_belongs` has looked
            yield tar
    except FileNotFoundError:
        raise CommandError(f"没有这个文件：{file}") from None
    except tarfile.TarError:
        raise CommandError(f"{file} 不是备份文件，或者不完整") from None


def _read_manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    member = tar.next()
    content = tar.extractfile(member) if member and member.name == MANIFEST else None
    if not content:
        raise CommandError("这个文件不是这个系统的备份")
    manifest: dict[str, Any] = json.load(content)
    if manifest["format"] != FORMAT:
        raise CommandError("这份备份是更新的程序做的，请用同样新的程序恢复")
    return manifest


@contextmanager
def _said_in_one_sentence() -> Iterator[None]:
    try:
        yield
    except subprocess.CalledProcessError as error:
        words = error.stderr.decode()
        raise CommandError(f"PostgreSQL 没有接受：{(words.strip().splitlines() or ['没有说明'])[0]}") from None
