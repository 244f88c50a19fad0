"""Which level may use which of the six ways of collecting: as `config/channels.toml` says, and nowhere else."""

from casebook.district import District
from casebook.errors import RejectedInput
from casebook.rules import Level
from casebook.words import LEVEL_NAMES


def open_to(district: District, level: Level) -> dict[str, str]:
    """Return the ways that a level may use, with their names."""
    return {code: channel.name for code, channel in district.channels.items() if level in channel.levels}


def must_be_open_to(district: District, level: Level, *, channel: str) -> None:
    """RejectedInput when a level writes down what is collected in a way that is not open to it."""
    ways = open_to(district, level)
    if channel not in ways:
        known = district.channels.get(channel)
        raise RejectedInput(
            f"{LEVEL_NAMES[level]}级不能使用渠道“{known.name if known else channel}”，"
            f"可以使用：{'、'.join(ways.values()) or '无'}。"
            "请改选渠道，或请管理员核对 config/channels.toml 的 levels。"
        )
