"""`./minhu reseal`: a new key for personal data, and everything sealed with it."""

import asyncio
import secrets
from argparse import ArgumentParser, Namespace

from casebook import resealing
from casebook.errors import MinhuError
from launcher.casebook_at_hand import casebook_at_hand
from launcher.errors import LauncherError
from launcher.kept_secret import PERSONAL_KEY, SECRET_BYTES, kept_secret, replace_secret
from launcher.progress import say
from launcher.stack import Machine

HELP = "个人信息换密钥：--new-key 造一把新的，全部重新加密后丢掉旧的；不带参数时按 MINHU_PERSONAL_KEY 的第一把重新加密"
READERS = ("workers", "desk")


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    words = "造一把新密钥（密钥由本机保管时；先 ./minhu down）"
    parser.add_argument("--new-key", action="store_true", help=words)


def run(args: Namespace) -> int:
    """Seal everything with the first key; with a new one when asked, and drop the old one once nothing needs it."""
    machine = Machine.found()
    try:
        count = _with_new_key(machine) if args.new_key else asyncio.run(_reseal(machine))
    except MinhuError as error:
        raise LauncherError(str(error)) from error
    say(f"已用第一把密钥重新加密 {count} 行。" if count else "全部已是用第一把密钥加密的。")
    return 0


def _with_new_key(machine: Machine) -> int:
    state = machine.settings.state
    if machine.settings.personal_key:
        raise LauncherError("密钥由 MINHU_PERSONAL_KEY 指定，不由本机保管。请按 docs/operations.md 分步更换。")
    if any(name.split("_")[0] in READERS for name in machine.running_parts()):
        raise LauncherError("工作台或工人还在运行，它们不认识新密钥。请先 ./minhu down，再重试。")
    keys = kept_secret(state, PERSONAL_KEY).split(",")
    if len(keys) == 1:  # else an earlier change was interrupted: its new key is there already
        keys = [secrets.token_hex(SECRET_BYTES), *keys]
        replace_secret(state, PERSONAL_KEY, content=",".join(keys))
    started = "postgres" not in machine.running_parts() and not machine.settings.database_url
    if started:
        machine.start("postgres")  # which seals with the first key already
    try:
        count = asyncio.run(_reseal(machine))
    finally:
        if started:
            machine.stop("postgres")
    replace_secret(state, PERSONAL_KEY, content=keys[0])
    say("新密钥已启用，旧密钥已丢掉：旧备份里的个人信息从此打不开。请另存新密钥。")
    return count


async def _reseal(machine: Machine) -> int:
    async with casebook_at_hand(machine) as casebook:
        return sum((await resealing.reseal(casebook)).values())
