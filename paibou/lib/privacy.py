"""Masks: what a list shows of an identity number, a phone, an account, and of a cell as it was typed."""

import re

STAR = "*"
_LONG_RUN = re.compile(r"[0-9]{7,}[0-9Xx]?")


def mask_id(number: str | None) -> str:
    """`341702********1234`: region and tail; an old or broken number keeps three at its end, short papers two and two."""
    text = (number or "").strip()
    if len(text) >= 15:
        tail = 4 if len(text) >= 18 else 3
        return text[:6] + STAR * (len(text) - 6 - tail) + text[-tail:]
    return _short(text)


def mask_phone(number: str | None) -> str:
    """`139****0012`; a landline keeps three and two."""
    text = (number or "").strip()
    if len(text) == 11 and text.startswith("1"):
        return f"{text[:3]}****{text[-4:]}"
    return text[:3] + STAR * (len(text) - 5) + text[-2:] if len(text) >= 7 else STAR * len(text)


def mask_account(number: str | None) -> str:
    """The last four digits of a bank account."""
    text = (number or "").strip()
    return f"**** {text[-4:]}" if len(text) >= 8 else STAR * len(text)


def mask_text(cell: str | None) -> str:
    """A cell as typed: every run of digits long enough to be a number of somebody is masked, all else stays."""
    return _LONG_RUN.sub(lambda run: _mask_run(run.group()), cell or "")


def _mask_run(run: str) -> str:
    return mask_id(run) if len(run) >= 15 else mask_phone(run)


def _short(text: str) -> str:
    return text[:2] + STAR * (len(text) - 4) + text[-2:] if len(text) >= 6 else STAR * len(text)
