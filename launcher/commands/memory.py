"""`./minhu memory`: what could become a row of the response list, with its evidence; adopted rows are written."""

import asyncio
import json
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from casebook import memory, memory_words, response_row
from casebook.district import District, load_district
from casebook.engine import AsyncConnection, open_casebook
from casebook.memory import Proposal
from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.model_check.review import Folders, review
from launcher.stack import Machine

HELP = "列出派单记忆：哪些指定可以写进响应清单、依据是什么；--write 把工作台上已采纳的写进去并检查。"
LIST = "response_list.dmn"
Answer = TypeVar("Answer")


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    parser.add_argument(
        "--write", action="store_true", help="把已采纳、还没写入的写进 response_list.dmn，检查不过就不写"
    )


def run(args: Namespace) -> int:
    """List the proposals; with `--write` put the adopted ones into the response list when the check passes."""
    settings = MachineSettings()
    district = load_district(settings.config)
    path, url = settings.bpmn / LIST, Machine.found(settings).database_url
    found = _ask(url, lambda casebook: memory.proposals(casebook, least=district.limits.proposals_from))
    for proposal in found:
        print(memory_words.proposal_sentence(proposal, district))
    if not found:
        print("还没有可以写进响应清单的派单记忆。")
    written: list[Proposal] = []
    if args.write:
        written = [proposal for proposal in found if proposal.verdict == "adopted" and proposal.written_at is None]
        if written:
            _write(path, written, folders=Folders(bpmn=settings.bpmn.resolve(), config=settings.config.resolve()))
            _ask(url, lambda casebook: memory.note_written(casebook, written, now=datetime.now(UTC)))
        print(f"写入 {len(written)} 行。" + ("请用 ./minhu deploy --plan 查看影响后部署。" if written else ""))
    if args.json:
        rows = [_row(proposal, path, district=district) for proposal in found]
        print(json.dumps({"proposals": rows, "written": len(written)}, ensure_ascii=False))
    return 0


def _write(path: Path, adopted: list[Proposal], *, folders: Folders) -> None:
    """Write the rows when nothing new is wrong with the list that they make; else leave the file as it is."""
    before = path.read_bytes()
    content = before
    for proposal in adopted:
        content = response_row.with_row(content, memory_words.new_row(proposal))
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / LIST
        draft.write_bytes(content)
        known = {(finding.element, finding.what) for finding in review(folders)}
        worse = [each for each in review(folders, drafts=[draft]) if (each.element, each.what) not in known]
    if worse:
        sentences = "\n".join(f"  {finding.sentence()}" for finding in worse)
        raise LauncherError(f"采纳的行会让响应清单出错，没有写入：\n{sentences}")
    fresh = path.with_suffix(".dmn.new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _row(proposal: Proposal, path: Path, *, district: District) -> dict[str, Any]:
    """Return a proposal with its evidence and the exact row as JSON."""
    evidence = vars(proposal.evidence) | {
        name: getattr(proposal.evidence, name).astimezone(district.zone).isoformat() for name in ("first_at", "last_at")
    }
    row = response_row.row_text(path.read_bytes(), memory_words.new_row(proposal))
    said = {"verdict": proposal.verdict, "said_by": proposal.said_by, "written": proposal.written_at is not None}
    return {"level": proposal.level, **evidence, **said, "row": row}


def _ask(url: str, question: Callable[[AsyncConnection], Awaitable[Answer]]) -> Answer:
    async def ask() -> Answer:
        casebook = open_casebook(url)
        try:
            async with casebook.begin() as connection:
                return await question(connection)
        finally:
            await casebook.dispose()

    try:
        return asyncio.run(ask())
    except (OperationalError, OSError) as error:
        raise LauncherError("连不上卷宗数据库。请先运行 ./minhu up，或检查 DATABASE_URL。") from error
