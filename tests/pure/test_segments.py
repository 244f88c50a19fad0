"""Long short messages are put together, in whatever way the sender cut them."""

import smpp34

from launcher.segments import Assembly, WholeMessage

TEXT = "【江岸民呼我应】您反映的车站街污水外溢已派单，请留意办理进度。" * 4
HALF = len(TEXT) // 2


def submit(content: bytes, *, esm_class: int = 0, tlvs: list[smpp34.Tlv] | None = None) -> smpp34.SubmitSm:
    return smpp34.SubmitSm("10690012345", "9991", content, data_coding=8, esm_class=esm_class, tlvs=tlvs or [])


def test_a_short_text_is_whole_at_once() -> None:
    whole = Assembly().add(submit("已亮红灯".encode("utf-16-be")), message_id="m1")

    assert whole == WholeMessage("已亮红灯", ("m1",))


def test_parts_with_a_header_are_joined_in_order_though_they_arrive_otherwise() -> None:
    assembly = Assembly()
    parts = [TEXT[:HALF], TEXT[HALF:]]
    first, second = (
        submit(bytes([5, 0, 3, 7, 2, number]) + part.encode("utf-16-be"), esm_class=0x40)
        for number, part in enumerate(parts, start=1)
    )

    assert assembly.add(second, message_id="m2") is None
    assert assembly.add(first, message_id="m1") == WholeMessage(TEXT, ("m1", "m2"))


def test_parts_numbered_by_sar_fields_are_joined() -> None:
    assembly = Assembly()

    def part(number: int, text: str) -> smpp34.SubmitSm:
        reference = smpp34.Tlv(0x020C, (300).to_bytes(2))
        tlvs = [reference, smpp34.Tlv(0x020E, b"\x02"), smpp34.Tlv(0x020F, bytes([number]))]
        return submit(text.encode("utf-16-be"), tlvs=tlvs)

    assert assembly.add(part(1, TEXT[:HALF]), message_id="m1") is None
    assert assembly.add(part(2, TEXT[HALF:]), message_id="m2") == WholeMessage(TEXT, ("m1", "m2"))


def test_a_payload_field_carries_the_whole_text() -> None:
    payload = smpp34.Tlv(0x0424, TEXT.encode("utf-16-be"))

    assert Assembly().add(submit(b"", tlvs=[payload]), message_id="m1") == WholeMessage(TEXT, ("m1",))
