"""What workers, desk and the loopback city of one machine must agree upon: an address and a secret of its own."""

import contextlib
import secrets
from pathlib import Path

from launcher.machine import LOOPBACK, MachineSettings


def city_environment(settings: MachineSettings, *, port: int) -> dict[str, str]:
    """Return the settings by which this machine's city is reached, and platforms are known."""
    return {
        "MINHU_CITY_URL": f"http://{LOOPBACK}:{port}/reports",
        "MINHU_CITY_SECRET": shared_secret(settings.state),
        "MINHU_PLATFORM_SECRETS": settings.platform_secrets.get_secret_value(),
    }


def shared_secret(state: Path) -> str:
    """Return the secret that this machine and its loopback city share; made once for each state folder."""
    file = state / "city_secret"
    if not file.exists():
        state.mkdir(parents=True, exist_ok=True)
        fresh = state / f"city_secret.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(fresh)  # the first of two starters wins
        fresh.unlink()
    return file.read_text(encoding="ascii")
