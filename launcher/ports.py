"""Ports: the wanted one when it is free, else another one, remembered while the machine runs."""

import json
import random
import socket
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from launcher.errors import LauncherError
from launcher.machine import LOOPBACK, PORT_FIELDS, MachineSettings
from launcher.progress import say

RANGES = {"opensearch": range(9201, 9300)}  # its runner refuses any port above 9299
# Below those that a kernel gives to whoever calls out (from 32768): until its owner listens, nobody takes it by chance.
CHOSEN_FROM = range(15_000, 26_000)


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
    return next(_free_ports(host))


def free_ports(count: int) -> list[int]:
    """Return different ports of loopback that nobody listens on."""
    return list(islice(_free_ports(LOOPBACK), count))


def _free_ports(host: str) -> Iterator[int]:
    candidates = random.sample(CHOSEN_FROM, len(CHOSEN_FROM))  # two who choose at once choose differently
    return (port for port in candidates if is_free(port, host=host))


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
