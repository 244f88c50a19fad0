"""The command line: `./minhu COMMAND`. Each module of launcher/commands is a command."""

import argparse
import importlib
import pkgutil
import sys
from types import ModuleType

from pydantic import ValidationError

from casebook.errors import MinhuError
from launcher import commands
from launcher.errors import LauncherError
from launcher.machine import MachineSettings

INTERRUPTED = 130
WRONG_SETTINGS = 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command; what a person can correct is one sentence on stderr."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(arguments)
    except (LauncherError, MinhuError, ValidationError) as error:
        if _trace_wanted():
            raise
        print(_sentence(error), file=sys.stderr)
        return error.exit_code if isinstance(error, LauncherError) else WRONG_SETTINGS
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    parser = argparse.ArgumentParser(prog="./minhu", description="民呼我应：一区一机，一条命令。")
    subparsers = parser.add_subparsers(dest="command", metavar="命令", required=True)
    chosen = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name in names if chosen not in names else [chosen]:
        module = _command(name)
        subparser = subparsers.add_parser(name, help=module.HELP, description=module.HELP)
        module.arguments(subparser)
        subparser.set_defaults(run=module.run)
    parsed = parser.parse_args(arguments)
    return int(parsed.run(parsed))


def _command(name: str) -> ModuleType:
    return importlib.import_module(f"{commands.__name__}.{name}")


def _trace_wanted() -> bool:
    try:
        return MachineSettings().debug
    except ValidationError:
        return False


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        names = "、".join(sorted({str(part["loc"][0]).upper() for part in error.errors() if part["loc"]}))
        return f"环境变量 MINHU_{names.removeprefix('MINHU_')} 的值不对。请参照 config/env.example 修改后重试。"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
