"""Files that are kept: sealed as one piece under a random name, found by the row that knows it."""

import hashlib
import os
import uuid
from pathlib import Path

from django.conf import settings

from paibou.lib.sealing import seal_bytes, unseal_bytes


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def keep(data: bytes, folder: str) -> str:
    """Seal the bytes on disk; gives the path below the folder of uploads. Whole or not at all."""
    name = uuid.uuid4().hex
    path = Path(folder) / name[:2] / f"{name}.sealed"
    whole = Path(settings.MEDIA_ROOT) / path
    whole.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _put(data, whole)
    return str(path)


def reseal(path: Path) -> None:
    """The same content under the newest key, in the old one's place at once."""
    _put(unseal_bytes(path.read_bytes()), path)


def _put(data: bytes, whole: Path) -> None:
    half = whole.with_suffix(".part")  # what a killed process left of it is written over
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(seal_bytes(data))
        file.flush()
        os.fsync(file.fileno())
    half.rename(whole)


def read(path: str) -> bytes:
    return unseal_bytes((Path(settings.MEDIA_ROOT) / path).read_bytes())


def forget(path: str) -> None:
    (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)
