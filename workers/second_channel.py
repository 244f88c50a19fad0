"""The second channel: people with a WeCom account get some texts there too, at once (`at_once` in `gateways.toml`)."""

from dataclasses import replace
from datetime import datetime

from casebook import directory, messages
from casebook.district import District
from casebook.engine import AsyncConnection


async def tell_on_wecom(
    casebook: AsyncConnection, message: messages.NewMessage, *, district: District, now: datetime
) -> None:
    """Queue the text of a message for its recipient's account, once for the same occasion."""
    wecom = district.gateways.wecom
    if wecom is None or message.template not in wecom.at_once:
        return
    person = await directory.person_at(casebook, message.recipient, at=now)
    if account := (person or {}).get("wecom"):
        key = f"{message.dedupe_key}/{messages.WECOM}"
        copy = replace(message, dedupe_key=key, phone=account, channel=messages.WECOM)
        await messages.queue(casebook, copy, now=now)
