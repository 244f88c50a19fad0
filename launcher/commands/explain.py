"""`./minhu explain`: the life of a request and of each of its deadlines, in sentences."""

import asyncio
import json
from argparse import ArgumentParser, Namespace

from sqlalchemy.exc import OperationalError

from casebook.district import District, load_district
from casebook.engine import open_casebook
from casebook.errors import MinhuError
from casebook.explain import life_of
from casebook.numbers import is_request_id
from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.stack import Machine

HELP = "用一句句话说明一件诉求从收到到办结的经过，以及每个期限的来历"


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("request_id", metavar="REQUEST_ID", help="诉求编号，例如 JA20261123-000123-7")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Tell the life of one request; a number that cannot be right is refused before anything is asked."""
    request_id = args.request_id.strip().upper()
    if not is_request_id(request_id):
        raise LauncherError(
            f"“{args.request_id}”不是诉求编号（格式不对，或末位校验码不符）。请核对后重试，例如 JA20261123-000123-7。",
            exit_code=2,
        )
    settings = MachineSettings()
    try:
        district = load_district(settings.config)
        sentences = asyncio.run(_life(Machine.found(settings), request_id, district=district))
    except MinhuError as error:
        raise LauncherError(str(error)) from error
    except (OperationalError, OSError) as error:
        raise LauncherError("连不上卷宗数据库。请先运行 ./minhu up，或检查 DATABASE_URL。") from error
    print(f"诉求 {request_id}")
    for sentence in sentences:
        print(f"  {sentence}")
    if args.json:
        print(json.dumps({"request_id": request_id, "sentences": sentences}, ensure_ascii=False))
    return 0


async def _life(machine: Machine, request_id: str, *, district: District) -> list[str]:
    casebook = open_casebook(machine.database_url, key=machine.personal_key)
    try:
        async with casebook.connect() as connection:
            return await life_of(connection, request_id, district=district)
    finally:
        await casebook.dispose()
