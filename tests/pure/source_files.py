"""The files of the repository, as the tests of the house style look at them."""

import ast
from collections.abc import Iterator
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
EVERYTHING = sorted(
    path.relative_to(ROOT)
    for path in ROOT.rglob("*")
    if path.is_file() and not NOT_OURS & set(path.parts) and not any(part.endswith("_cache") for part in path.parts)
)


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
