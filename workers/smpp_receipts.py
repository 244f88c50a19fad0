"""What an SMSC says, read from its bytes (SMPP 3.4, 4.4.2, 4.6.1 and appendix B); nothing of it is trusted.

A receipt is a text by agreement only: carriers write its fields in their own ways, with codes that are no numbers and
dates with seconds, and quote the message in whatever alphabet it had. Only the id and the state are looked for.
"""

import re
import struct

from workers.sms_gateway import Answer, GatewayReceipt, Refused, Taken, Unknown

HEADER_BYTES, MOST_BYTES = 16, 70_000  # a message_payload has up to 64 KiB
TEXT_IN_PAYLOAD, RECEIPTED_ID, MESSAGE_STATE = 0x0424, 0x001E, 0x0427
UCS2 = 8
KIND, RECEIPT = 0b0011_1100, 0b0000_0100  # of esm_class
STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
ID = re.compile(r"\bid: ?([!-~]{1,65})", re.IGNORECASE)
STATE = re.compile(r"\bstat: ?([A-Z_]{1,16})", re.IGNORECASE)
THROTTLED, QUEUE_FULL = 0x58, 0x14
BASES = {"same": (0, 0), "decimal_of_hex": (16, 10), "hex_of_decimal": (10, 16)}  # of the id in answers, in receipts


def answer_of(pdu: bytes) -> Answer:
    """Return what a submit_sm_resp says; the id ends at its NUL, whatever follows it."""
    status = int.from_bytes(pdu[8:12])
    if status:
        return Refused(f"smpp_{status:#x}", for_now=status in (THROTTLED, QUEUE_FULL))
    called = pdu[HEADER_BYTES:].split(b"\0", maxsplit=1)[0].decode("latin-1")
    return Taken(called) if re.fullmatch(r"[!-~]{1,65}", called) else Unknown("taken_without_an_id")


def receipt_of(pdu: bytes) -> GatewayReceipt | None:
    """Return the receipt in a deliver_sm; None for what is none, or cannot be understood."""
    try:
        text, parameters = _message(pdu[HEADER_BYTES:])
    except (ValueError, IndexError, struct.error):
        return None
    if text is None:
        return None
    told, state = ID.search(text), STATE.search(text)
    stands_beside = parameters.get(RECEIPTED_ID, b"").rstrip(b"\0").decode("latin-1")
    called = told[1] if told else stands_beside
    status = state[1].upper() if state else STATES.get(int.from_bytes(parameters.get(MESSAGE_STATE, b"")), "")
    if not status or not re.fullmatch(r"[!-~]{1,65}", called):
        return None
    return GatewayReceipt(gateway_id=called, status=status, reference="")


def _message(body: bytes) -> tuple[str | None, dict[int, bytes]]:
    """Return the text of a deliver_sm when it is a receipt, and what stands beside it."""
    _, rest = _c_string(body)
    _, rest = _c_string(rest[2:])
    _, rest = _c_string(rest[2:])
    is_receipt, rest = rest[0] & KIND == RECEIPT, rest[3:]
    _, rest = _c_string(rest)
    _, rest = _c_string(rest)
    coding, length, rest = rest[2], rest[4], rest[5:]
    content, rest = rest[:length], rest[length:]
    parameters: dict[int, bytes] = {}
    while len(rest) > 4:  # noqa: PLR2004 - a tag and a length
        tag, size = struct.unpack_from(">HH", rest)
        parameters[tag], rest = rest[4 : 4 + size], rest[4 + size :]
    content = content or parameters.get(TEXT_IN_PAYLOAD, b"")
    return content.decode("utf-16-be" if coding == UCS2 else "latin-1", "replace") if is_receipt else None, parameters


def _c_string(octets: bytes) -> tuple[bytes, bytes]:
    end = octets.index(b"\0")
    return octets[:end], octets[end + 1 :]


def in_answer(called: str, way: str) -> str:
    """Return how we call the message that an answer calls so."""
    return _decimal(called, BASES[way][0])


def in_receipt(called: str, way: str) -> str:
    """Return how we call the message that a receipt calls so; the same as its answer did."""
    return _decimal(called, BASES[way][1])


def _decimal(called: str, base: int) -> str:
    """Return a number of this base as a decimal one; what is no number stays as it is."""
    try:
        return str(int(called, base)) if base else called
    except ValueError:
        return called
