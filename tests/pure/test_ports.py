"""A port that is taken gives way, unless the person chose it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.ports import Ports, free_ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield int(holder.getsockname()[1])


def test_a_taken_port_gives_way_and_the_other_is_remembered(
    taken: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = MachineSettings(state=tmp_path)
    (tmp_path / "ports.json").write_text(f'{{"smsc": {taken}}}', encoding="utf-8")
    ports = Ports(settings)

    ports.claim(["smsc"])

    assert ports["smsc"] != taken
    assert Ports(settings)["smsc"] == ports["smsc"]
    assert f"端口 {taken}（smsc）已被占用，改用 {ports['smsc']}" in capsys.readouterr().err


def test_a_chosen_port_that_is_taken_is_an_error(taken: int, tmp_path: Path) -> None:
    ports = Ports(MachineSettings(state=tmp_path, port_smsc=taken))

    with pytest.raises(LauncherError, match=f"端口 {taken}（MINHU_PORT_SMSC）已被占用"):
        ports.claim(["smsc"])


def test_two_parts_never_get_the_same_port(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    (tmp_path / "ports.json").write_text(f'{{"smsc": {port}, "desk": {port}}}', encoding="utf-8")
    ports = Ports(MachineSettings(state=tmp_path))

    ports.claim(["smsc"])

    assert ports["smsc"] != ports["desk"]
