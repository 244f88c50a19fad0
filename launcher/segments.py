"""Long short messages: text of one part, and putting parts together (UDH, SAR, message_payload)."""

from dataclasses import dataclass

import smpp34

UDH_INDICATOR = 0x40
UDH_CONCATENATED_8_BIT = 0x00
UDH_CONCATENATED_16_BIT = 0x08
UCS2 = 8
SAR_REFERENCE = 0x020C
SAR_TOTAL = 0x020E
SAR_NUMBER = 0x020F
MESSAGE_PAYLOAD = 0x0424


@dataclass(frozen=True)
class Part:
    """A submitted part of another protocol, in the words of SMPP."""

    source_addr: str
    destination_addr: str
    short_message: bytes
    esm_class: int = 0
    data_coding: int = UCS2
    tlvs: tuple[smpp34.Tlv, ...] = ()


Submitted = smpp34.SubmitSm | smpp34.SubmitSmEvent | Part


@dataclass(frozen=True)
class Segment:
    """One part of a text; a short text is part 1 of 1."""

    reference: int
    total: int
    number: int
    content: bytes


@dataclass(frozen=True)
class WholeMessage:
    """A text that is complete, with the ids of all its parts in order."""

    text: str
    part_ids: tuple[str, ...]


class Assembly:
    """Collects parts until a text is whole."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str, int], dict[int, tuple[str, bytes]]] = {}

    def add(self, submitted: Submitted, *, message_id: str) -> WholeMessage | None:
        """Add a part; return the text when this was the last missing part of it."""
        part = segment(submitted)
        key = (submitted.source_addr, submitted.destination_addr, part.reference)
        parts = self._waiting.setdefault(key, {}) if part.total > 1 else {}
        parts[part.number] = (message_id, part.content)
        if len(parts) < part.total:
            return None
        self._waiting.pop(key, None)
        ordered = [parts[number] for number in sorted(parts)]
        text = decoded(b"".join(content for _, content in ordered), data_coding=submitted.data_coding)
        return WholeMessage(text, tuple(identity for identity, _ in ordered))


def segment(submitted: Submitted) -> Segment:
    """Return which part of which text this is."""
    tlvs = {tlv.tag: tlv for tlv in submitted.tlvs}
    payload = tlvs.get(MESSAGE_PAYLOAD)
    content = payload.value if payload else bytes(submitted.short_message)
    if submitted.esm_class & UDH_INDICATOR:
        return _from_header(content)
    reference = tlvs.get(SAR_REFERENCE)
    total = tlvs.get(SAR_TOTAL)
    number = tlvs.get(SAR_NUMBER)
    if reference and total and number:
        return Segment(reference.as_int() or 0, total.as_int() or 1, number.as_int() or 1, content)
    return Segment(0, 1, 1, content)


def decoded(content: bytes, *, data_coding: int) -> str:
    """Return the text; what cannot be read is replaced, never lost."""
    return content.decode("utf-16-be" if data_coding == UCS2 else "latin-1", errors="replace")


def _from_header(content: bytes) -> Segment:
    length = content[0]
    header, body = content[1 : 1 + length], content[1 + length :]
    while len(header) > 1:
        kind, size = header[0], header[1]
        value, header = header[2 : 2 + size], header[2 + size :]
        if kind in (UDH_CONCATENATED_8_BIT, UDH_CONCATENATED_16_BIT):
            return Segment(int.from_bytes(value[:-2]), value[-2], value[-1], body)
    return Segment(0, 1, 1, body)
