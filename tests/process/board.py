"""What Grafana and Prometheus ask for, and what worker and broker export, by name and label."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
BOARD = ROOT / "deploy" / "grafana" / "minhu.json"
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
OWN_LABELS = frozenset(
    {"job", "instance", "le", "alertname", "alertstate"}
)  # Prometheus' own, and those of a histogram's buckets
OWN_METRICS = frozenset({"up", "ALERTS"})
SUFFIXES = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("", "_sum", "_count"),
    "gauge": ("",),
    "unknown": ("",),
}
GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
SELECTOR = re.compile(r"([a-zA-Z_:]\w*)\s*\{([^}]*)\}")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
NAME = re.compile(r"(?<![\w$.])([a-zA-Z_:]\w*)(?!\w*\s*\()(?!\w)")
WORDS = frozenset({"and", "or", "unless", "bool", "offset", "inf", "nan"})


@dataclass(frozen=True)
class Asked:
    """The metrics of one expression, and the labels it names."""

    where: str
    metrics: frozenset[str]
    labels: frozenset[str]


def questions() -> list[Asked]:
    """Return what every panel and every alarm asks."""
    board, alerts = json.loads(BOARD.read_text("utf-8")), YAML(typ="safe").load(ALERTS.read_text("utf-8"))
    panels = [(panel["title"], target["expr"]) for panel in _panels(board) for target in panel.get("targets", [])]
    rules = [(rule["alert"], rule["expr"]) for group in alerts["groups"] for rule in group["rules"]]
    return [asked(where, expression) for where, expression in (*panels, *rules)]


def asked(where: str, expression: str) -> Asked:
    """Take an expression apart."""
    labels = {label for found in GROUPING.finditer(expression) for label in re.findall(r"\w+", found[1])}
    labels |= {label for found in SELECTOR.finditer(expression) for label in LABEL.findall(found[2])}
    bare = re.sub(r"\"[^\"]*\"|\{[^}]*\}|\[[^]]*\]", " ", GROUPING.sub(" ", expression))
    metrics = {name for name in NAME.findall(bare) if name.lower() not in WORDS}
    return Asked(where, frozenset(metrics), frozenset(labels))


def exported(text: str) -> dict[str, frozenset[str]]:
    """Return the names that Prometheus would know from an exposition, with the labels seen on each."""
    known: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for suffix in SUFFIXES.get(family.type, ("",)):
            known.setdefault(f"{family.name}{suffix}", set())
        for sample in family.samples:
            known.setdefault(sample.name, set()).update(sample.labels)
    return {name: frozenset(labels) for name, labels in known.items()}


def _panels(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in part.get("panels", []):
        yield panel
        yield from _panels(panel)
