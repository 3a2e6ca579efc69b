"""`make check`: everything that is seen without running the suite."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(sys.executable).parent
PRODUCTION = {"PAIBOU_ADDRESSES": "https://paibou.example.cn"}


def main() -> int:
    """Run every check, so that one run tells all; the number of those that failed is the answer."""
    with tempfile.TemporaryDirectory(prefix="paibou-check-") as home:
        os.environ |= {"PAIBOU_HOME": home} | PRODUCTION
        failed = [name for name, command in checks().items() if not passes(name, command)]
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return len(failed)


def checks() -> dict[str, list[str]]:
    templates = sorted(str(path) for path in Path("templates").rglob("*.html"))
    return {
        "format": ["ruff", "format", "--check", "."],
        "lint": ["ruff", "check", "."],
        "templates": ["djade", "--check", "--target-version", "5.2", *templates],
        "types": ["mypy"],
        "layers": ["lint-imports"],
        "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
        "deploy": ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    }


def passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run([BIN / command[0], *command[1:]], capture_output=True, text=True, check=False)
    print(f"{name:12}{'ok' if done.returncode == 0 else 'FAILED':8}{time.monotonic() - started:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
