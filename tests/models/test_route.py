"""`./minhu route`: what is answered, and what each kind of bad input gets."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casebook.decision_tables import Undecidable
from casebook.district import load_district
from casebook.preview import entry_of, read_case, read_tables
from launcher.errors import LauncherError
from tests.models.route_command import run
from tests.models.route_oracle import rows_of

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_bad_row_is_named_and_the_others_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cases.csv"
    rows = [
        b"category,community,at,urgency",
        b"010101,420102002003,,",
        b"000000,420102002003,,",
        b"010101,nowhere,,",
        b"010101,420102002003,yesterday,",
        b"010101,420102002003,,hasty",
        "010101,保成社区,,".encode("gb18030"),
        "010101,保成社区,,".encode(),
        b"010101",
        b"010101,420102002003,,,,,",
        b"",
        b"020301,420102002003,2026-11-23T09:30,urgent",
        b'"010101,420102002003',
    ]
    path.write_bytes(b"\n".join(rows))
    assert run("--csv", str(path), "--json") == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["row"] for line in lines] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13]
    errors = {line["row"]: line["error"] for line in lines if "error" in line}
    words = {3: "类别“000000”", 4: "社区“nowhere”", 5: "时间“yesterday”", 6: "紧急程度“hasty”", 7: "UTF-8", 9: "社区“”"}
    words |= {10: "列数", 13: "引号"}
    assert set(errors) == set(words)
    assert [row for row in words if words[row] not in errors[row] or f"第 {row} 行" not in errors[row]] == []
    assert [line["lead_unit"] for line in lines if line["row"] == 12] == ["dept_urban"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("类别,社区\n".encode(), "没有“category”这一列"),
        (b"category,community,when\n", "不认识“when”这一列"),
        ("category,community\n010101,420102002003\n".encode("utf-16"), "UTF-8"),
        (b"", "没有“category”这一列"),
        (None, "打不开"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "cases.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LauncherError, match=said):
        run("--csv", str(path))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--category", "123456", "--community", "420102002003"), "没有类别“123456”"),
        (("--category", "010101", "--community", "420102002"), "没有社区“420102002”"),
        (("--category", "010101"), "没有社区“”"),
        (("--category", "010101", "--community", "420102002003", "--at", "9点"), "时间“9点”"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_write(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(LauncherError, match=said):
        run(*arguments)


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bpmn"
    folder.mkdir()
    for name in ("response_list.dmn", "time_limit.dmn", "rating_outcome.dmn"):
        shutil.copy(ROOT / "bpmn" / name, folder / name)
    monkeypatch.setenv("MINHU_BPMN", str(folder))
    return folder


def change(path: Path, *, before: str, after: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert before in content
    path.write_text(content.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('<text>"010102"</text>', '<text>"010101"</text>', "Rule_010101、第 .* Rule_010102 同时命中"),
        ('<text>"010101"</text>', '<text>starts with(?, "01")</text>', "只有引擎能算"),
        ('<text>"community"</text>', "<text>my_role</text>", "Rule_010101：lead_role 写成了 my_role"),
        ("<text>[]</text>", '<text>"community"</text>', 'Rule_010101：co_roles 写成了 "community"'),
        ('<text>"A"</text>', '<text>"E"</text>', "Rule_010101：没有级别 E"),
        ("<text>urgency</text>", "<text>area</text>", "输入列“area”"),
        ('hitPolicy="UNIQUE"', 'hitPolicy="COLLECT"', "命中策略 COLLECT"),
    ],
)
def test_a_table_that_cannot_be_evaluated_exactly_is_refused(models: Path, before: str, after: str, said: str) -> None:
    change(models / "response_list.dmn", before=before, after=after)
    values = {"category": "010101", "community": "420102002003"}
    case = read_case(values, district=load_district(ROOT / "config"), now=NOW)
    table = read_tables(models).response_list
    with pytest.raises(Undecidable, match=said):
        entry_of(case, table.decide(category=case.category, urgency=case.urgency), table=table)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("</definitions>", "", "response_list.dmn 读不出来"),
        ('decision id="response_list"', 'decision id="list"', "没有决策表 response_list"),
        ('<text>"handling"</text>', '<text>"some_day"</text>', "没有时限 some_day（A 级、normal）"),
    ],
)
def test_a_table_that_leads_nowhere_is_a_sentence(models: Path, before: str, after: str, said: str) -> None:
    change(models / "response_list.dmn", before=before, after=after)
    with pytest.raises(LauncherError, match=said):
        run("--category", "010101", "--community", "420102002003")


def test_one_case_is_answered_in_sentences_and_as_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--category", "030202", "--community", "保成社区", "--at", "2026-11-23T03:00", "--json") == 0
    *sentences, last = capsys.readouterr().out.splitlines()
    assert "大智街道保成社区　燃气安全　紧急　11月23日 03:00" == sentences[0]
    assert any("Rule_030202" in sentence and "《城镇燃气管理条例》" in sentence for sentence in sentences)
    answer = json.loads(last)
    assert ("C", "dept_urban", ["dept_emergency", "community_002003"]) == (
        answer["level"], answer["lead_unit"], answer["co_units"]
    )  # fmt: skip
    assert "handling_fast" == answer["limits"]["handling"]["limit"]


def test_categories_and_communities_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--list", "--json") == 0
    lists = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert len(lists["categories"]) == len(rows_of(ROOT / "config/catalogue.csv"))
    assert len(lists["communities"]) == 141
