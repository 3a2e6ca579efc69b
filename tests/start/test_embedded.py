"""The private server: who starts it, who shares it, who stops it, and what it survives."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from paibou.embedded import NotStarted, Server, binary

USER = (
    "import sys; from pathlib import Path; from paibou.embedded import Server; s = Server(Path(sys.argv[1])); s.use()"
)
USER += "; print('up', flush=True); sys.stdin.read()"  # stays until its input ends


def execute(server: Server, statement: str) -> list[tuple]:
    at = server.connection()
    arguments = {"dbname": at["NAME"], "user": at["USER"], "password": at["PASSWORD"], "host": at["HOST"]}
    with closing(psycopg2.connect(**arguments)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


def gone(pid: int) -> bool:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def server(home: Path) -> Server:
    return Server(home, {"fsync": "off"})


def test_it_is_private_and_compares_chinese_text_everywhere_alike(server):
    server.use()

    assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600
    assert execute(server, "SHOW listen_addresses") == [("",)]
    assert execute(server, "SHOW jit") == [("off",)]
    execute(server, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert execute(server, "SELECT cardinality(show_trgm('张伟'))") == [(3,)]
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(dbname="paibou", user="paibou", password="guess", host=server.connection()["HOST"])
    server.leave()


def test_the_last_of_two_users_stops_it(server, spawn):
    server.use()
    first = server.pid
    other = spawn("-c", USER, str(server.folder.parent))
    assert other.stdout.readline() == "up\n"

    server.leave()

    assert server.pid == first
    other.communicate()
    assert server.pid == 0
    assert gone(first)


def test_ctrl_c_does_not_reach_it(server):
    server.use()

    assert os.getsid(server.pid) != os.getsid(0)
    server.leave()


def test_the_server_of_a_killed_process_is_used_on(server, spawn):
    other = spawn("-c", USER, str(server.folder.parent))
    assert other.stdout.readline() == "up\n"
    orphan = server.pid
    other.kill()
    other.wait()

    server.use()

    assert server.pid == orphan
    server.leave()
    assert gone(orphan)


def test_a_killed_server_is_started_again_and_has_lost_nothing(server):
    server.use()
    execute(server, "CREATE TABLE kept AS SELECT 7 AS n")
    killed = server.pid
    os.kill(killed, signal.SIGKILL)
    assert gone(killed)

    server.use()

    assert server.pid != killed
    assert execute(server, "SELECT n FROM kept") == [(7,)]
    server.leave()


def test_a_number_that_went_to_another_process_does_not_stop_the_start(server):
    (server.data / "postmaster.pid").write_text(f"{os.getppid()}\n{server.data}\n")

    server.use()

    assert execute(server, "SELECT 1") == [(1,)]
    server.leave()


def test_a_deep_folder_gets_a_short_socket(tmp_path):
    server = Server(tmp_path / ("深" * 40))

    assert len(os.fsencode(server.socket_folder)) < 60
    assert server.socket_folder == Server(tmp_path / ("深" * 40)).socket_folder


def test_a_database_of_another_major_version_is_refused_with_a_way_out(server):
    version = server.data / "PG_VERSION"
    version.write_text("15\n")

    with pytest.raises(NotStarted, match=r"PostgreSQL 15 建的.*backup.*restore"):
        server.use()

    version.write_text("18\n")
    server.leave()


def test_a_server_that_cannot_start_says_why_and_where_its_log_is(server):
    server.options["shared_buffers"] = "many"

    with pytest.raises(NotStarted, match=r"postgresql\.conf.*contains errors（日志：.*server\.log）"):
        server.use()

    server.leave()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_takes_another_account(monkeypatch):
    home = Path(tempfile.mkdtemp(prefix="paibou-root-"))
    home.chmod(0o700)
    monkeypatch.setenv("PATH", "/nowhere")
    server = Server(home, {"fsync": "off"})
    if not reachable_by_nobody():
        pytest.skip("the packages lie where no other account can read them")

    server.use()

    assert Path(f"/proc/{server.pid}").stat().st_uid != 0
    assert execute(server, "SELECT 1") == [(1,)]
    server.leave()
    shutil.rmtree(home)


def reachable_by_nobody() -> bool:
    try:
        done = subprocess.run([binary("postgres"), "-V"], user="nobody", capture_output=True, check=False)
    except PermissionError:
        return False
    return done.returncode == 0
