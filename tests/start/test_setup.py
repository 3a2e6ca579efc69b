"""Set-up runs on a Python that is new enough, or says in one sentence that there is none."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

NEW = '[ "$1" = -c ] && exit 0; echo "set up on ${0##*/}"'
OLD = 'case "$2" in *print*) echo 2.7.18;; *) exit 1;; esac'
BROKEN = 'echo "pyenv: command not found" >&2; exit 127'


def set_up(folder: Path, pythons: dict[str, str], *words: str) -> tuple[int, str, str]:
    """`make setup` where only these Pythons are found: code, what was said, and the errors without make's own line."""
    (folder / "sh").symlink_to("/bin/sh")
    for name, script in pythons.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    done = subprocess.run(
        [shutil.which("make"), "--no-print-directory", "setup", *words],
        cwd=settings.BASE_DIR,
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    errors = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("make"))
    return done.returncode, done.stdout.strip(), errors


@pytest.mark.parametrize(
    ("pythons", "words", "chosen"),
    [
        ({"python3": NEW, "python3.13": NEW}, (), "python3"),
        ({"python3": OLD, "python3.11": NEW}, (), "python3.11"),
        ({"python3": BROKEN, "python3.13": BROKEN, "python3.12": NEW}, (), "python3.12"),
        ({"python3.12": NEW}, (), "python3.12"),
        ({"python3": NEW, "python3.11": NEW}, ("PYTHON=python3.11",), "python3.11"),
    ],
)
def test_the_python_named_or_the_first_new_enough_sets_up(tmp_path, pythons, words, chosen):
    assert set_up(tmp_path, pythons, *words) == (0, f"set up on {chosen}", "")


@pytest.mark.parametrize(
    ("pythons", "words", "here"),
    [
        ({"python2.7": OLD, "python3": NEW}, ("PYTHON=python2.7",), "python2.7 是 2.7.18"),
        ({"python3": NEW}, ("PYTHON=python9",), "python9 用不了"),
        ({"python3": OLD}, (), "python3 是 2.7.18"),
        ({"python3": BROKEN}, (), "python3 用不了"),
        ({}, (), "python3 用不了"),
    ],
)
def test_a_wrong_python_is_one_sentence_and_no_traceback(tmp_path, pythons, words, here):
    code, said, errors = set_up(tmp_path, pythons, *words)

    assert (code, said) == (2, "")
    assert errors == (
        f"需要 Python 3.11 或更新的版本，这里的 {here}。"
        "装好新版本后再执行一次，或写明用哪个：make setup PYTHON=python3.11"
    )
