"""./minhu status: is everything well?"""

import argparse
import json

from launcher.stack import Machine
from launcher.wellbeing import Wellbeing, wellbeing

HELP = "显示各服务、引擎、在办诉求和待发事项的状况；一切正常时退出码为 0。"
ADVICE = "有不正常之处。./minhu up --detach 重新启动退出的服务，./minhu logs 服务名 查看原因。"
YES_NO = {True: "正常", False: "异常"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: argparse.Namespace) -> int:
    """Print the state; exit 0 only when all is well."""
    found = wellbeing(Machine.found())
    if args.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False))
    else:
        _print(found)
    return 0 if found.ok else 1


def _print(found: Wellbeing) -> None:
    for name, running in found.processes.items():
        print(f"{name:<12}{'运行中' if running else '没有运行'}")
    print(f"引擎        {found.engine['version'] or '—'}  {YES_NO[bool(found.engine['healthy'])]}")
    print(f"待处理事件  {'未知' if found.incidents is None else found.incidents}")
    for worker in found.workers:
        print(f"作业进程    {YES_NO[bool(worker.get('ok'))]}，上次领取 {worker.get('last_poll_age_seconds', '—')} 秒前")
    if found.open_requests is not None:
        print("在办诉求    " + "，".join(f"{light} {count}" for light, count in found.open_requests.items()))
    if found.unanswered is not None:
        print(f"无人负责    {found.unanswered}（必须为 0）")
    if found.outbox is not None:
        print("待发事项    " + "，".join(f"{name} {count}" for name, count in found.outbox.items()))
    print("一切正常。" if found.ok else ADVICE)
