"""The lock of the engine: which artifacts, how many bytes, which SHA-256. Addresses are not in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import LauncherError

LOCK_FILE = Path(__file__).with_name("engine.lock")


@dataclass(frozen=True)
class Artifact:
    """One file of a Maven repository."""

    group: str
    name: str
    version: str
    packaging: str
    size: int
    sha256: str

    @property
    def file_name(self) -> str:
        """Name in the repository, such as icu4j-75.1.jar."""
        return f"{self.name}-{self.version}.{self.packaging}"

    @property
    def path(self) -> str:
        """Path below the repository's root, which is also the path below our cache."""
        return f"{self.group.replace('.', '/')}/{self.name}/{self.version}/{self.file_name}"

    def __str__(self) -> str:
        return f"{self.group}:{self.name}:{self.version}"


def read_lock(path: Path = LOCK_FILE) -> list[Artifact]:
    """Read a lock file; a malformed line is an error that names the line."""
    artifacts = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            artifacts.append(_artifact(line.split()))
        except ValueError as error:
            raise LauncherError(f"{path.name} 第 {number} 行写法不对（应为：坐标 类型 字节数 sha256）。") from error
    return artifacts


def engine(artifacts: Sequence[Artifact]) -> Artifact:
    """Return the engine's own archive, the only one that is not a jar."""
    for artifact in artifacts:
        if artifact.packaging == "tar.gz":
            return artifact
    raise LauncherError("engine.lock 中没有 Camunda 的 tar.gz 条目。请恢复该文件。")


def mends(artifacts: Sequence[Artifact]) -> list[Artifact]:
    """Return the jars of later engine versions from which single classes are taken."""
    return [artifact for artifact in artifacts if artifact.packaging == "jar" and artifact.group == "io.camunda"]


def replacements(artifacts: Sequence[Artifact]) -> list[Artifact]:
    """Return the jars that take the place of older ones in the engine's archive."""
    return [artifact for artifact in artifacts if artifact.group == "org.camunda.feel"]


def _artifact(fields: Sequence[str]) -> Artifact:
    coordinates, packaging, size, sha256 = fields
    group, name, version = coordinates.split(":")
    return Artifact(group, name, version, packaging, int(size), sha256)
