"""Exports of the five platforms: every good row read, every bad one handed back, every bad file refused."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from casebook.district import District, load_district
from casebook.reports import RequestReport, Withdrawal
from desk.intake import Rejected, Row, read_export

CONFIG = Path(__file__).resolve().parents[2] / "config"
SAMPLES = CONFIG / "samples"
PLATFORMS = ["mayor_line", "message_board", "social_governance", "digital_city", "neighbourhood"]
DISTRICT = load_district(CONFIG)
GOOD: dict[str, Any] = {
    "thread_id": "1",
    "posted_at": "2026-11-02T09:00:00+08:00",
    "area": {"street": "后湖街道", "community": "同安社区"},
    "topic": "环境卫生·暴露垃圾",
    "content": "垃圾三天没人清运。",
    "author": {"nickname": "样例·王女士", "mobile": "99912345678", "identity": "个人"},
}


def sample(platform: str) -> Path:
    return next(SAMPLES.glob(f"{platform}.*"))


def read(path: Path, platform: str, *, district: District = DISTRICT) -> list[Row]:
    return list(read_export(path, platform=district.platforms[platform], district=district))


def reports(rows: list[Row]) -> list[RequestReport]:
    return [row for row in rows if isinstance(row, RequestReport)]


def rejected(rows: list[Row]) -> list[Rejected]:
    return [row for row in rows if isinstance(row, Rejected)]


def board(tmp_path: Path, *items: object) -> list[Row]:
    path = tmp_path / "board.json"
    path.write_text(json.dumps({"data": {"items": items}}), encoding="utf-8")
    return read(path, "message_board")


def the_reason(rows: list[Row]) -> str:
    (only,) = rejected(rows)
    return only.reason


@pytest.mark.parametrize(
    ("platform", "counts", "bad_rows"),
    [
        ("mayor_line", (163, 156, 150), [20, 25, 44, 48, 89, 149]),
        ("message_board", (97, 92, 88), [9, 57, 63, 92]),
        ("social_governance", (122, 115, 110), [17, 19, 26, 51, 56, 76]),
        ("digital_city", (88, 84, 80), [24, 36, 70]),
        ("neighbourhood", (111, 106, 100), [20, 71, 86, 101]),
    ],
)
def test_a_sample_export_reads_with_exactly_these_counts(
    platform: str, counts: tuple[int, int, int], bad_rows: list[int]
) -> None:
    rows = read(sample(platform), platform)
    good = reports(rows)
    assert (len(rows), len(good), len({report.external_id for report in good})) == counts
    assert [row.row for row in rejected(rows)] == bad_rows


def test_the_samples_cover_the_district() -> None:
    seen = [report for platform in PLATFORMS for report in reports(read(sample(platform), platform))]
    mapped = {ours for platform in DISTRICT.platforms.values() for ours in platform.categories.values()}
    assert {report.category for report in seen} <= mapped == set(DISTRICT.catalogue)
    assert len({report.category for report in seen}) > 125
    assert {report.channel for report in seen} == set(DISTRICT.channels)
    assert {report.community for report in seen} == set(DISTRICT.communities)
    assert {report.caller_kind for report in seen} == {"citizen", "business", "community", "street", "department"}
    assert all(report.caller_phone is None or report.caller_phone.startswith("999") for report in seen)
    assert any(report.caller_phone is None for report in seen)


def test_some_callers_of_the_samples_call_twice_on_different_platforms() -> None:
    seen: dict[tuple[str | None, str, str], set[str]] = {}
    for platform in PLATFORMS:
        for report in reports(read(sample(platform), platform)):
            if report.caller_phone:
                key = (report.caller_phone, report.category, report.community)
                seen.setdefault(key, set()).add(report.platform)
    assert len([platforms for platforms in seen.values() if len(platforms) > 1]) == 8


def test_the_samples_arrive_within_ten_days_from_the_first_morning() -> None:
    times = [report.received_at for platform in PLATFORMS for report in reports(read(sample(platform), platform))]
    assert min(times) >= datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
    assert max(times) < datetime(2026, 11, 11, 16, 0, tzinfo=UTC)


def test_a_record_becomes_a_report_in_our_words(tmp_path: Path) -> None:
    assert board(tmp_path, GOOD) == [
        RequestReport(
            platform="message_board",
            external_id="1",
            channel="online",
            received_at=datetime(2026, 11, 2, 1, 0, tzinfo=UTC),
            category="010101",
            community="420102017016",
            urgency="normal",
            caller_kind="citizen",
            caller_name="样例·王女士",
            caller_phone="99912345678",
            title="垃圾三天没人清运。",
            text="垃圾三天没人清运。",
        )
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"topic": ""}, ["topic", "没有填写"]),
        ({"topic": None}, ["topic", "没有填写"]),
        ({"topic": "样例·王女士"}, ["topic", "[categories]"]),
        ({"area": {"street": "后湖街道", "community": "样例新村社区"}}, ["area.community", "没有这个社区"]),
        ({"posted_at": "昨天下午"}, ["posted_at", "日期时间"]),
        ({"posted_at": "0001-01-01T00:00:00+08:00"}, ["posted_at", "日期时间"]),
        ({"posted_at": "1026-11-02T09:00:00+08:00"}, ["posted_at", "年份"]),
        ({"content": " \n "}, ["content", "没有填写"]),
        ({"content": "垃圾" * 3000}, ["content", "长度"]),
        ({"content": "乱码\ufffd"}, ["content", "编码"]),
        ({"content": "空字\x00符"}, ["content", "无法识别"]),
        ({"content": "半个\ud83d字"}, ["content", "无法识别"]),
        ({"origin": "飞鸽"}, ["origin", "[channels]"]),
        ({"author": {"identity": "外星人"}}, ["author.identity", "[caller_kinds]"]),
        ({"author": {"mobile": "打这个号"}}, ["author.mobile", "写法"]),
        ({"thread_id": None}, ["thread_id", "没有填写"]),
    ],
)
def test_a_bad_row_says_which_field_and_the_rest_goes_on(
    tmp_path: Path, change: dict[str, object], expected: list[str]
) -> None:
    rows = board(tmp_path, GOOD | change, GOOD)
    assert len(reports(rows)) == 1
    reason = the_reason(rows)
    assert [part for part in expected if part not in reason] == []
    assert "王女士" not in reason
    assert "打这个号" not in reason


def test_what_is_no_record_costs_only_itself(tmp_path: Path) -> None:
    assert len(reports(board(tmp_path, 7, GOOD))) == 1


def test_an_anonymous_caller_has_no_name(tmp_path: Path) -> None:
    (report,) = reports(board(tmp_path, GOOD | {"author": {"nickname": "匿名网友", "identity": "个人"}}))
    assert report.caller_name is None
    assert report.caller_phone is None


def test_swapped_coordinates_are_handed_back_and_others_are_kept_in_ours_with_the_datum_they_came_in() -> None:
    rows = read(sample("digital_city"), "digital_city")
    assert len([row for row in rejected(rows) if "坐标不在本区" in row.reason]) == 1
    placed = [report for report in reports(rows) if report.lat is not None]
    assert {"gcj02"} == {report.datum for report in placed}
    assert all(len(str(report.lat).partition(".")[2]) > 6 for report in placed)


def test_pictures_are_named_in_the_text_and_a_path_is_refused(tmp_path: Path) -> None:
    document = json.loads(sample("neighbourhood").read_text(encoding="utf-8"))
    record = document["records"][0]
    document["records"] = [record | {"pics": ["a.jpg", "b.png"]}, record | {"pics": ["../../etc/passwd"]}]
    path = tmp_path / "neighbourhood.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    rows = read(path, "neighbourhood")
    assert reports(rows)[0].text.endswith("\n附图：a.jpg、b.png")
    assert "图片名" in the_reason(rows)


def test_a_changed_field_name_needs_only_a_changed_configuration(tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config, ignore=shutil.ignore_patterns("samples"))
    platform = config / "platforms" / "message_board.toml"
    platform.write_text(platform.read_text(encoding="utf-8").replace('"content"', '"body"'), encoding="utf-8")
    path = tmp_path / "board.json"
    renamed = {"body" if key == "content" else key: value for key, value in GOOD.items()}
    path.write_text(json.dumps({"data": {"items": [renamed]}}), encoding="utf-8")
    assert len(reports(read(path, "message_board", district=load_district(config)))) == 1


def test_a_formula_in_a_spreadsheet_is_only_text() -> None:
    texts = [report.text for report in reports(read(sample("mayor_line"), "mayor_line"))]
    assert [text for text in texts if text.startswith("=HYPERLINK(")]


def test_a_withdrawn_row_names_only_what_was_sent_before(tmp_path: Path) -> None:
    (row,) = board(tmp_path, {"thread_id": "1", "status": "withdrawn"})
    assert row == Withdrawal(platform="message_board", external_id="1")
    assert "没有填写" in the_reason(board(tmp_path, {"status": "withdrawn"}))
    assert "[states]" in the_reason(board(tmp_path, GOOD | {"status": "lost"}))


def test_zeros_are_no_point() -> None:
    assert not [row for row in rejected(read(sample("digital_city"), "digital_city")) if row.row in zero_points()]


def zero_points() -> list[int]:
    tasks = sample("digital_city").read_text(encoding="utf-8").split("<Task>")
    found = [row for row, task in enumerate(tasks) if "<CoordinateX>0</CoordinateX>" in task]
    assert len(found) == 2
    return found


NEW_PLATFORM = """
name = "街道来信来访"
format = "csv"
default_channel = "online"
time_format = "%Y-%m-%d %H:%M"

[fields]
external_id = "编号"
received_at = "时间"
category = "事项"
community = "社区"
text = "内容"

[categories]
"垃圾" = "010101"
"""


def test_a_new_platform_of_a_known_format_needs_only_a_file(tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config, ignore=shutil.ignore_patterns("samples"))
    (config / "platforms" / "letters.toml").write_text(NEW_PLATFORM, encoding="utf-8")
    path = tmp_path / "letters.csv"
    path.write_text("编号,时间,事项,社区,内容\n1,2026-11-02 09:00,垃圾,保成社区,垃圾没人运\n", encoding="utf-8")
    (report,) = reports(read(path, "letters", district=load_district(config)))
    assert (report.platform, report.category, report.community) == ("letters", "010101", "420102002003")
