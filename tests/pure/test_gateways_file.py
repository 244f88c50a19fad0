"""`gateways.toml`: the sample can be used as it stands, and what is wrong in it is said with its key."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from casebook.clock import wall_clock
from casebook.district import load_district
from casebook.errors import ConfigurationError
from casebook.settings import Settings
from tests.pure.test_district import CONFIG, copy, refusal
from workers.cmpp import CmppGateway
from workers.crash_points import CrashPoints
from workers.gateways import open_gateways
from workers.smpp import SmppGateway
from workers.wecom import WecomGateway

__all__ = ["copy"]  # the fixture
SETTINGS = Settings.model_validate(
    {"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1/nothing", "MINHU_PERSONAL_KEY": "0f" * 32}
)


def written(copy: Path, *changes: tuple[str, str]) -> Path:
    """Return a folder whose gateways.toml has all its sections, and changes."""
    text = (CONFIG / "gateways.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^# (\[|[a-z_]+ = )", r"\1", text)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (copy / "gateways.toml").write_text(text, encoding="utf-8")
    return copy


def test_one_machine_uses_smpp_and_no_wecom(copy: Path) -> None:
    gateways = load_district(copy).gateways
    opened = open_gateways(gateways, SETTINGS, clock=wall_clock, crash=CrashPoints())
    assert {"sms": SmppGateway} == {channel: type(gateway) for channel, gateway in opened.items()}


def test_a_file_of_before_without_a_section_for_smpp_still_serves(copy: Path) -> None:
    text = (copy / "gateways.toml").read_text(encoding="utf-8")
    (copy / "gateways.toml").write_text(
        text.replace("[smpp]", "# ").replace('receipt_ids = "same"', ""), encoding="utf-8"
    )
    assert "same" == load_district(copy).gateways.smpp.receipt_ids


def test_every_section_of_the_sample_can_be_used(copy: Path) -> None:
    gateways = load_district(written(copy)).gateways
    assert all((gateways.cmpp, gateways.aliyun, gateways.tencent, gateways.mas, gateways.wecom))


def test_what_is_chosen_is_opened_with_its_secret(copy: Path) -> None:
    gateways = load_district(written(copy, ('in_use = "smpp"', 'in_use = "cmpp"'))).gateways
    settings = SETTINGS.model_copy(update={"cmpp_secret": SecretStr("x"), "wecom_secret": SecretStr("y")})
    opened = open_gateways(gateways, settings, clock=wall_clock, crash=CrashPoints())
    assert [CmppGateway, WecomGateway] == [type(opened[channel]) for channel in ("sms", "wecom")]
    with pytest.raises(ConfigurationError, match="MINHU_CMPP_SECRET"):
        open_gateways(gateways, SETTINGS, clock=wall_clock, crash=CrashPoints())


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('in_use = "smpp"', 'in_use = "pigeon"', ["in_use", "smpp", "mas"]),
        ('in_use = "smpp"', 'in_use = "aliyun"', ["aliyun.templates", "yellow"]),
        ('version = "2.0"', 'version = "4.0"', ["cmpp.version", "2.0"]),
        ('account = "901782"', 'account = "9017821"', ["cmpp.account"]),
        ("window = 16", "window = 0", ["cmpp.window"]),
        ('receipt_ids = "same"', 'receipt_ids = "octal"', ["smpp.receipt_ids", "decimal_of_hex"]),
        ('receipt_ids = "same"', 'receipt_id = "same"', ["smpp.receipt_id", "没有这个配置项"]),
        ("[cmpp]", "password = 1\n[cmpp]", ["password", "没有这个配置项"]),
        ('at_once = ["supervision"]', 'at_once = ["supervison"]', ["wecom.at_once", "supervison"]),
        ("[mas]", "[mass]", ["mass", "没有这个配置项"]),
        ('url = "https://sms.tencentcloudapi.com"', 'url = "sms.tencentcloudapi.com"', ["tencent.url"]),
    ],
)
def test_what_is_wrong_is_said_with_its_key(copy: Path, old: str, new: str, named: list[str]) -> None:
    sentence = refusal(written(copy, (old, new)))
    assert [] == [word for word in ["gateways.toml", *named] if word not in sentence]


def test_a_gateway_that_is_not_described_cannot_be_used(copy: Path) -> None:
    for chosen, named in (
        ('in_use = "cmpp"\non_failure = []\n', "cmpp"),
        ('in_use = "smpp"\non_failure = ["wecom"]\n', "wecom"),
    ):
        (copy / "gateways.toml").write_text(chosen, encoding="utf-8")
        assert f"[{named}]" in refusal(copy)
