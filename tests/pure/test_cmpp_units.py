"""CMPP units: the bytes of an independent implementation, round trips, and bytes that are no units.

The byte vectors are those of the tests of github.com/bigwhite/gocmpp (Apache-2.0).
"""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.cmpp_frame import (
    ANSWER,
    CONNECT,
    DELIVER,
    MOST_BYTES,
    SUBMIT,
    BadFrame,
    Frame,
    authenticator_ismg,
    authenticator_source,
    body_length,
    frame,
)
from workers.cmpp_units import Answered, Connect, ConnectAnswer, Deliver, Report, Submit
from workers.sms_parts import parts_of

AUTHENTICATOR = bytes.fromhex("90d00c1d517abd0b4f65f6bcf8535d16")
TELEPHONE = "13500002696"
SUBMITTED = Submit(
    account="900001",
    source="900001",
    destinations=(TELEPHONE,),
    content="测试gocmpp submit".encode("utf-16-be"),
    service_id="test",
    fee_terminal=TELEPHONE,
    fee_type="02",
    fee_code="10",
    valid_until="151105131555101+",
)
SUBMIT_HEAD = "0000000000000000010101017465737400000000000002"
SUBMIT_MIDDLE = "0000083930303030313032313000000000" + "3135313130353133313535353130312b00" + "00" * 17
SUBMIT_SOURCE = "393030303031" + "00" * 15 + "01"
SUBMIT_TEXT = "1e6d4b8bd50067006f0063006d007000700020007300750062006d00690074"
NUMBER = TELEPHONE.encode().hex()
SUBMIT_20 = (
    "000000bd0000000400000017" + SUBMIT_HEAD + NUMBER + "00" * 10
    + SUBMIT_MIDDLE + SUBMIT_SOURCE + NUMBER + "00" * 10 + SUBMIT_TEXT + "00" * 8
)  # fmt: skip
SUBMIT_30 = (
    "000000e10000000400000017" + SUBMIT_HEAD + NUMBER + "00" * 22
    + SUBMIT_MIDDLE + SUBMIT_SOURCE + NUMBER + "00" * 22 + SUBMIT_TEXT + "00" * 20
)  # fmt: skip
MSG_ID = 13025908756704198656
REPORT = (
    "b4c553000001000044454c49565244" + b"15111209551511120957".hex() + b"13412340000".hex() + "00" * 10 + "12345678"
)
DELIVER_30 = (
    "0000007f0000000500000001b4c5530000010000393030303031" + "00" * 15 + "00" * 13
    + "3133343132333430303030" + "00" * 21 + "00" + "00" + "12" + b"This is a test MO.".hex() + "00" * 20
)  # fmt: skip

octet = st.integers(0, 255)


def fitting(size: int) -> st.SearchStrategy[str]:
    return st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=size)


submits = st.builds(
    Submit,
    account=fitting(6),
    source=fitting(21),
    destinations=st.lists(st.from_regex(r"\A[0-9]{1,21}\Z"), max_size=5).map(tuple),
    content=st.binary(max_size=255),
    service_id=fitting(10),
    total=octet,
    number=octet,
    has_header=st.booleans(),
    data_coding=octet,
    report_wanted=octet,
)
delivers = st.builds(
    Deliver,
    msg_id=st.integers(0, 2**64 - 1),
    destination=fitting(21),
    source=fitting(21),
    is_report=st.booleans(),
    content=st.binary(max_size=255),
    has_header=st.booleans(),
    data_coding=octet,
)


def octets(text: str) -> bytes:
    return bytes.fromhex(text)


def test_the_log_in_is_what_others_send() -> None:
    assert AUTHENTICATOR == authenticator_source("900001", "888888", timestamp=1021080510)
    unit = Connect(account="900001", authenticator=AUTHENTICATOR, version=0x21, timestamp=1021080510)
    sent = Frame(CONNECT, 0x17, unit.encode()).encode()
    assert octets("000000270000000100000017393030303031") + AUTHENTICATOR + octets("213cdc73be") == sent
    assert unit == Connect.decode(sent[12:])


@pytest.mark.parametrize(
    ("wide", "status", "proof"),
    [(False, "00", "6c0b846e25bab6daa4ed1c466e0f4bd8"), (True, "00000000", "7942977274098cf210ab0c16c367bc8d")],
)
def test_the_gateway_proves_itself_as_others_do(*, wide: bool, status: str, proof: str) -> None:
    assert octets(proof) == authenticator_ismg(octets(status), AUTHENTICATOR, secret="888888")
    unit = ConnectAnswer(status=0, authenticator=octets(proof), version=0x30 if wide else 0x21)
    sent = Frame(CONNECT | ANSWER, 0x17, unit.encode(wide=wide)).encode()
    length = "00000021" if wide else "0000001e"
    assert octets(f"{length}8000000100000017{status}{proof}{'30' if wide else '21'}") == sent
    assert unit == ConnectAnswer.decode(sent[12:], wide=wide)


