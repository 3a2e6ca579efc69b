"""Keys of rows as they come in an address or a form."""

import re
from collections.abc import Iterable

_KEY = re.compile("[0-9]{1,18}").fullmatch


def keys(texts: Iterable[str | None]) -> list[int]:
    """Those texts that can be keys; what somebody wrote into an address by hand finds nothing."""
    return [int(text) for text in texts if text and _KEY(text)]
