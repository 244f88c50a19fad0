"""The compose file as a machine reads it: variables filled in, environment files joined."""

import copy
import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")
OURS = ("deploy", "worker", "desk")
BROKERS = ("zeebe-0", "zeebe-1", "zeebe-2")
CHOSEN = {"MINHU_BASE_URL": "http://desk.example", "MINHU_SMPP": "smsc.example:2775", "MINHU_SMS_SOURCE": "10690000000"}


def compose() -> dict[str, Any]:
    """Return the file with its variables filled from `CHOSEN` and their defaults."""
    return copy.deepcopy(_read())


def services() -> dict[str, dict[str, Any]]:
    """Return all services by name."""
    return dict(compose()["services"])


def environment(service: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment of a service's containers: its files first, then its own lines."""
    values: dict[str, str] = {}
    for name in service.get("env_file", []):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        values |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return values | {name: str(value) for name, value in service.get("environment", {}).items()}


def seconds(span: str) -> float:
    """Return a duration such as 45s or 2m in seconds."""
    return float(span[:-1]) * {"s": 1, "m": 60}[span[-1]]


@functools.cache
def _read() -> dict[str, Any]:
    return dict(_filled(YAML(typ="safe").load(FILE.read_text("utf-8"))))


def _filled(part: Any) -> Any:
    """Fill the variables of every string: the file is read as YAML first, as the specification says."""
    if isinstance(part, dict):
        return {key: _filled(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(item) for item in part]
    return VARIABLE.sub(_value, part) if isinstance(part, str) else part


def _value(found: re.Match[str]) -> str:
    default = found["rest"] if found["kind"] == "-" else None
    value = CHOSEN.get(found["name"], default)
    if value is None:
        raise KeyError(found["name"])
    return value
