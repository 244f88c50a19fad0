"""The one reader of the environment: where the casebook, the engine and the SMSC are."""

from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from casebook.errors import ConfigurationError

ROOT = Path(__file__).resolve().parent.parent
SECRETS = Path("/run/secrets")  # where containers are handed their secrets, one value a file


class Settings(BaseSettings):
    """Settings of workers, desk and commands; variables carry the prefix `MINHU_`.

    `database_url` is `DATABASE_URL` without the prefix and has no default: a casebook that
    nobody chose would be a second truth. `personal_key` has none either: without it nothing personal could be sealed.
    Ports of the machine itself are in `launcher/machine.py`.
    A value may also stand in a file of `SECRETS` that is named like its variable, in small letters;
    the environment goes first.
    """

    model_config = SettingsConfigDict(env_prefix="MINHU_", frozen=True, hide_input_in_errors=True, extra="ignore")

    database_url: SecretStr = Field(validation_alias="DATABASE_URL")
    zeebe: str = "127.0.0.1:26500"
    smpp: str = "127.0.0.1:2775"
    smpp_system_id: str = "minhu"
    smpp_password: SecretStr = SecretStr("loopback")
    personal_key: SecretStr = Field(validation_alias=AliasChoices("MINHU_PERSONAL_KEY", "personal_key"))
    city_url: str | None = None
    city_secret: SecretStr = SecretStr("")
    platform_secrets: SecretStr = SecretStr("")
    sms_source: str = "10690012345"
    cmpp_secret: SecretStr = SecretStr("")
    aliyun_secret: SecretStr = SecretStr("")
    tencent_secret: SecretStr = SecretStr("")
    mas_secret: SecretStr = SecretStr("")
    wecom_secret: SecretStr = SecretStr("")
    sms_push_key: SecretStr = SecretStr("")
    smsc_journal: Path | None = None
    clock_file: Path | None = None
    quiet_hours: bool = True  # False on a machine of nobody: its telephones may ring at any hour
    config: Path = ROOT / "config"
    bpmn: Path = ROOT / "bpmn"
    bind: str = "127.0.0.1"
    desk_port: int = 8000
    health_port: int = 8090
    base_url: str = "http://127.0.0.1:8000"
    state: Path = ROOT / ".minhu"
    job_timeout_seconds: float = Field(default=60.0, ge=1.0, le=900.0)
    crash: str = ""
    otlp: str | None = None

    def platform_secret(self, platform: str) -> str:
        """Return the secret shared with a platform, from `code=secret` pairs with commas between; empty for none."""
        pairs = (pair.partition("=") for pair in self.platform_secrets.get_secret_value().split(","))
        return next((secret.strip() for code, _, secret in pairs if code.strip() == platform), "")

    @classmethod
    def from_environment(cls, *, secrets: Path = SECRETS) -> "Settings":
        """Read the environment and the secrets; ConfigurationError names what is missing or malformed."""
        try:
            return cls(_secrets_dir=secrets if secrets.is_dir() else None)  # type: ignore[call-arg]  # from outside
        except ValidationError as error:
            names = "、".join(sorted({str(item["loc"][0]).upper() for item in error.errors()}))
            raise ConfigurationError(
                f"环境变量 {names} 缺失或格式不对。请参照 config/env.example 设置后重新启动。"
            ) from error
