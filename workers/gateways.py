"""Opens the gateway that `gateways.toml` chooses, with its secret from the settings."""

from casebook.clock import Clock
from casebook.errors import ConfigurationError
from casebook.gateways import Gateways
from casebook.settings import Settings
from workers.aliyun import AliyunGateway
from workers.cmpp import CmppGateway
from workers.crash_points import CrashPoints
from workers.mas import MasGateway
from workers.smpp import SmppGateway
from workers.sms_gateway import SmsGateway
from workers.tencent import TencentGateway


def open_gateway(gateways: Gateways, settings: Settings, *, clock: Clock, crash: CrashPoints) -> SmsGateway:
    """Return the gateway in use; ConfigurationError when its secret is not there."""
    if gateways.in_use != "smpp" and not getattr(settings, f"{gateways.in_use}_secret").get_secret_value():
        name = f"MINHU_{gateways.in_use.upper()}_SECRET"
        raise ConfigurationError(
            f"gateways.toml 选用了 {gateways.in_use}，但没有它的口令。请设置环境变量 {name} 后重新启动。"
        )
    if gateways.in_use == "cmpp" and gateways.cmpp:
        return CmppGateway(rules=gateways.cmpp, secret=settings.cmpp_secret, clock=clock, crash=crash)
    if gateways.in_use == "aliyun" and gateways.aliyun:
        return AliyunGateway(rules=gateways.aliyun, secret=settings.aliyun_secret, clock=clock)
    if gateways.in_use == "tencent" and gateways.tencent:
        return TencentGateway(rules=gateways.tencent, secret=settings.tencent_secret, clock=clock)
    if gateways.in_use == "mas" and gateways.mas:
        return MasGateway(rules=gateways.mas, secret=settings.mas_secret)
    credentials = (settings.smpp_system_id, settings.smpp_password.get_secret_value())
    return SmppGateway(settings.smpp, credentials=credentials, source=settings.sms_source, crash=crash)
