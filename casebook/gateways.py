"""Which gateway carries the short messages, and how each is reached: `gateways.toml`. Secrets stand elsewhere.

A section may be left out as long as nothing uses it.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StrictInt, StringConstraints, model_validator

from casebook.configuration import Configured, Text

Address = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.\-]+:[0-9]{1,5}$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$")]
Step = Literal["second_phone", "wecom", "duty_officer"]
GatewayName = Literal["smpp", "cmpp", "aliyun", "tencent", "mas"]


class SmppRules(Configured):
    """A carrier's gateway over SMPP 3.4; `receipt_ids` tells how its receipts write the ids that its answers gave."""

    receipt_ids: Literal["same", "decimal_of_hex", "hex_of_decimal"] = "same"


class CmppRules(Configured):
    """China Mobile's gateway (CMPP): our account with it, and the number we send from."""

    address: Address
    version: Literal["2.0", "3.0"]
    account: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,6}$")]
    service_id: Annotated[str, StringConstraints(pattern=r"^[!-~]{0,10}$")]
    source: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,21}$")]
    window: Annotated[StrictInt, Field(ge=1, le=255)]  # parts of texts that may wait for an answer at once


class AliyunRules(Configured):
    """Aliyun's short message service; `templates` names the approved code of each of our texts."""

    url: Url
    access_key_id: Text
    sign_name: Text
    templates: Mapping[str, Text]


class TencentRules(Configured):
    """Tencent Cloud's short message service; `templates` names the approved number of each of our texts."""

    url: Url
    region: Text
    secret_id: Text
    app_id: Text
    sign_name: Text
    templates: Mapping[str, Text]


class MasRules(Configured):
    """China Mobile's 云MAS: the enterprise, its interface account, the code of its signature."""

    url: Url
    enterprise: Text
    account: Text
    sign: Text
    extension: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,12}$")]


class WecomRules(Configured):
    """The application in WeCom (企业微信) that tells people with an account; `at_once`: our texts that go there too."""

    url: Url
    corp_id: Text
    agent_id: Annotated[StrictInt, Field(ge=1)]
    at_once: tuple[Text, ...]


class Gateways(Configured):
    """The gateway in use, what is tried for a person who was not reached, and the ways that are known."""

    in_use: GatewayName
    on_failure: tuple[Step, ...]
    smpp: SmppRules = SmppRules()
    cmpp: CmppRules | None = None
    aliyun: AliyunRules | None = None
    tencent: TencentRules | None = None
    mas: MasRules | None = None
    wecom: WecomRules | None = None

    @model_validator(mode="after")
    def _know_what_is_used(self) -> "Gateways":
        if "wecom" in self.on_failure and self.wecom is None:
            raise ValueError("on_failure 里有 wecom，但没有 [wecom] 一节，请补上")
        if self.in_use != "smpp" and getattr(self, self.in_use) is None:
            raise ValueError(f"in_use 选了 {self.in_use}，但没有 [{self.in_use}] 一节，请补上")
        return self

    def texts_without_template(self, texts: Mapping[str, str]) -> list[str]:
        """Return which of our texts the gateway in use has no approved template for."""
        used = {"aliyun": self.aliyun, "tencent": self.tencent}.get(self.in_use)
        return [name for name in texts if name not in used.templates] if used else []
