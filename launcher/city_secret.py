"""What workers, desk and the loopback city of one machine must agree upon: an address and a secret of its own."""

from pathlib import Path

from launcher.kept_secret import kept_secret
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
    return kept_secret(state, "city_secret")
