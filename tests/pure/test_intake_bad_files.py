"""Files that are not what a platform exports: refused with a sentence, whatever their bytes."""

import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casebook.district import Platform, load_district
from casebook.errors import RejectedInput
from casebook.reports import RequestReport, Withdrawal
from desk.intake import Rejected, Row, read_export

CONFIG = Path(__file__).resolve().parents[2] / "config"
PLATFORMS = ["mayor_line", "message_board", "social_governance", "digital_city", "neighbourhood"]
DISTRICT = load_district(CONFIG)


def sample(platform: str) -> Path:
    return next((CONFIG / "samples").glob(f"{platform}.*"))


def read(path: Path, platform: str) -> list[Row]:
    return list(read_export(path, platform=DISTRICT.platforms[platform], district=DISTRICT))


def reports(rows: list[Row]) -> list[RequestReport]:
    return [row for row in rows if isinstance(row, RequestReport)]


def refusal(path: Path, platform: str) -> str:
    with pytest.raises(RejectedInput) as caught:
        read(path, platform)
    sentence = str(caught.value)
    assert sentence.endswith("。")
    return sentence


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_missing_or_empty_file_is_refused(tmp_path: Path, platform: str) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    assert "找不到文件 none" in refusal(tmp_path / "none", platform)
    assert "不是文件" in refusal(tmp_path, platform)
    assert DISTRICT.platforms[platform].name in refusal(empty, platform)


@pytest.mark.parametrize("platform", ["mayor_line", "message_board", "digital_city", "neighbourhood"])
def test_a_truncated_file_is_refused(tmp_path: Path, platform: str) -> None:
    whole = sample(platform).read_bytes()
    path = tmp_path / "half"
    path.write_bytes(whole[: len(whole) // 2])
    assert "不完整" in refusal(path, platform)


def test_a_truncated_csv_loses_only_its_last_row(tmp_path: Path) -> None:
    path = tmp_path / "half.csv"
    lines = sample("social_governance").read_bytes().split(b"\r\n")[:6]
    path.write_bytes(b"\r\n".join(lines)[: -len(lines[-1]) // 2])
    rows = read(path, "social_governance")
    assert isinstance(rows[-1], Rejected)
    assert "没有写完" in rows[-1].reason
    assert len(reports(rows)) == len(rows) - 1


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_of_another_platform_is_refused(platform: str) -> None:
    for other in set(PLATFORMS) - {platform}:
        refusal(sample(other), platform)


def test_a_csv_in_the_wrong_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "utf8.csv"
    path.write_text(sample("social_governance").read_text(encoding="gb18030", errors="replace"), encoding="utf-8")
    assert "gb18030" in refusal(path, "social_governance")


def test_a_broken_byte_in_a_csv_costs_only_its_row(tmp_path: Path) -> None:
    lines = sample("social_governance").read_bytes().split(b"\r\n")
    lines[1] = lines[1].replace("江岸".encode("gb18030"), b"\xff\xff", 1)
    path = tmp_path / "broken.csv"
    path.write_bytes(b"\r\n".join(lines))
    assert len(reports(read(path, "social_governance"))) == 114


def test_entities_and_document_types_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    for document in (
        '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><DigitalCity><Tasks>&c;</Tasks></DigitalCity>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><DigitalCity><Tasks>&b;</Tasks></DigitalCity>',
        '<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><DigitalCity/>',
    ):
        path.write_text(document, encoding="utf-8")
        assert "为安全起见" in refusal(path, "digital_city")


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    xml = tmp_path / "deep.xml"
    xml.write_text("<a>" * 500 + "</a>" * 500, encoding="utf-8")
    assert "嵌套" in refusal(xml, "digital_city")
    document = tmp_path / "deep.json"
    document.write_text("[" * 200_000, encoding="utf-8")
    refusal(document, "message_board")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"")
        parts.filelist[0].file_size = 600 * 1024 * 1024  # what the archive promises is enough to refuse it
    assert "512 MB" in refusal(path, "mayor_line")


def test_a_file_larger_than_the_platform_may_send_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as large:
        large.truncate(65 * 1024 * 1024)
    for platform in PLATFORMS:
        assert "超过 64 MB" in refusal(path, platform)


def test_a_spreadsheet_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["工单编号", "受理时间"])
    workbook.save(tmp_path / "columns.xlsx")
    assert "诉求分类" in refusal(tmp_path / "columns.xlsx", "mayor_line")


ANY_PLATFORM = st.sampled_from([DISTRICT.platforms[name] for name in PLATFORMS])
QUIET = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUIET
@given(content=st.binary(max_size=400), platform=ANY_PLATFORM)
@example(content=b"\xef\xbb\xbf", platform=DISTRICT.platforms["digital_city"])
@example(content=b'<?xml version="1.0" encoding="x"?><a/>', platform=DISTRICT.platforms["digital_city"])
def test_no_bytes_provoke_anything_but_a_refusal(tmp_path: Path, content: bytes, platform: Platform) -> None:
    _read_or_refuse(tmp_path / "any", content, platform=platform)


@QUIET
@given(data=st.data(), platform=ANY_PLATFORM)
def test_no_damage_to_a_real_export_provokes_anything_but_a_refusal(
    tmp_path: Path, data: st.DataObject, platform: Platform
) -> None:
    content = bytearray(sample(platform.code).read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(tmp_path / "damaged", bytes(content), platform=platform)


def _read_or_refuse(path: Path, content: bytes, *, platform: Platform) -> None:
    path.write_bytes(content)
    try:
        rows = list(read_export(path, platform=platform, district=DISTRICT))
    except RejectedInput:
        return
    assert all(isinstance(row, RequestReport | Withdrawal | Rejected) for row in rows)
