"""Run the desk: `python -m desk`. SIGTERM ends it."""

import logging
import os
import socket
import sys

import uvicorn

from casebook.district import load_district
from casebook.errors import ConfigurationError
from casebook.settings import Settings

LEAVE_WITHIN_SECONDS = 3


def main() -> int:
    """Serve the pages until a signal; 1 when settings, configuration or port cannot be used."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    try:
        settings = Settings.from_environment()
        district = load_district(settings.config)
        door = _open_door(settings.bind, settings.desk_port)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    os.environ["NICEGUI_STORAGE_PATH"] = str(settings.state / "desk")
    from desk.application import make_app  # noqa: PLC0415 - NiceGUI takes its folder from the environment at import

    config = uvicorn.Config(
        make_app(settings, district),
        log_config=None,  # as set above; no line for each request: paths of ratings hold secrets
        access_log=False,
        timeout_graceful_shutdown=LEAVE_WITHIN_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[door])
    return 0


def _open_door(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigurationError(
            f"工作台不能在 {host} 的 {port} 端口上监听。请关闭占用它的程序，或用 MINHU_DESK_PORT 换一个端口。"
        ) from error


if __name__ == "__main__":
    sys.exit(main())
