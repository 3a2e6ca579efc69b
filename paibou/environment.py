"""The environment, read in one way: a value that cannot be used stops start-up with one sentence."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

T = TypeVar("T")
DATABASE_OPTIONS = {
    "host",
    "port",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "connect_timeout",
    "application_name",
}


def read(name: str, default: T, parse: Callable[[str], T]) -> T:
    """The value of an environment variable, or the default where it is unset or empty."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        return parse(text)
    except ValueError as no:
        raise SystemExit(f"环境变量 {name} 不能用：{no}") from None


def folder(text: str) -> Path:
    """A folder, made where there is none."""
    path = Path(text).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"{path} 建不起来（{error.strerror}）") from None
    return path


def whole_number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"“{text}”不是整数，写成 8 的样子")
    return int(text)


def addresses(text: str) -> list[str]:
    """Addresses under which the site is reached, parted by commas: https://paibou.example.cn."""
    found = [part.strip().rstrip("/") for part in text.split(",") if part.strip()]
    for address in found:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
            raise ValueError(f"“{address}”不是网址，写成 https://paibou.example.cn 的样子，多个用逗号隔开")
    if len({urlsplit(address).scheme for address in found}) > 1:
        raise ValueError("http 和 https 的网址不能混用")
    return found


def database(text: str) -> dict[str, object]:
    """Django's connection settings out of postgresql://user:password@host:5432/name?sslmode=require."""
    example = "写成 postgresql://用户:密码@主机:5432/库名 的样子"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(f"端口或主机写错了，{example}") from None
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"只支持 PostgreSQL，{example}")
    if not name or "/" in name:
        raise ValueError(f"缺库名，{example}")
    options = dict(parse_qsl(parts.query))
    if unknown := set(options) - DATABASE_OPTIONS:
        raise ValueError(f"不认识“{'、'.join(sorted(unknown))}”，{example}")
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),  # a folder of sockets stands in ?host=
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": options,
    }


def redis(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("redis", "rediss", "unix") and (parts.port or True)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("写成 redis://主机:6379/0 的样子")
    return text
