"""Opens the gateways that `gateways.toml` chooses, with their secrets from the settings."""

from casebook.clock import Clock
from casebook.errors import ConfigurationError
from casebook.gateways import Gateways
from casebook.messages import SMS, WECOM
from casebook.settings import Settings
from workers.aliyun import AliyunGateway
from workers.cmpp import CmppGateway
from workers.crash_points import CrashPoints
from workers.mas import MasGateway
from workers.smpp import SmppGateway
from workers.sms_gateway import SmsGateway
from workers.tencent import TencentGateway
from workers.wecom import WecomGateway


def open_gateways(gateways: Gateways, settings: Settings, *, clock: Clock, crash: CrashPoints) -> dict[str, SmsGateway]:
    """Return a gateway for each channel that the district uses; ConfigurationError when a secret is not there."""
    opened = {SMS: _for_sms(gateways, settings, clock=clock, crash=crash)}
    if gateways.wecom:
        _must_have_secret("wecom", settings)
        opened[WECOM] = WecomGateway(rules=gateways.wecom, secret=settings.wecom_secret, clock=clock)
    return opened


def _must_have_secret(name: str, settings: Settings) -> None:
    if not getattr(settings, f"{name}_secret").get_secret_value():
        variable = f"MINHU_{name.upper()}_SECRET"
        raise ConfigurationError(f"gateways.toml 选用了 {name}，但没有它的口令。请设置环境变量 {variable} 后重新启动。")


def _for_sms(gateways: Gateways, settings: Settings, *, clock: Clock, crash: CrashPoints) -> SmsGateway:
    if gateways.in_use != "smpp":
        _must_have_secret(gateways.in_use, settings)
    if gateways.in_use == "cmpp" and gateways.cmpp:
        return CmppGateway(rules=gateways.cmpp, secret=settings.cmpp_secret, clock=clock, crash=crash)
    if gateways.in_use == "aliyun" and gateways.aliyun:
        return AliyunGateway(rules=gateways.aliyun, secret=settings.aliyun_secret, clock=clock)
    if gateways.in_use == "tencent" and gateways.tencent:
        return TencentGateway(rules=gateways.tencent, secret=settings.tencent_secret, clock=clock)
    if gateways.in_use == "mas" and gateways.mas:
        return MasGateway(rules=gateways.mas, secret=settings.mas_secret)
    credentials = (settings.smpp_system_id, settings.smpp_password.get_secret_value())
    return SmppGateway(
        address=settings.smpp,
        credentials=credentials,
        source=settings.sms_source,
        rules=gateways.smpp,
        crash=crash,
    )
