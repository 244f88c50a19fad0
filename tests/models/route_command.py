"""The command `./minhu route`, as a test calls it."""

from argparse import ArgumentParser

from launcher.commands import route


def run(*arguments: str) -> int:
    parser = ArgumentParser()
    route.arguments(parser)
    return route.run(parser.parse_args(list(arguments)))
