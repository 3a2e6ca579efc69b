"""What people type behind a command's options."""

from argparse import ArgumentTypeError
from datetime import date


def day(text: str) -> date:
    """A day on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不是日期，写成 2025-10-20 的样子") from None
