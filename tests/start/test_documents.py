"""What is written down about start-up is what the code says."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.fixture
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def read_by_settings() -> set[str]:
    return set(re.findall(r'environment\.read\("(\w+)"', (ROOT / "paibou" / "settings.py").read_text()))


def documented() -> set[str]:
    """The variables in the README's table of settings."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))


def test_every_setting_stands_in_the_readme():
    of_the_test_run = {name for name in documented() if name.startswith(("PAIBOU_TEST_", "PAIBOU_REQUIRE_"))}

    assert documented() - of_the_test_run == read_by_settings() | {"POSTGRES_PASSWORD"}


def test_nothing_reads_the_environment_past_the_one_function():
    readers = [
        str(path.relative_to(ROOT))
        for app in ("paibou", *(entry.split(".")[0] for entry in settings.INSTALLED_APPS))
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"os\.(environ\.get|environ\[|getenv)", path.read_text())
    ]

    assert set(readers) <= {"paibou/environment.py", "paibou/serve.py"}  # the supervisor sets its children's lifeline


def test_compose_has_the_five_services_and_no_more(compose):
    assert set(compose["services"]) == {"database", "redis", "web", "worker", "beat"}
    assert set(compose["volumes"]) == {"data", "database"}


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_compose_gives_each_of_ours_the_settings_it_needs(compose, name):
    given = compose["services"][name]["environment"]

    assert set(given) == {"DATABASE_URL", "REDIS_URL", "PAIBOU_ADDRESSES", "PAIBOU_HOME"}
    assert compose["services"][name]["volumes"] == ["data:/data"]
    assert {"database", "redis"} <= set(compose["services"][name]["depends_on"])


def test_compose_asks_for_what_the_example_explains(compose):
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert asked == explained
    assert asked <= documented()


def test_commands_in_compose_exist(compose):
    for name in ("worker", "beat"):
        assert f"--app=paibou.celery --quiet {name}" in compose["services"][name]["command"]
    assert "paibou.wsgi" in compose["services"]["web"]["command"]
    assert (ROOT / "paibou" / "wsgi.py").exists()


def test_make_help_names_every_target():
    targets = set(re.findall(r"^(\w+):", MAKEFILE, re.MULTILINE)) - {"help"}

    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert targets | {"help"} == set(re.findall(r"^make (\w+)", told, re.MULTILINE))
    assert targets <= set(re.findall(r"\bmake (\w+)", README))


def test_requirements_name_versions_and_hashes_and_no_address():
    locked = (ROOT / "requirements.txt").read_text()

    packages = re.findall(r"^[a-z0-9][\w.-]*.*$", locked, re.MULTILINE)
    assert all("==" in line for line in packages)
    assert locked.count("\n    --hash=sha256:") >= len(packages)
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", locked)


def test_files_that_the_readme_names_exist():
    named = re.findall(r"\]\(([\w./-]+)\)", README)

    assert named
    assert [name for name in named if not Path(ROOT, name).exists()] == []
