"""The rules of scoring by version: weights, `rating_outcome.dmn`, the rule for co-units; kept once, never changed.

What a version says is known by its digest. The same version with another content is refused: a score that names its
version must stay recomputable.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from casebook import decision_tables, score_arithmetic
from casebook.decision_tables import Table, Undecidable
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import ConfigurationError, RejectedInput
from casebook.mutual_facts import RATED
from casebook.schema import score_rules
from casebook.score_arithmetic import ASPECTS

TABLE = "rating_outcome"
# Facts that were told apart later, by what they were before: an older version judges them as it did then.
FORMERLY = {"not_asked": "not_rated"} | {rated: fact for (fact, _), rated in RATED.items()}


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version. `co_unit`: where each degree of a co-unit comes from (own, shared, left_out)."""

    version: str
    weights: Mapping[str, Decimal]
    table: Table
    co_unit: Mapping[str, str]

    def content(self) -> dict[str, Any]:
        """Return the rules as JSON can keep them; decimals as text."""
        weights = {aspect: f"{self.weights[aspect].normalize():f}" for aspect in ASPECTS}
        return {
            "weights": weights,
            "table": decision_tables.as_content(self.table),
            "co_unit": {aspect: self.co_unit[aspect] for aspect in ASPECTS},
        }

    def digest(self) -> str:
        """Return the SHA-256 of what the rules say."""
        said = json.dumps(self.content(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    def degree(self, aspect: str, fact: str) -> Decimal:
        """Return the degree (0 to 100) of a fact; RejectedInput when the table has none or only the engine knows."""
        try:
            row = self.table.decide(aspect=aspect, fact=fact)
            if row is None and fact in FORMERLY:
                row = self.table.decide(aspect=aspect, fact=FORMERLY[fact])
            said = row.says("degree") if row else None
            degree = Decimal(str(said)) if said is not None else None
        except (Undecidable, InvalidOperation) as error:
            raise RejectedInput(f"评分规则 {self.version} 算不出“{aspect}”情形“{fact}”的得分（{error}）。") from error
        if degree is None or not 0 <= degree <= 100:  # noqa: PLR2004 - what a degree is
            raise RejectedInput(
                f"评分规则 {self.version} 没有“{aspect}”情形“{fact}”的得分（0 到 100）。"
                "请在 rating_outcome.dmn 中补一行并换用新的 rules_version 后重试。"
            )
        return degree.normalize() + 0

    def degrees(self, aspect: str) -> dict[str, Decimal]:
        """Return every fact for which the table has a degree of an aspect."""
        found = {}
        for fact in self.table.candidates(1):
            try:
                found[str(fact)] = self.degree(aspect, str(fact))
            except RejectedInput:
                continue
        return found

    def score(self, facts: Mapping[str, str]) -> Decimal:
        """Return the score of the facts that count for a unit."""
        degrees = {aspect: self.degree(aspect, fact) for aspect, fact in facts.items()}
        return score_arithmetic.weigh(degrees, self.weights)


def of_folders(district: District, bpmn: Path) -> Rules:
    """Return the rules as the folders have them; `ConfigurationError` when the table cannot be read."""
    path = bpmn / f"{TABLE}.dmn"
    try:
        table = decision_tables.read_table(path)
    except (OSError, etree.XMLSyntaxError, ValueError) as error:
        raise ConfigurationError(f"决策表 {path.name} 读不出来。请用 Modeler 重新保存，或检查 MINHU_BPMN。") from error
    if table is None:
        raise ConfigurationError(f"{path.name} 里没有决策表 {TABLE}。请用 ./minhu check 查找原因。")
    weights = {aspect: Decimal(str(getattr(district.weights, aspect))) for aspect in ASPECTS}
    co_unit = district.scoring.co_unit.model_dump()
    return Rules(version=district.rules_version, weights=weights, table=table, co_unit=co_unit)


def from_content(version: str, content: dict[str, Any]) -> Rules:
    """Return kept rules; RejectedInput when their weights are no whole."""
    weights = {aspect: Decimal(weight) for aspect, weight in content["weights"].items()}
    score_arithmetic.must_be_whole(weights, version=version)
    table = decision_tables.from_content(TABLE, content["table"])
    return Rules(version=version, weights=weights, table=table, co_unit=content["co_unit"])


async def keep(casebook: AsyncConnection, rules: Rules, *, now: datetime) -> bool:
    """Keep a version when it is new and tell so; `ConfigurationError` when it was kept with another content."""
    if sentence := await contradiction(casebook, rules):
        what = "请在 config/district.toml 换一个新的 rules_version；要是改错了，就改回原来的内容"
        raise ConfigurationError(f"{sentence}。{what}。")
    added = await casebook.execute(
        upsert(score_rules)
        .values(version=rules.version, valid_from=now, content=rules.content(), digest=rules.digest())
        .on_conflict_do_nothing()
        .returning(score_rules.c.version)
    )
    return added.first() is not None


async def contradiction(casebook: AsyncConnection, rules: Rules) -> str | None:
    """Return what is wrong when a version says something else than when it was kept; None when nothing is."""
    rows = await casebook.execute(select(score_rules).where(score_rules.c.version == rules.version))
    kept = rows.mappings().one_or_none()
    if kept is None or kept["digest"] == rules.digest():
        return None
    names = {"weights": "district.toml 的 [weights]", "table": f"{TABLE}.dmn", "co_unit": "scoring.toml 的 [co_unit]"}
    changed = "、".join(names[part] for part, said in rules.content().items() if said != kept["content"].get(part))
    return f"评分规则 {rules.version} 的内容变了（{changed}），但版本号没有变"


async def get(casebook: AsyncConnection, version: str) -> Rules:
    """Return a kept version; RejectedInput when there is none of that name."""
    rows = await casebook.execute(select(score_rules.c.content).where(score_rules.c.version == version))
    content = rows.scalar_one_or_none()
    if content is None:
        known = "、".join(await versions(casebook)) or "还没有"
        raise RejectedInput(f"没有版本为“{version}”的评分规则。已有的版本：{known}。请更正后重试。")
    return from_content(version, content)


async def versions(casebook: AsyncConnection) -> list[str]:
    """Return the kept versions, the oldest first."""
    rows = await casebook.execute(select(score_rules.c.version).order_by(score_rules.c.valid_from))
    return list(rows.scalars())
