"""What the sender needs of an SMS gateway, whatever its protocol."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class SmsText:
    """One text for one telephone; `reference` is ours and unique for the attempt.

    Clouds send approved templates only: they are given the template's name and what was filled in.
    """

    phone: str
    text: str
    reference: str
    template: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class GatewayReceipt:
    """A delivery receipt; `reference` is ours, empty when the gateway's library no longer knows it."""

    gateway_id: str
    status: str
    reference: str


ReceiptHandler = Callable[[GatewayReceipt], Awaitable[None]]


@dataclass(frozen=True)
class Taken:
    """The gateway took the message and calls it by this id."""

    gateway_id: str


@dataclass(frozen=True)
class Refused:
    """The gateway did not take the message; `for_now` when it may take it later."""

    status: str
    for_now: bool


@dataclass(frozen=True)
class Unknown:
    """Nobody knows whether the gateway took the message."""

    reason: str


Answer = Taken | Refused | Unknown


class SmsGateway(Protocol):
    """Sends one text to one telephone, and hands delivery receipts to whoever asked for them."""

    async def run(self, on_receipt: ReceiptHandler) -> None:
        """Keep the connection up until cancelled; receipts go to `on_receipt`."""

    async def send(self, sms: SmsText) -> Answer:
        """Send one text, once."""
