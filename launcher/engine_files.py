"""The engine as files ready to run: fetched, verified, unpacked."""

import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

from launcher.fetch import fetch
from launcher.lock import Artifact, engine, read_lock
from launcher.progress import say


@dataclass(frozen=True)
class EngineFiles:
    """Where Camunda's distribution and OpenSearch's jars are."""

    camunda: Path
    camunda_version: str
    opensearch_jars: tuple[Path, ...]


def engine_files(cache: Path, *, with_opensearch: bool) -> EngineFiles:
    """Return the engine's files; fetch what is missing. Without a network this works once everything is cached."""
    artifacts = read_lock()
    archive = engine(artifacts)
    jars = [artifact for artifact in artifacts if artifact is not archive] if with_opensearch else []
    folder = cache / f"{archive.name}-{archive.version}"
    needed = jars if folder.is_dir() else [archive, *jars]
    fetch(needed, cache=cache)
    if not folder.is_dir():
        _unpack(archive, cache=cache)
    return EngineFiles(folder, archive.version, tuple(cache / jar.path for jar in jars))


def _unpack(archive: Artifact, *, cache: Path) -> None:
    """Unpack beside the target and rename, so that a half-unpacked folder is never taken for a whole one."""
    name = f"{archive.name}-{archive.version}"
    part = cache / f"{name}.part"
    say("正在解开引擎……")
    shutil.rmtree(part, ignore_errors=True)
    with tarfile.open(cache / archive.path) as packed:
        packed.extraction_filter = getattr(tarfile, "data_filter", None)  # absent before 3.11.4
        packed.extractall(part)  # noqa: S202 - its SHA-256 was right
    (part / name).rename(cache / name)
    part.rmdir()
    (cache / archive.path).unlink()  # 300 MB that nobody needs again
