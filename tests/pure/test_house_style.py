"""The house style of modules and functions, kept: a convention that is only written down is not kept."""

import importlib
import inspect
import re
from pathlib import Path

from tests.pure.source_files import PRODUCT, ROOMS, Function, functions, imported, python_files, text_of
from workers.catalogue import job_types

WRITTEN = [*PRODUCT, *python_files("tests")]
MAY_IMPORT = {
    "casebook": {"casebook"},
    "workers": {"workers", "casebook"},
    "desk": {"desk", "casebook"},
    "launcher": {"launcher", "desk", "workers", "casebook"},
}
ONLY_IN = {
    # one file knows the engine's client; the other is the contender of the benchmark, pyzeebe as shipped
    "pyzeebe": {"workers/zeebe.py", "launcher/bench/stock_worker.py"},
    "grpc": {"workers/zeebe.py"},
    "aiosmpplib": {"workers/smpp_session.py"},  # one file a gateway
    "smpp34": {"launcher/smsc.py", "launcher/segments.py"},  # the SMSC on loopback, and its parts of a message
}
# SQL is written in casebook/ only. Others may know the library's exceptions, to tell a lost database from a mistake.
KNOWS_THE_DATABASE = {
    "workers/lone_runner.py": "sqlalchemy.engine",  # takes the address apart for its own LISTEN connection
}
READS_THE_ENVIRONMENT = {
    "casebook/settings.py": "the settings of workers, desk and commands",
    "launcher/machine.py": "the settings of one machine",
    "launcher/designer_tools.py": "hands it on to node, with node's folder first on PATH",
}
POSITIONAL_MOST = 2  # the subject, and what it is done with; a third only after the `casebook` connection
PARAMETERS_MOST = 4
JOB_LINES, FILE_LINES, FUNCTION_LINES = 120, 250, 40
SAYS_NOTHING = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "managers"})


def test_imports_point_one_way() -> None:
    wrong = [
        f"{path}:{line} imports {module}"
        for path in PRODUCT
        for line, module in imported(path)
        if (room := module.split(".")[0]) in ROOMS and room not in MAY_IMPORT[path.parts[0]]
    ]
    assert wrong == []


def test_a_library_of_the_outside_is_known_to_one_file() -> None:
    wrong = [
        f"{path}:{line} imports {module}"
        for path in PRODUCT
        for line, module in imported(path)
        if path.as_posix() not in ONLY_IN.get(module.split(".")[0], {path.as_posix()})
    ]
    assert wrong == []


def test_sql_lives_in_the_casebook() -> None:
    wrong = [
        f"{path}:{line} imports {module}"
        for path in PRODUCT
        for line, module in imported(path)
        if module.split(".")[0] == "sqlalchemy"
        and path.parts[0] != "casebook"
        and module not in {"sqlalchemy.exc", KNOWS_THE_DATABASE.get(path.as_posix())}
    ]
    assert wrong == []


def test_the_environment_is_read_where_settings_are() -> None:
    reading = re.compile(r"os\.getenv|os\.environ\.get|os\.environ\[[^]]+\](?!\s*=[^=])|\(BaseSettings\)")
    wrong = [
        f"{path}:{number} {line.strip()}"
        for path in PRODUCT
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if reading.search(line) and path.as_posix() not in READS_THE_ENVIRONMENT
    ]
    assert wrong == []


def test_a_module_says_what_it_holds() -> None:
    wrong = [str(path) for path in WRITTEN if SAYS_NOTHING & set(path.stem.split("_"))]
    assert wrong == []


def test_files_stay_short() -> None:
    jobs = {f"workers/{name}.py" for name in job_types()}
    counted = {path.as_posix(): len(text_of(path).splitlines()) for path in WRITTEN}
    most = {path: JOB_LINES if path in jobs else FILE_LINES for path in counted}
    assert {path: lines for path, lines in counted.items() if lines > most[path]} == {}


def test_functions_stay_short() -> None:
    wrong = [
        f"{path}:{function.lineno} {function.name}"
        for path in WRITTEN
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 >= FUNCTION_LINES
    ]
    assert wrong == []


def positional(function: Function) -> list[str]:
    """Return the positional parameters, without self and cls."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def overrides(path: Path) -> set[str]:
    """Return the methods whose signature a library's class has set."""
    if path.name == "__main__.py":
        return set()
    module = importlib.import_module(".".join(path.with_suffix("").parts))
    classes = [cls for _, cls in inspect.getmembers(module, inspect.isclass) if cls.__module__ == module.__name__]
    bases = {base for cls in classes for base in cls.__mro__[1:] if base.__module__.split(".")[0] not in ROOMS}
    return {name for base in bases for name in vars(base)} - {"__init__"}


def test_what_is_meant_is_said_with_keywords() -> None:
    wrong = []
    for path in PRODUCT:
        given_by_others: set[str] | None = None
        for function in functions(path):
            names = positional(function)
            most = POSITIONAL_MOST + ("casebook" in names[:1])
            if len(names) > most:
                given_by_others = overrides(path) if given_by_others is None else given_by_others
                if function.name not in given_by_others:
                    wrong.append(f"{path}:{function.lineno} {function.name}({', '.join(names)})")
    assert wrong == []


def test_a_function_takes_four_things_at_most_besides_the_casebook() -> None:
    wrong = []
    for path in PRODUCT:
        for function in functions(path):
            names = [*positional(function), *(argument.arg for argument in function.args.kwonlyargs)]
            if len(names) > PARAMETERS_MOST + ("casebook" in names):
                wrong.append(f"{path}:{function.lineno} {function.name}({', '.join(names)})")
    assert wrong == []
