"""Settings come from the environment, secrets also from files, and what is missing is named."""

from pathlib import Path

import pytest

from casebook.errors import ConfigurationError
from casebook.settings import Settings

ADDRESS = "postgresql+psycopg://minhu:word@postgres:5432/minhu"
KEY = "0f" * 32


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "MINHU_SMPP_PASSWORD", "MINHU_SMPP_SYSTEM_ID", "MINHU_PERSONAL_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "database_url").write_text(f"{ADDRESS}\n", encoding="utf-8")
    (tmp_path / "minhu_personal_key").write_text(f"{KEY}\n", encoding="utf-8")
    (tmp_path / "minhu_smpp_password").write_text("carrier\n", encoding="utf-8")
    (tmp_path / "minhu_smpp_system_id").write_text("district\n", encoding="utf-8")
    return tmp_path


def test_secrets_are_read_from_files_named_like_their_variables(secrets: Path) -> None:
    settings = Settings.from_environment(secrets=secrets)

    assert ADDRESS == settings.database_url.get_secret_value()
    assert "carrier" == settings.smpp_password.get_secret_value()
    assert KEY == settings.personal_key.get_secret_value()
    assert "district" == settings.smpp_system_id


def test_the_environment_goes_before_a_file(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINHU_SMPP_PASSWORD", "chosen")

    assert "chosen" == Settings.from_environment(secrets=secrets).smpp_password.get_secret_value()


def test_without_a_folder_of_secrets_what_is_missing_is_named(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL、MINHU_PERSONAL_KEY"):
        Settings.from_environment(secrets=secrets / "absent")


def test_a_secret_is_never_shown(secrets: Path) -> None:
    assert "carrier" not in repr(Settings.from_environment(secrets=secrets))
