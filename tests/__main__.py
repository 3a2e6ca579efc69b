"""`make test`: the whole suite on a private server, then what is marked `services` on the given PostgreSQL and Redis."""

import os
import subprocess
import sys

GIVEN = {"DATABASE_URL": "PAIBOU_TEST_DATABASE_URL", "REDIS_URL": "PAIBOU_TEST_REDIS_URL"}


def pytest(*arguments: str, **environment: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments, *sys.argv[1:]]
    ours = {name: value for name, value in os.environ.items() if name not in GIVEN}
    return subprocess.run(command, env=ours | environment, check=False).returncode


def main() -> int:
    whole = pytest("-n", "2", "--dist", "worksteal", "-q")
    given = {name: os.environ.get(source, "") for name, source in GIVEN.items()}
    if not all(given.values()):
        print(f"\nNot run: the second pass on given services; it wants {' and '.join(GIVEN.values())}.")
        return whole
    print("\nSecond pass: what is marked `services`, on the given PostgreSQL and Redis.", flush=True)
    return max(whole, pytest("-m", "services", "-q", **given))


if __name__ == "__main__":
    sys.exit(main())