@pytest.mark.parametrize(("wide", "vector"), [(False, SUBMIT_20), (True, SUBMIT_30)])
def test_a_submit_is_what_others_send(*, wide: bool, vector: str) -> None:
    assert octets(vector) == Frame(SUBMIT, 0x17, SUBMITTED.encode(wide=wide)).encode()
    assert SUBMITTED == Submit.decode(octets(vector)[12:], wide=wide)


def test_the_answer_to_a_submit_is_what_others_send() -> None:
    sent = Frame(SUBMIT | ANSWER, 0x17, Answered(12878564852733378560, 0).encode(wide=False)).encode()
    assert octets("000000158000000400000017b2b9da800001000000") == sent


def test_a_deliver_and_a_report_are_what_others_send() -> None:
    brought = Deliver(
        msg_id=MSG_ID, destination="900001", source="13412340000", is_report=False, content=b"This is a test MO."
    )
    assert octets(DELIVER_30) == Frame(DELIVER, 1, brought.encode(wide=True)).encode()
    assert brought == Deliver.decode(octets(DELIVER_30)[12:], wide=True)
    report = Report(
        msg_id=MSG_ID,
        status="DELIVRD",
        submitted="1511120955",
        done="1511120957",
        destination="13412340000",
        sequence=0x12345678,
    )
    assert octets(REPORT) == report.encode(wide=False)
    assert report == Report.decode(octets(REPORT)) == Report.decode(report.encode(wide=True))


@given(submit=submits, wide=st.booleans())
def test_a_submit_survives_the_way(*, submit: Submit, wide: bool) -> None:
    assert submit == Submit.decode(submit.encode(wide=wide), wide=wide)


@given(deliver=delivers, wide=st.booleans())
def test_a_deliver_survives_the_way(*, deliver: Deliver, wide: bool) -> None:
    assert deliver == Deliver.decode(deliver.encode(wide=wide), wide=wide)


@given(submit=submits, wide=st.booleans(), data=st.data())
def test_a_body_that_ends_too_soon_is_noticed(*, submit: Submit, wide: bool, data: Any) -> None:
    needed = len(submit.encode(wide=wide)) - (20 if wide else 8)
    short = submit.encode(wide=wide)[: data.draw(st.integers(0, needed - 1))]
    with pytest.raises(BadFrame):
        Submit.decode(short, wide=wide)


@given(body=st.binary(max_size=300), wide=st.booleans())
def test_any_bytes_are_a_unit_or_refused(*, body: bytes, wide: bool) -> None:
    for read in (Connect.decode, Report.decode):
        try:
            read(body)
        except BadFrame:
            continue
    for unit in (ConnectAnswer, Submit, Answered, Deliver):
        try:
            unit.decode(body, wide=wide)
        except BadFrame:
            continue


@given(st.binary(min_size=12, max_size=12))
def test_no_header_makes_us_wait_for_more_than_a_unit(header: bytes) -> None:
    length = int.from_bytes(header[:4])
    if 12 <= length <= MOST_BYTES:
        assert length - 12 == body_length(header)
    else:
        with pytest.raises(BadFrame):
            body_length(header)


def test_a_frame_survives_the_way() -> None:
    sent = Frame(SUBMIT, 7, b"body")
    assert sent == frame(sent.encode()[:12], sent.encode()[12:])


def test_what_does_not_fit_is_not_cut() -> None:
    for unit in (replace(SUBMITTED, account="9" * 7), replace(SUBMITTED, destinations=("9" * 33,))):
        with pytest.raises(ValueError, match="field"):
            unit.encode(wide=True)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=1000), octet)
def test_the_parts_of_a_text_make_the_text(text: str, flag: int) -> None:
    parts = parts_of(text, flag=flag)
    if len(text.encode("utf-16-be")) <= 140:
        assert [text.encode("utf-16-be")] == parts
        return
    assert [bytes([5, 0, 3, flag, len(parts), number]) for number in range(1, len(parts) + 1)] == [
        part[:6] for part in parts
    ]
    assert all(len(part) <= 140 for part in parts)
    assert text == "".join(part[6:].decode("utf-16-be") for part in parts)


def test_a_text_of_71_characters_is_two_parts_of_67_and_4() -> None:
    assert [140, 14] == [len(part) for part in parts_of("市" * 71, flag=1)]
    with pytest.raises(ValueError, match="parts"):
        parts_of("市" * 67 * 256, flag=1)
    with pytest.raises(ValueError, match="empty"):
        parts_of("", flag=1)
