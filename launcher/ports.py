"""Ports: the wanted one when it is free, else another one, remembered while the machine runs."""

import json
import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from launcher.errors import LauncherError
from launcher.machine import LOOPBACK, PORT_FIELDS, MachineSettings
from launcher.progress import say

RANGES = {"opensearch": range(9201, 9300)}  # its runner refuses any port above 9299


class Ports:
    """Which part listens where. `claim` before a part starts; reading never changes anything."""

    def __init__(self, settings: MachineSettings) -> None:
        self._settings = settings
        self._file = settings.state / "ports.json"
        self._chosen = _read(self._file)

    def __getitem__(self, name: str) -> int:
        return self._chosen.get(name) or self._settings.wanted_port(name)

    def claim(self, names: Iterable[str]) -> None:
        """Choose a free port for each name, whose part is known not to run, and remember it."""
        for name in names:
            self._chosen[name] = self._free(name)
        write_json(self._file, self._chosen)

    def forget(self) -> None:
        """Nothing runs any more: the wanted ports are tried again next time."""
        self._chosen = {}
        self._file.unlink(missing_ok=True)

    def _free(self, name: str) -> int:
        wanted = self[name]
        others = {port for other, port in self._chosen.items() if other != name}
        if wanted not in others and all(is_free(wanted, host=host) for host in {LOOPBACK, self._settings.bind}):
            return wanted
        if self._settings.is_explicit(name):
            setting = f"MINHU_{PORT_FIELDS[name].upper()}"
            raise LauncherError(f"端口 {wanted}（{setting}）已被占用。请停止占用它的程序，或改用别的端口。")
        chosen = self._another(name, others=others)
        say(f"端口 {wanted}（{name}）已被占用，改用 {chosen}。")
        return chosen

    def _another(self, name: str, *, others: set[int]) -> int:
        if name not in RANGES:
            return any_free_port(self._settings.bind)
        candidates = (port for port in RANGES[name] if port not in others and is_free(port, host=LOOPBACK))
        port = next(candidates, None)
        if port is None:
            raise LauncherError(f"{name} 可用的端口 {RANGES[name].start} 至 {RANGES[name].stop - 1} 全被占用。")
        return port


def is_free(port: int, *, host: str) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
        return True


def any_free_port(host: str) -> int:
    """Return a port that nobody listens on."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def free_ports(count: int) -> list[int]:
    """Return different ports of loopback that nobody listens on."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def answers(port: int, *, timeout_seconds: float = 0.5) -> bool:
    """Whether somebody accepts connections on the port of this machine."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout_seconds):
            return True
    except OSError:
        return False


def write_json(file: Path, content: Mapping[str, object]) -> None:
    """Replace a file atomically."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(file)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _read(file: Path) -> dict[str, int]:
    try:
        return {str(name): int(port) for name, port in json.loads(file.read_text(encoding="utf-8")).items()}
    except (FileNotFoundError, ValueError, AttributeError):
        return {}
