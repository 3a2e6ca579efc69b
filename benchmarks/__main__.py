import importlib
import os
import pkgutil
import shutil
import sys
import tempfile

import benchmarks

SHARED = {"__main__", "measure", "databases"}


def main(names: list[str]) -> int:
    home = tempfile.mkdtemp(prefix="paibou-bench-")
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ |= {"PAIBOU_HOME": home, "DJANGO_SETTINGS_MODULE": "paibou.settings"}
    import django  # noqa: PLC0415 -- after the environment

    django.setup()
    from benchmarks import databases  # noqa: PLC0415 -- needs the settings

    every = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in SHARED)
    missed = 0
    try:
        for name in names or every:
            for line in importlib.import_module(f"benchmarks.{name}").run():
                print(f"{name}: {line}", flush=True)
                missed += not line.is_met
    finally:
        databases.stop()
        shutil.rmtree(home, ignore_errors=True)
    print(f"{missed} goals missed" if missed else "all goals met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
