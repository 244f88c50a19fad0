"""Who may use which of the six ways of collecting: as `config/channels.toml` says, and nowhere else.

Our own pages act for the level of a unit. A platform or a client of the Open311 door carries the entries of the levels
that its file names (`levels`); `public` stands for callers who write themselves.
"""

from collections.abc import Iterable

from casebook.district import District
from casebook.errors import RejectedInput
from casebook.rules import Sender
from casebook.words import SENDERS


def open_to(district: District, level: Sender) -> dict[str, str]:
    """Return the ways that a level may use, with their names."""
    return {code: channel.name for code, channel in district.channels.items() if level in channel.levels}


def must_be_open_to(district: District, level: Sender, *, channel: str) -> None:
    """RejectedInput when a level writes down what is collected in a way that is not open to it."""
    if sentence := not_open(district, (level,), channel=channel):
        raise RejectedInput(f"{sentence}请改选渠道，或请管理员核对 config/channels.toml 的 levels。")


def not_open(district: District, levels: Iterable[Sender], *, channel: str) -> str:
    """Return in a sentence that none of these levels may use a way, and what they may; empty when one of them may."""
    who = tuple(levels)
    ways = dict(pair for level in who for pair in open_to(district, level).items())
    if channel in ways:
        return ""
    known = district.channels.get(channel)
    named = "、".join(SENDERS[level] for level in who)
    return f"{named}不能使用渠道“{known.name if known else channel}”，可以使用：{'、'.join(ways.values()) or '无'}。"
