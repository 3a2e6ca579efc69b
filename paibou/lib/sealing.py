"""People's data at rest: AES-256-GCM under keys kept outside the database, and keyed digests for exact lookup.

A sealed value is the key id (one byte), a nonce of 12 bytes, and the ciphertext with its tag. The digest key is
not rotated with the sealing keys: digests are what rows are found by.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

NONCE, DIGEST = 12, 16


class Unsealable(Exception):
    """A sealed value whose key is not among the keys, or which was changed."""


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _keys() -> Mapping[int, bytes]:
    return settings.PAIBOU_KEYS  # newest first


def newest_key_id() -> int:
    return next(iter(_keys()))


def seal_bytes(plain: bytes) -> bytes:
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(NONCE)
    return bytes((key_id,)) + nonce + _cipher(key).encrypt(nonce, plain, None)


def unseal_bytes(sealed: bytes) -> bytes:
    sealed = bytes(sealed)
    key = _keys().get(sealed[0])
    if key is None:
        raise Unsealable(f"key {sealed[0]} is not among the keys")
    try:
        return _cipher(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], None)
    except InvalidTag as error:
        raise Unsealable("the sealed value was changed") from error


def seal(plain: str) -> bytes:
    """Sealed text; the empty text stays empty, so that a column without a value costs nothing."""
    return seal_bytes(plain.encode()) if plain else b""


def sealer() -> Callable[[str], bytes]:
    """`seal` for many values in a row: the key is looked up once, and nonces are drawn a thousand at a time."""
    key_id, key = next(iter(_keys().items()))
    head, encrypt = bytes((key_id,)), _cipher(key).encrypt
    nonces: list[bytes] = []

    def seal_next(plain: str) -> bytes:
        if not plain:
            return b""
        if not nonces:
            drawn = os.urandom(NONCE * 1000)
            nonces.extend([drawn[start : start + NONCE] for start in range(0, len(drawn), NONCE)])
        nonce = nonces.pop()
        return head + nonce + encrypt(nonce, plain.encode(), None)

    return seal_next


def unseal(sealed: bytes | memoryview | None) -> str:
    return unseal_bytes(bytes(sealed)).decode() if sealed else ""


def digester() -> Callable[[str], bytes]:
    """`digest` for many values in a row: the key is taken in once."""
    keyed = hashlib.blake2b(key=settings.PAIBOU_DIGEST_KEY, digest_size=DIGEST)

    def digest_next(plain: str) -> bytes:
        if not plain:
            return b""
        one = keyed.copy()
        one.update(plain.encode())
        return one.digest()

    return digest_next


def digest(plain: str) -> bytes:
    """The keyed digest (16 bytes) by which a sealed value is found; nothing for the empty text."""
    return digester()(plain)


class SealedTextField(models.TextField):
    """Text that the database sees only as ciphertext; found by a digest column beside it, never by its value."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        return None  # a sealed column cannot be compared: filter by its digest

    def from_db_value(self, value: bytes | memoryview | None, expression: Any, connection: Any) -> str:
        return unseal(value)

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return connection.Database.Binary(seal(value) if isinstance(value, str) else value)
