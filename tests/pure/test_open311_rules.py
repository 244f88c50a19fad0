"""The files of the Open311 door: complete, and refused with a sentence when they are not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.district import District, load_district
from casebook.errors import ConfigurationError
from casebook.open311_rules import digest_of
from casebook.settings import Settings
from desk.open311.keys import is_for_this_machine_only
from launcher.model_check.texts import load

CONFIG = Path(__file__).resolve().parents[2] / "config"
Change = Callable[[str, str, str], Path]


@pytest.fixture(scope="module")
def district() -> District:
    return load_district(CONFIG)


@pytest.fixture
def change(tmp_path: Path) -> Change:
    def changed(name: str, old: str, new: str) -> Path:
        folder = tmp_path / "config"
        shutil.copytree(CONFIG, folder, ignore=shutil.ignore_patterns("samples"))
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return changed


def test_the_key_demo_opens_the_door_on_loopback_only(district: District) -> None:
    found = district.open311.client_with("demo", on_loopback=True)
    assert found is not None
    assert "open311_demo" == found.platform
    assert None is district.open311.client_with("demo", on_loopback=False)
    assert None is district.open311.client_with(digest_of("demo"), on_loopback=True)
    assert None is district.open311.client_with("", on_loopback=True)


@pytest.mark.parametrize(
    ("bind", "base_url", "alone"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", True),
        ("::1", "http://[::1]:8000", True),
        ("0.0.0.0", "http://127.0.0.1:8000", False),  # noqa: S104 - it is what must not open the door
        ("127.0.0.1", "https://minhu.example.gov.cn", False),
    ],
)
def test_a_desk_behind_a_proxy_is_not_alone_on_its_machine(bind: str, base_url: str, alone: bool) -> None:  # noqa: FBT001
    assert alone == is_for_this_machine_only(Settings.model_construct(bind=bind, base_url=base_url))


def test_a_client_is_called_by_its_name(district: District) -> None:
    assert "开放接口（演示）" == district.platform_name("open311_demo")
    assert "市长专线" == district.platform_name("mayor_line")
    assert "open311_gone" == district.platform_name("open311_gone")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("open311.toml", 'key = "demo"', 'key = "secret"', "demo"),
        ("open311.toml", 'key = "demo"', "", "key_sha256"),
        ("open311.toml", 'key = "demo"', 'key_sha256 = "short"', "key_sha256"),
        ("open311.toml", "[clients.demo]", "[clients.Demo]", "Demo"),
        ("open311.toml", "[clients.demo]", "[customers.demo]", "customers"),
        ("open311.toml", 'channel = "online"', 'channel = "radio"', "radio"),
        ("open311.toml", 'channel = "online"', 'channel = "patrol"', "clients.demo"),
        ("open311.toml", 'key = "demo"', 'key = "demo"\nlevel = "district"\nchannel = "visit"', "clients.demo"),
        ("open311.toml", 'key = "demo"', 'key = "demo"\nchannel = "radio"', "clients.demo.channel"),
        ("open311.toml", 'key = "demo"', 'key = "demo"\nlevel = "village"', "clients.demo.level"),
        ("open311.toml", "per_minute = 600", "per_minute = 0", "per_minute"),
        ("open311.toml", "page_most = 1000", "page_most = 5000", "page_most"),
        ("questions.toml", "[020101.cover_kind]", "[999998.cover_kind]", "999998"),
        ("questions.toml", 'datatype = "datetime"', 'datatype = "date"', "dark_since"),
        ("questions.toml", 'values = { yes = "是", no = "否" }', "", "values"),
        ("questions.toml", "only_shown = true", "only_shown = true\nrequired = true", "only_shown"),
        ("questions.toml", "[020101.notice]", "[020101.Notice]", "Notice"),
    ],
)
def test_a_mistake_is_named_with_its_file_also_by_the_check(
    change: Change, name: str, old: str, new: str, said: str
) -> None:
    folder = change(name, old, new)
    with pytest.raises(ConfigurationError) as caught:
        load_district(folder)
    assert name in str(caught.value)
    assert said in str(caught.value)
    _, (finding,) = load(folder)
    assert name == finding.file


def test_a_client_of_a_street_brings_what_patrols_find(change: Change) -> None:
    folder = change("open311.toml", 'key = "demo"', 'key = "demo"\nlevel = "street"\nchannel = "patrol"')
    rules = load_district(folder).open311
    assert ("online", "patrol") == (rules.channel, rules.channel_of(rules.clients["demo"]))


def test_two_clients_do_not_share_a_key(change: Change) -> None:
    twin = f'\n[clients.twin]\nname = "二"\nkey_sha256 = "{digest_of("demo")}"\nper_minute = 1\n'
    folder = change("open311.toml", "[clients.demo]", f"{twin}[clients.demo]")
    with pytest.raises(ConfigurationError, match="同一个密钥"):
        load_district(folder)
