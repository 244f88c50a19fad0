"""The engine as files ready to run: fetched, verified, unpacked, one class of it mended, one library of it newer.

Camunda 8.6.0 forgets jobs: what it is about to write (a job's time-out, its return from back-off) is remembered only
after it was written, and when it has been worked on by then, it is remembered for good and never written again for that
job. In a broker that runs it, 10 of 10 jobs that failed again and again were lost within 130 failures, and as many that
timed out (https://github.com/camunda/camunda/issues/29735). Nothing but a restart of the partition brings them back.
8.6.13 has it mended in one class; the repository has no later archive, but it has that version's jar. So the class is
taken from there and put before its elder. `tests/faults/test_the_engine_forgets_no_job.py` would see it missing.

The archive's FEEL 1.18.0 makes its table of built-in functions anew for each expression (camunda/feel-scala#1108), a
third of the engine's time in the loop, most for rows of decision tables. 1.18.5, of the same line, makes it once.
"""

import shutil
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from launcher.fetch import fetch, only_one
from launcher.lock import Artifact, engine, mends, read_lock, replacements
from launcher.progress import say

MENDED_CLASSES = ("io/camunda/zeebe/stream/impl/ProcessingScheduleServiceImpl.class",)


@dataclass(frozen=True, kw_only=True)
class EngineFiles:
    """Where Camunda's distribution, its mended classes, its newer libraries and OpenSearch's jars are."""

    camunda: Path
    camunda_version: str
    mended: Path
    newer: tuple[Path, ...]
    opensearch_jars: tuple[Path, ...]

    @property
    def class_path(self) -> str:
        """What Java is to be started with; the first of two classes of one name is taken."""
        return ":".join(map(str, (self.mended, *self.newer, self.camunda / "config", self.camunda / "lib" / "*")))


def engine_files(cache: Path, *, with_opensearch: bool) -> EngineFiles:
    """Return the engine's files; fetch what is missing. Without a network this works once everything is cached."""
    cache.mkdir(parents=True, exist_ok=True)
    with only_one(cache / "preparing"):
        return _prepared(cache, with_opensearch=with_opensearch)


def _prepared(cache: Path, *, with_opensearch: bool) -> EngineFiles:
    artifacts = read_lock()
    archive, [mend], newer = engine(artifacts), mends(artifacts), replacements(artifacts)
    jars = [artifact for artifact in artifacts if artifact not in (archive, mend, *newer)] if with_opensearch else []
    folder = cache / f"{archive.name}-{archive.version}"
    mended = cache / f"{folder.name}-with-{mend.version}"
    missing = [artifact for artifact, there in ((archive, folder), (mend, mended)) if not there.is_dir()]
    fetch([*missing, *newer, *jars], cache=cache)
    if archive in missing:
        _unpack(archive, cache=cache)
    if mend in missing:
        _take_mended(cache / mend.path, to=mended)
    return EngineFiles(
        camunda=folder,
        camunda_version=archive.version,
        mended=mended,
        newer=tuple(cache / jar.path for jar in newer),
        opensearch_jars=tuple(cache / jar.path for jar in jars),
    )


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


def _take_mended(jar: Path, *, to: Path) -> None:
    part = to.with_name(f"{to.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    with zipfile.ZipFile(jar) as packed:
        packed.extractall(part, MENDED_CLASSES)  # noqa: S202 - its SHA-256 was right
    part.rename(to)
