"""The casebook made ready: schema, directory of config/ while it owns it, and deadlines that became certain."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from casebook import replanning, resealing, score_rules
from casebook.directory_changes import import_files
from casebook.directory_reach import reach_findings
from casebook.directory_review import Demands, book_of, review
from casebook.dispatching import import_reasons
from casebook.district import District, load_district
from casebook.engine import open_casebook
from casebook.errors import ConfigurationError
from casebook.migrate import upgrade
from launcher.errors import LauncherError
from launcher.progress import say

OWNED = (
    "单位目录已改由卷宗管理（导入过表格），config/directory 里的改动没有采用。"
    "请用 ./minhu directory export 导出，改好后再 ./minhu directory import。"
)


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """The folders of what the district decided: its configuration and its tables."""

    config: Path
    bpmn: Path


def prepare_casebook(database_url: str, *, key: SecretStr, decided: Decisions, now: datetime) -> None:
    """Migrate, then import the directory's files unless a spreadsheet has taken over. Safe to run at every start.

    Personal data that is not sealed yet, or with another key than the first, is sealed before anybody else reads it.
    The rules of scoring are kept by their version; other rules under a version that is known are refused.
    Deadlines that were provisional and that the calendar now knows better are planned again.
    """
    district = load_district(decided.config)
    rules = score_rules.of_folders(district, decided.bpmn)

    async def load() -> None:
        casebook = open_casebook(database_url, key=key)
        try:
            if sealed := await resealing.reseal(casebook):
                say(f"个人信息已加密（或改用新密钥）：{sum(sealed.values())} 行。")
            async with casebook.begin() as connection:
                became = await import_files(connection, district, now=now)
                if became == "imported":
                    _must_be_sound(district, now=now)
                await import_reasons(connection, district)
                await score_rules.keep(connection, rules, now=now)
            async with casebook.begin() as connection:
                moved = await replanning.find(connection, district=district, only_provisional=True)
                await replanning.plan_again(connection, moved, district=district, now=now)
            if moved:
                say(f"工作日历已更新：{len(moved)} 个暂定期限重新计算，相应的灯会重新设定。")
            if became == "owned":
                say(OWNED)
        finally:
            await casebook.dispose()

    try:
        upgrade(database_url)
    except OperationalError as error:
        raise LauncherError("连不上数据库。请检查 DATABASE_URL（或 .minhu/log/postgres.log）后重试。") from error
    asyncio.run(load())


def _must_be_sound(district: District, *, now: datetime) -> None:
    """Refuse files from which nobody could be found; raised inside the transaction, so that nothing is half-done."""
    demands = Demands.of(district, needed_roles=frozenset(), day=now.astimezone(district.zone).date())
    wrong = [each for each in review(book_of(district), demands, more=(reach_findings,)) if each.refuses]
    if wrong:
        sentences = "\n".join(each.sentence() for each in wrong)
        raise ConfigurationError(f"config/directory 有 {len(wrong)} 处问题，单位目录没有导入：\n{sentences}")
