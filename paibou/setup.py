"""Set-up: a virtual environment with the locked packages. `setup.sh` has chosen the Python; it imports no package.

Installs only when requirements.txt changed since the last time, and then says what it does.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements.txt"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
SPACE_MB = 1200


def main() -> None:
    with REQUIREMENTS.open("rb") as requirements:
        fcntl.flock(requirements, fcntl.LOCK_EX)  # of two set-ups at once, the second finds it done
        wanted = hashlib.sha256(requirements.read()).hexdigest()
        if not (PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted):
            install()
            STAMP.write_text(wanted)


def install() -> None:
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < SPACE_MB:
        sys.exit(f"磁盘空间不够：{ROOT} 所在的盘只剩 {free} MB，安装要 {SPACE_MB} MB")
    print("正在安装依赖（按 requirements.txt 的版本和校验和），第一次约一两分钟……", flush=True)
    if not PYTHON.exists():
        ensured = run(sys.executable, "-m", "venv", "--clear", VENV)
        if ensured.returncode:
            sys.exit(f"虚拟环境建不起来（Debian、Ubuntu 请先装 python3-venv）：{last_line(ensured)}")
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    installed = run(PYTHON, "-m", "pip", "install", *quiet, "--require-hashes", "-r", REQUIREMENTS)
    if installed.returncode:
        sys.exit(f"依赖没有装上，请看看网络和磁盘空间后再试：{last_line(installed)}")


def run(*command: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def last_line(done: "subprocess.CompletedProcess[str]") -> str:
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR", "Error"))]
    return (errors or lines or ["没有留下说明"])[-1].strip()


if __name__ == "__main__":
    main()
