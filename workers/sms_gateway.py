"""What the sender needs of an SMS gateway, whatever its protocol."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol


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

    async def send(self, phone: str, text: str, *, reference: str) -> Answer:
        """Send one text; `reference` is ours and unique for the attempt."""
