"""The order of Chinese names as people look them up: by sound."""

from functools import lru_cache

LONGEST = 120


@lru_cache(maxsize=1 << 13)
def _sound(sign: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 -- loads its dictionaries

    return lazy_pinyin(sign)[0].lower()


def sounds(name: str) -> str:
    return " ".join(map(_sound, name))


def sort_key(name: str) -> str:
    """The sounds of the name's signs, then the name itself, so that equal sounds keep the same signs together."""
    return sounds(name)[: LONGEST - len(name) - 1] + " " + name
