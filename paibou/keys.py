"""The secrets made on the first start and kept in one folder, readable by its owner alone."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def secret(folder: Path, name: str) -> str:
    """The random text kept under the name, made now if there is none."""
    return _kept(folder, name, secrets.token_urlsafe(48))


def sealing_keys(folder: Path) -> dict[int, bytes]:
    """Key id → 32 bytes, newest first. The file has one key a line: its id, a space, 64 hexadecimal digits."""
    text = _kept(folder, "sealing-keys", _line(1))
    return {int(number): bytes.fromhex(key) for number, key in map(str.split, text.splitlines())}


def digest_key(folder: Path) -> bytes:
    return bytes.fromhex(_kept(folder, "digest-key", secrets.token_hex(32)))


def add_sealing_key(folder: Path) -> int:
    """Put a new key before the others; what is sealed from the next start on takes it. Gives its id."""
    number = next(iter(sealing_keys(folder))) + 1
    path = folder / "sealing-keys"
    draft = _draft(path, f"{_line(number)}\n{path.read_text().strip()}")
    draft.rename(path)
    return number


def _line(number: int) -> str:
    return f"{number} {secrets.token_hex(32)}"


def _kept(folder: Path, name: str, text: str) -> str:
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = _draft(path, text)
        with suppress(FileExistsError):  # of several first starts at once, one wins
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text().strip()


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
    return draft
