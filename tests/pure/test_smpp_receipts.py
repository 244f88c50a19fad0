"""What an SMSC says is read from bytes, in the ways in which carriers write it; nonsense is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateways.smpp_wire import deliver, pdu
from workers.smpp_receipts import answer_of, in_answer, in_receipt, receipt_of
from workers.sms_gateway import Refused, Taken, Unknown

RESPONSE = 0x80000004
STATE_BESIDE = b"\x04\x27\0\1"
ID_BESIDE = b"\0\x1e\0\5beef\0"


def beside(text: bytes) -> bytes:
    """Return a message_payload with a text."""
    return b"\x04\x24" + len(text).to_bytes(2) + text


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        (deliver(b"id:1a2b sub:001 dlvrd:001 stat:DELIVRD err:000 text:hello"), ("1a2b", "DELIVRD")),
        (deliver(b"ID: 0000042 STAT: undeliv"), ("0000042", "UNDELIV")),
        (deliver(b"id:7 submit date:20261123120000 stat:EXPIRED err:MB:0042"), ("7", "EXPIRED")),
        (deliver(b"id:7 stat:DELIVRD text:id:8 stat:UNDELIV"), ("7", "DELIVRD")),
        (deliver("id:7 stat:DELIVRD text:红灯".encode("gb18030")), ("7", "DELIVRD")),
        (deliver("id:7 stat:DELIVRD text:红灯".encode("utf-16-be"), coding=8), ("7", "DELIVRD")),
        (deliver(b"", beside=beside(b"id:7 stat:REJECTD")), ("7", "REJECTD")),
        (deliver(b"", beside=ID_BESIDE + STATE_BESIDE + b"\2"), ("beef", "DELIVRD")),
        (deliver(b"", beside=ID_BESIDE + STATE_BESIDE + b"\5"), ("beef", "UNDELIV")),
        (deliver(b"id:7 stat:DELIVRD", esm_class=0), None),  # a text that somebody wrote
        (deliver(b"id:7 stat:DELIVRD", esm_class=0x20), None),  # an intermediate notification
        (deliver(b"id: stat:"), None),
        (deliver(b"thank you", beside=ID_BESIDE), None),
        (deliver(b"id:7 stat:DELIVRD")[:30], None),
        (pdu(5), None),
    ],
)
def test_of_a_receipt_the_id_and_the_state_are_read(unit: bytes, told: tuple[str, str] | None) -> None:
    found = receipt_of(unit)
    assert told == (found and (found.gateway_id, found.status))


@pytest.mark.parametrize(
    ("unit", "answer"),
    [
        (pdu(RESPONSE, b"1a2b\0"), Taken("1a2b")),
        (pdu(RESPONSE, b"1a2b\0\x04\x28\0\1\x63"), Taken("1a2b")),
        (pdu(RESPONSE, b"1a2b"), Taken("1a2b")),
        (pdu(RESPONSE, b"\0"), Unknown("taken_without_an_id")),
        (pdu(RESPONSE, b"\xff\xfe\0"), Unknown("taken_without_an_id")),
        (pdu(RESPONSE, status=0x58), Refused("smpp_0x58", for_now=True)),
        (pdu(RESPONSE, b"1a2b\0", status=0x0B), Refused("smpp_0xb", for_now=False)),
        (pdu(RESPONSE, status=0x412), Refused("smpp_0x412", for_now=False)),
    ],
)
def test_an_answer_is_taken_refused_or_unknown(unit: bytes, answer: object) -> None:
    assert answer == answer_of(unit)


@pytest.mark.parametrize(
    ("way", "answered", "reported"),
    [
        ("same", "00ab", "00ab"),
        ("decimal_of_hex", "4be62da5", "1273376165"),
        ("decimal_of_hex", "1A", "0000000026"),
        ("hex_of_decimal", "26", "0000001a"),
        ("decimal_of_hex", "no-number", "no-number"),
    ],
)
def test_answer_and_receipt_call_a_message_the_same(way: str, answered: str, reported: str) -> None:
    assert in_answer(answered, way) == in_receipt(reported, way)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(body: bytes) -> None:
    receipt = receipt_of(pdu(5, body))
    assert receipt is None or (receipt.gateway_id.isprintable() and receipt.status.isascii())
    assert answer_of(pdu(RESPONSE, body)) is not None
