"""The district's configuration: complete, consistent, and refused with a sentence when it is not."""

import re
import shutil
from datetime import time
from pathlib import Path

import pytest

from casebook.district import District, load_district
from casebook.errors import ConfigurationError

CONFIG = Path(__file__).resolve().parents[2] / "config"
ONE_OVERRIDE = '[[overrides]]\ndate = 2027-02-06\nworking = true\nnotice = ""\n'
TWO_OVERRIDES = ONE_OVERRIDE.replace('""', '"国办发明电〔2026〕7号"') * 2
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def district() -> District:
    return load_district(CONFIG)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(CONFIG, folder, ignore=shutil.ignore_patterns("samples"))
    return folder


def change(folder: Path, name: str, *, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_district(folder)
    sentence = str(caught.value)
    assert CHINESE.search(sentence)
    assert "pydantic" not in sentence
    assert sentence.endswith("。")
    return sentence


def test_the_district_has_its_17_streets_and_141_communities(district: District) -> None:
    assert len(district.communities) == 141
    assert len({place.street for place in district.communities.values()}) == 17
    assert len(district.places) == 158


def test_every_place_has_its_centre_and_every_unit_its_three_people(district: District) -> None:
    centres = {unit.area for unit in district.units if unit.kind == "centre"}
    assert centres == {place.code for place in district.places} | {district.area}
    duties: dict[str, set[str]] = {unit.code: set() for unit in district.units}
    for person in district.people:
        duties[person.unit].add(person.duty)
    assert all(held == {"duty_officer", "deputy_head", "principal_head"} for held in duties.values())


def test_superiors_lead_from_the_community_to_the_city(district: District) -> None:
    superior = {unit.code: unit.superior for unit in district.units}
    unit: str | None = "community_002003"
    way = []
    while unit is not None:
        way.append(unit)
        unit = superior[unit]
    expected = ["community_002003", "community_002003_centre", "street_002_centre", "district_centre", "city_platform"]
    assert way == expected


def test_each_street_has_the_posted_forces_of_eight_departments(district: District) -> None:
    posted = [unit for unit in district.units if unit.kind == "posted_force"]
    assert len(posted) == 17 * 8
    assert len({unit.role for unit in posted}) == 8


def test_people_of_the_sample_directory_cannot_be_reached_or_mistaken_for_real(district: District) -> None:
    assert all(person.phone.startswith("999") and len(person.phone) == 11 for person in district.people)
    assert len({person.phone for person in district.people}) == len(district.people)
    assert all(person.name.startswith("样例·") for person in district.people)


def test_codes_and_names_of_units_occur_once(district: District) -> None:
    assert len({unit.code for unit in district.units}) == len(district.units)
    assert len({unit.name for unit in district.units}) == len(district.units)


def test_every_role_is_played_by_somebody(district: District) -> None:
    assert {unit.role for unit in district.units} == set(district.roles)


def test_every_role_the_response_list_names_is_a_role_of_the_directory(district: District) -> None:
    table = (CONFIG.parent / "bpmn" / "response_list.dmn").read_text(encoding="utf-8")
    named = set(re.findall(r'"((?:dept|street|team|posted|community|district|city)(?:_[a-z]+)+)"', table))
    assert named
    assert named <= set(district.roles)


def test_office_hours_weights_and_confirmed_years_are_as_decided(district: District) -> None:
    assert district.calendar.office_hours == ((time(9), time(12)), (time(13, 30), time(17, 30)))
    assert 2026 in district.calendar.confirmed_years
    assert 2027 not in district.calendar.confirmed_years
    weights = district.weights
    percent = [weights.response, weights.cooperation, weights.completion, weights.satisfaction]
    assert [share * 100 for share in percent] == [10, 20, 30, 40]


def test_texts_are_signed_and_hold_nothing_of_a_caller(district: District) -> None:
    assert set(district.texts.templates) == {
        *("yellow", "red", "inspection", "supervision", "supervision_obstacle", "rating_invited", "repeated"),
        *("request_registered", "request_supplemented"),
        *("enforcement_called", "enforcement_refused", "digest"),
        *("inspection_overdue", "inspection_urged"),
        *("accountability_opened", "statement_missed", "accountability_found", "appeal_decided"),
        *("redispatched_away", "redispatched_here", "redispatch_undone"),
    }
    values = {
        "work_order_id": "JA20261102-000001-7-01",
        "request_id": "JA20261102-000001-7",
        "supervision_id": "D-1",
        "category": "暴露垃圾",
        "community": "保成社区",
        "unit": "大智街道城市管理办",
        "deadline": "11月3日 10:30",
        "link": "https://minhu.example/r/abc",
        "count": "12",
        "batch_id": "GP20261102-01",
        "other_unit": "大智街道公共服务办",
        "result": "申诉成立，得分 68.00 → 80.00",
    }
    for name in district.texts.templates:
        text = district.texts.fill(name, values)
        assert text.startswith("【江岸民呼我应】")
        assert len(text) <= 80


def test_a_community_is_known_by_code_name_and_street_with_name(district: District) -> None:
    codes = district.community_codes
    assert codes["420102017016"] == codes["同安社区"] == codes["后湖街道同安社区"] == "420102017016"
    assert codes["百步亭花园一居委会"] == "420102400001"


@pytest.mark.parametrize(
    "wrong",
    [
        ("district.toml", "returns_most = 2", "returns_max = 2", ["district.toml", "limits.returns_most", "缺少"]),
        ("district.toml", "returns_most = 2", "returns_most = 2\nspeed = 3", ["limits.speed", "没有这个配置项"]),
        ("district.toml", "returns_most = 2", 'returns_most = "二"', ["limits.returns_most", "应为整数"]),
        ("district.toml", "returns_most = 2", "returns_most = true", ["limits.returns_most", "应为整数"]),
        ("district.toml", "response = 0.10", "response = 0.11", ["weights", "之和应正好为 1"]),
        ("district.toml", "Asia/Shanghai", "Asia/Wuhan", ["district.toml", "zone"]),
        ("scoring.toml", 'response = "own"', 'response = "mine"', ["scoring.toml", "co_unit.response", "只能是"]),
        ("scoring.toml", 'satisfaction = "shared"', 'satisfaction = "own"', ["co_unit.satisfaction", "只能是"]),
        ("scoring.toml", "cases_least = 10", "cases_least = 0", ["ranking.cases_least", "数太小"]),
        ("scoring.toml", "working_days = 5", "working_days = 0", ["appeal.working_days", "数太小"]),
        ("scoring.toml", 'decided_by = "district_centre"', 'decided_by = "nobody"', ["appeal.decided_by", "roles.csv"]),
        ("scoring.toml", 'else_by = "inspection"', 'else_by = "district_centre"', ["appeal", "两个不同的角色"]),
        ("scoring.toml", "confidence = 0.95", "confidence = 1.2", ["ranking.confidence", "数太大"]),
        ("district.toml", "[limits]", "[limits", ["district.toml", "TOML"]),
        ("calendar.toml", '["09:00", "12:00"]', '["09:00", "14:00"]', ["calendar.toml", "office_hours", "互不重叠"]),
        ("calendar.toml", '"09:00"', '"9点"', ["calendar.toml", "office_hours", "09:00"]),
        ("channels.toml", '"street", "district"]', '"village"]', ["channels.toml", "online", "levels"]),
        ("texts.toml", "{deadline}前办结", "{telephone}前办结", ["texts.toml", "yellow", "占位符"]),
        ("texts.toml", "{deadline}前办结", "{deadline前办结", ["texts.toml", "yellow", "花括号"]),
        ("calendar.toml", "2025, 2026]", "2025, 20266]", ["calendar.toml", "confirmed_years", "数太大"]),
        ("calendar.toml", "overrides = []", TWO_OVERRIDES, ["calendar.toml", "overrides", "2027-02-06 写了两次"]),
        ("calendar.toml", "overrides = []", ONE_OVERRIDE, ["calendar.toml", "notice", "不能为空"]),
        ("deadlines.toml", "hours_most = 240", "hours_most = 20", ["deadlines.toml", "approval", "从小到大"]),
        ("deadlines.toml", 'by = "street"', 'by = "city"', ["deadlines.toml", "approval", "district"]),
        (
            "deadlines.toml",
            '"handling", "co_handling"]',
            '"handing"]',
            ["deadlines.toml", "suspension.kinds", "handing"],
        ),
        ("deadlines.toml", "days_most = 15", "days_most = 0", ["deadlines.toml", "days_most", "数太小"]),
        ("deadlines.toml", "hours_left_least", "hours_left", ["deadlines.toml", "speed_up.hours_left"]),
        ("working_hours.toml", 'limits = "office"', 'limits = "mine"', ["working_hours.toml", "always", "office"]),
        ("kinds.toml", '"签收"', '""', ["kinds.toml", "sign_in", "不能为空"]),
        ("catalogue.csv", "010102,", "010101,", ["catalogue.csv", "第 3 行", "重复"]),
        ("catalogue.csv", "暴露垃圾,normal", "暴露垃圾,hasty", ["catalogue.csv", "第 2 行", "urgency", "normal"]),
        ("catalogue.csv", "暴露垃圾,normal", "暴露垃圾,normal,x", ["catalogue.csv", "第 2 行", "列数"]),
        ("directory/places.csv", "保成社区,420102002", "保成社区,420102999", ["places.csv", "420102002003", "street"]),
        ("directory/units.csv", "420102,city_platform", "420102,nobody", ["units.csv", "district_centre", "superior"]),
        ("directory/units.csv", "420102,city_platform", "420102,street_002_centre", ["units.csv", "绕成了圈"]),
        ("directory/units.csv", "inspection,420102", "inspector,420102", ["units.csv", "role", "inspector"]),
        ("directory/units.csv", "inspection,420102", "inspection,420103", ["units.csv", "area", "420103"]),
        ("directory/people.csv", "city_platform,duty", "city_hall,duty", ["people.csv", "unit", "city_hall"]),
        ("directory/people.csv", ",99910000037", ",12345", ["people.csv", "第 2 行", "phone"]),
        ("platforms/mayor_line.toml", '"010101"', '"999999"', ["mayor_line.toml", "categories", "999999"]),
        ("platforms/mayor_line.toml", 'format = "xlsx"', 'format = "xls"', ["mayor_line.toml", "format", "xlsx"]),
        ("platforms/digital_city.toml", "rows_at", "rows_in", ["digital_city.toml", "rows_in"]),
        ("platforms/social_governance.toml", '"gb18030"', '"gb99"', ["social_governance.toml", "encoding"]),
    ],
)
def test_a_wrong_key_is_named_with_its_file(copy: Path, wrong: tuple[str, str, str, list[str]]) -> None:
    name, old, new, expected = wrong
    change(copy, name, old=old, new=new)
    sentence = refusal(copy)
    assert [part for part in expected if part not in sentence] == []


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "texts.toml").unlink()
    assert "texts.toml" in refusal(copy)


def test_a_file_in_another_encoding_is_named(copy: Path) -> None:
    (copy / "roles.csv").write_bytes("role,name\ncommunity,社区\n".encode("gb18030"))
    assert "UTF-8" in refusal(copy)


def test_a_person_of_the_directory_is_never_quoted(copy: Path) -> None:
    change(copy, "directory/people.csv", old=",99910000037", new=",无号码张三")
    assert "张三" not in refusal(copy)
