"""The commands as an official types them: whole or not at all, and every line says what happened."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from casebook.district import District, load_district
from casebook.engine import open_casebook
from casebook.errors import ConfigurationError
from launcher.__main__ import main
from launcher.private import private_machine
from launcher.register import Decisions, prepare_casebook
from launcher.stack import Machine
from tests.casebook.rows import order, request
from workers.plan_deadlines import PlanDeadlines, plan_deadlines

FROM, TO = "street_002_order", "street_002_urban"
Command = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture(scope="module")
def own_machine() -> Iterator[Machine]:
    """A machine of this file's own: commands write for good."""
    with private_machine("postgres") as machine:
        yield machine


@pytest.fixture
def minhu(own_machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("MINHU_STATE", str(own_machine.settings.state))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*arguments: object) -> tuple[int, dict[str, Any], str]:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        record = json.loads(said.out.splitlines()[-1]) if "--json" in arguments and said.out else {}
        return code, record, said.out + said.err

    return run


async def work(machine: Machine, count: int) -> list[str]:
    """Give a unit some work; return the work orders' numbers."""
    district: District = load_district(machine.settings.config)
    casebook, now = open_casebook(machine.database_url, key=machine.personal_key), datetime.now(UTC)
    async with casebook.begin() as connection:
        asked = [await request(connection, district, now=now) for _ in range(count)]
        numbers = [await order(connection, each, FROM, now=now) for each in asked]
    await casebook.dispose()
    return numbers


def test_a_directory_goes_out_is_edited_tried_and_imported(minhu: Command, tmp_path: Path) -> None:
    file = tmp_path / "目录.xlsx"
    assert 0 == minhu("directory", "export", file)[0]
    workbook = load_workbook(file)
    for row in workbook["单位"].iter_rows(min_row=2):
        if row[0].value == FROM:
            row[1].value = "大智街道平安办"
    workbook.save(file)
    expected = [("units", "changed", [FROM], ["name"])]
    for arguments, written in ((["--dry-run"], False), ([], True)):
        code, record, said = minhu("directory", "import", file, "--json", *arguments)
        changes = [(each["table"], each["what"], each["key"], each["columns"]) for each in record["changes"]]
        assert (0, expected, written) == (code, changes, record["imported"])
        assert "单位名称：大智街道平安建设办 → 大智街道平安办" in said
    assert [] == minhu("directory", "import", file, "--dry-run", "--json")[1]["changes"]


async def over_the_year(machine: Machine, *, now: datetime) -> str:
    """A unit gets work whose limit reaches into a year that nobody has confirmed; return the work order's number."""
    district = load_district(machine.settings.config)
    casebook = open_casebook(machine.database_url, key=machine.personal_key)
    async with casebook.begin() as connection:
        request_id = await request(connection, district, now=now)
        number = await order(connection, request_id, "dept_water", now=now)
        read = PlanDeadlines(work_order_id=number, limit="handling", limit_hours=21, inspect_hours=35, basis="working")
        await plan_deadlines(read, casebook=connection, now=now, district=district)
    await casebook.dispose()
    return number


def test_a_confirmed_year_is_shown_first_and_counted_anew_at_the_next_start(
    own_machine: Machine, minhu: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 12, 30, 1, tzinfo=UTC)
    number = asyncio.run(over_the_year(own_machine, now=now))
    assert (0, 0) == (minhu("replan", "--json")[0], minhu("replan", "--json")[1]["count"])
    folder = tmp_path / "config"
    shutil.copytree(own_machine.settings.config, folder)
    calendar = folder / "calendar.toml"
    text = calendar.read_text(encoding="utf-8").replace("2026]", "2026, 2027]")
    notice = '[[overrides]]\ndate = 2027-01-02\nworking = true\nnotice = "国办发明电〔2026〕7号"\n'
    calendar.write_text(text.replace("overrides = []", notice), encoding="utf-8")
    monkeypatch.setenv("MINHU_CONFIG", str(folder))
    code, record, said = minhu("replan", "--dry-run", "--json")
    assert (0, [number]) == (code, [each["work_order_id"] for each in record["moved"]])
    assert record["moved"][0]["red_at"] < record["moved"][0]["red_before"]
    assert "没有写入" in said
    url, key, bpmn = own_machine.database_url, own_machine.personal_key, own_machine.settings.bpmn
    prepare_casebook(url, key=key, decided=Decisions(config=folder, bpmn=bpmn), now=now)
    assert 0 == minhu("replan", "--json")[1]["count"]


def test_what_is_wrong_is_all_said_and_nothing_is_written(minhu: Command, tmp_path: Path) -> None:
    file = tmp_path / "目录.xlsx"
    minhu("directory", "export", file)
    workbook = load_workbook(file)
    workbook["单位"]["G3"], workbook["人员"]["E2"] = "nobody", "12"
    workbook["值班"].delete_rows(2)
    workbook.save(file)
    code, record, said = minhu("directory", "import", file, "--json")
    assert (1, False) == (code, record["imported"])
    for part in ("没有编码“nobody”", "表“人员”第 2 行“手机号码”", "值班表有空档", "目录没有变动"):
        assert part in said


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("directory", "import", "none.xlsx"), "读不到文件"),
        (("directory", "import", "none.xlsx", "--from", "2020-01-01"), "--from 不能早于今天"),
        (("redispatch", "--from", "nobody"), "没有代码为 nobody 的单位"),
        (("redispatch", "--undo", "GP1"), "没有编号为 GP1"),
        (("redispatch", "--undo", "GP1", "--dry-run"), "不能和"),
    ],
)
def test_a_mistake_is_one_sentence(minhu: Command, arguments: tuple[str, ...], part: str) -> None:
    code, _, said = minhu(*arguments)
    assert code == 2
    assert part in said
    assert "Traceback" not in said


def test_work_is_shown_moved_and_given_back(minhu: Command, own_machine: Machine) -> None:
    numbers = asyncio.run(work(own_machine, 2))
    _, shown, said = minhu("redispatch", "--from", FROM, "--to", TO, "--dry-run", "--json")
    assert (2, numbers) == (shown["count"], [move["work_order_id"] for move in shown["moves"]])
    assert "没有写入" in said
    _, done, said = minhu("redispatch", "--from", FROM, "--to", TO, "--json")
    assert shown["moves"] == done["moves"]
    assert f"./minhu redispatch --undo {done['batch_id']}" in said
    assert 0 == minhu("redispatch", "--from", FROM, "--to", TO, "--json")[1]["count"]
    _, undone, _ = minhu("redispatch", "--undo", done["batch_id"], "--json")
    assert (numbers, []) == (undone["restored"], undone["kept"])


def test_a_start_refuses_files_in_which_nobody_would_be_found(own_machine: Machine, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(own_machine.settings.config, config, ignore=shutil.ignore_patterns("samples"))
    people = config / "directory" / "people.csv"
    kept = [
        line for line in people.read_text(encoding="utf-8").splitlines() if "city_platform,duty_officer" not in line
    ]
    people.write_text("\n".join(kept) + "\n", encoding="utf-8")
    for name in ("rosters", "substitutes"):
        file = config / "directory" / f"{name}.csv"
        kept = [line for line in file.read_text(encoding="utf-8").splitlines() if "city_platform" not in line]
        file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="找不到任何值班员"), private_machine("postgres", config=config):
        pass
