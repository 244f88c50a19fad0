"""docs/open311.md is true: each of its commands works as it stands."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.open311.door import PNG, Door

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "open311.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
PLACEHOLDER = re.compile(r"JA20261123-000001-\d|JA…")
COMMANDS = [
    command
    for block in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))
    for command in re.split(r"\n(?=curl )", block.replace("\\\n", " "))
    if command.startswith("curl ")
]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_command_of_the_document_works(door: Door, tmp_path: Path) -> None:
    (tmp_path / "照片.jpg").write_bytes(PNG)
    number = door.sent()
    answers = {}
    for command in COMMANDS:
        told = PLACEHOLDER.sub(number, command).replace("curl ", "curl --silent --fail --write-out '%{http_code}' ", 1)
        shell = ["/bin/bash", "-euc", told]
        done = subprocess.run(shell, cwd=tmp_path, env={"DOOR": door.url}, capture_output=True, text=True, check=False)
        answers[command] = done.stdout[-3:]
    assert len(COMMANDS) > 10
    assert {command: answer for command, answer in answers.items() if answer not in {"200", "201"}} == {}
