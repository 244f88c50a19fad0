"""The files of the repository, as the tests of the house style look at them."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("casebook", "workers", "desk", "launcher")
NOT_OURS = frozenset({".git", ".venv", ".minhu", "node_modules", "__pycache__", "test-results", "build", ".hypothesis"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*rooms: str) -> list[Path]:
    """Return the Python files of some rooms, as paths inside the repository."""
    found = (path for room in rooms for path in (ROOT / room).rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in found if not NOT_OURS & set(path.parts))


PRODUCT = [path for path in python_files(*ROOMS) if "versions" not in path.parts]  # migrations are history


def everything() -> Iterator[Path]:
    """Yield every file that is ours; a folder that others change meanwhile is not entered."""
    for folder, inner, files in os.walk(ROOT):
        inner[:] = [name for name in inner if name not in NOT_OURS and not name.endswith("_cache")]
        yield from (Path(folder, name).relative_to(ROOT) for name in files if name not in NOT_OURS)


EVERYTHING = sorted(path for path in everything() if (ROOT / path).is_file())


@cache
def tree(path: Path) -> ast.Module:
    """Return a file's syntax."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each imported module with its line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def functions(path: Path) -> Iterator[Function]:
    """Yield every function of a file."""
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def text_of(path: Path) -> str:
    """Return a text file, or nothing for a binary one."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
