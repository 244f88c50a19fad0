"""Secrets that this machine makes for itself on its first start and keeps in the state folder, for its owner alone."""

import contextlib
import secrets
from pathlib import Path

SECRET_BYTES = 32
PERSONAL_KEY = "personal_key"


def kept_secret(state: Path, name: str) -> str:
    """Return a secret of the state folder, in hexadecimal digits; made once."""
    file = state / name
    if not file.exists():
        fresh = _written(state, name, content=secrets.token_hex(SECRET_BYTES))
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(fresh)  # the first of two starters wins
        fresh.unlink()
    return file.read_text(encoding="ascii")


def replace_secret(state: Path, name: str, *, content: str) -> None:
    """Put another secret in the place of the one that is kept, whole or not at all."""
    _written(state, name, content=content).replace(state / name)


def _written(state: Path, name: str, *, content: str) -> Path:
    state.mkdir(parents=True, exist_ok=True)
    fresh = state / f"{name}.{secrets.token_hex(4)}"
    fresh.touch(mode=0o600)
    fresh.write_text(content, encoding="ascii")
    return fresh
