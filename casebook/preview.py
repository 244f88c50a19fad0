"""派单预演: which unit would get a request, by which row of which table, and who is on duty; nothing is written.

The tables are read from `bpmn/` and evaluated exactly, or refused (`Undecidable`); roles become units by
`casebook.routing`, as in the job. So an official can ask before it happens, and before anything is deployed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, get_args

from lxml import etree

from casebook import directory, routing, words
from casebook.decision_tables import Row, Table, Undecidable, read_table
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import ConfigurationError, RejectedInput
from casebook.reports import Urgency

RESPONSE_LIST = "response_list"
TIME_LIMIT = "time_limit"
DUTY = "duty_officer"


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The two tables that decide where a request goes and how long it may take."""

    response_list: Table
    time_limit: Table


@dataclass(frozen=True, kw_only=True)
class Case:
    """What somebody asks about: a category, a community, an instant, how urgent."""

    category: str
    community: str
    at: datetime
    urgency: Urgency


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would happen to a case. `limits` by kind of work order; `on_duty` by unit, nearest first."""

    category: str
    community: str
    at: datetime
    urgency: str
    level: str
    lead_unit: str | None
    co_units: tuple[str, ...]
    limits: dict[str, dict[str, Any]]
    table: str
    rule: str | None
    reason: str
    assigned_by: str | None
    on_duty: tuple[dict[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the preview as JSON can say it."""
        return vars(self) | {"at": self.at.isoformat(), "co_units": list(self.co_units), "on_duty": list(self.on_duty)}


def read_tables(bpmn: Path) -> Tables:
    """Read the tables of a folder; `ConfigurationError` names the file that cannot be used."""
    return Tables(**{name: _read(bpmn / f"{name}.dmn") for name in (RESPONSE_LIST, TIME_LIMIT)})


def _read(path: Path) -> Table:
    try:
        table = read_table(path)
    except (OSError, etree.XMLSyntaxError, ValueError) as error:
        raise ConfigurationError(f"决策表 {path.name} 读不出来。请用 Modeler 重新保存，或检查 MINHU_BPMN。") from error
    if table is None or table.id != path.stem:
        raise ConfigurationError(f"{path.name} 里没有决策表 {path.stem}。请用 ./minhu check 查找原因。")
    return table


def read_case(values: Mapping[str, str | None], *, district: District, now: datetime) -> Case:
    """Return what is asked about; `RejectedInput` names the first thing that is not known."""
    given = {name: (value or "").strip() for name, value in values.items()}
    category, place = given.get("category", ""), given.get("community", "")
    if category not in district.catalogue:
        raise RejectedInput(f"没有类别“{category}”。请对照 config/catalogue.csv 填六位编码（./minhu route --list）。")
    community = district.community_codes.get(place)
    if community is None:
        raise RejectedInput(f"没有社区“{place}”。请对照 config/directory/places.csv 填编码（./minhu route --list）。")
    default = district.catalogue[category].urgency
    found = [urgency for urgency in get_args(Urgency) if urgency == (given.get("urgency") or default)]
    if not found:
        raise RejectedInput(f"紧急程度“{given['urgency']}”不对。请填 normal 或 urgent，或留空取类别的默认值。")
    at = _instant(given.get("at", ""), district=district, now=now)
    return Case(category=category, community=community, at=at, urgency=found[0])


def _instant(text: str, *, district: District, now: datetime) -> datetime:
    if not text:
        return now.astimezone(district.zone)
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(district.zone) if at.tzinfo else at.replace(tzinfo=district.zone)
    except (ValueError, OverflowError):
        raise RejectedInput(f"时间“{text}”不对。请按 2026-11-23T09:30 这样填写，可带时区。") from None


async def preview(casebook: AsyncConnection, case: Case, *, tables: Tables, district: District) -> Preview:
    """Return what would happen to a case, from the tables as they are and the directory of the casebook."""
    row = tables.response_list.decide(category=case.category, urgency=case.urgency)
    entry = entry_of(case, row, table=tables.response_list)
    routed = await routing.route(
        casebook, entry, situation=routing.Situation(community=case.community, at=case.at), district=district
    )
    unclear = routed.lead_unit is None
    units = [routed.superior_centre if unclear else routed.lead_unit or "", *routed.co_units]
    reasons = [row.annotation if row else "", routed.reason if unclear else ""]
    return Preview(
        category=case.category,
        community=case.community,
        at=case.at,
        urgency=case.urgency,
        level=routed.level,
        lead_unit=routed.lead_unit,
        co_units=routed.co_units,
        limits={kind: _limit(case, routed, kind=kind, tables=tables) for kind in _kinds(routed)},
        table=RESPONSE_LIST,
        rule=row.id if row else None,
        reason="；".join(reason for reason in reasons if reason),
        assigned_by=routed.superior_centre if unclear else None,
        on_duty=tuple([await _on_duty(casebook, unit, at=case.at, zone=district.zone) for unit in units]),
    )


def entry_of(case: Case, row: Row | None, *, table: Table) -> routing.Entry:
    """Return what a row says, or what no row says; `Undecidable` when a cell is not plain."""
    if row is None:
        return routing.Entry(category=case.category)
    names = {name: row.says(name) for name in ("level", "lead_role", "handling_limit", "co_handling_limit")}
    texts = {name: value for name, value in names.items() if isinstance(value, str)}
    co_roles = row.says("co_roles")
    wrong = [name for name in names if name not in texts] + ([] if isinstance(co_roles, list) else ["co_roles"])
    if wrong:
        cell = row.outputs.get(wrong[0])
        raise Undecidable(f"{table.file} 第 {row.line} 行的 {row.id}：{wrong[0]} 写成了 {cell}，预演不出。请写成文字。")
    if texts["level"] not in words.LEVELS:
        raise Undecidable(
            f"{table.file} 第 {row.line} 行的 {row.id}：没有级别 {texts['level']}。请改为 A、B、C、D 之一。"
        )
    roles = tuple(str(role) for role in co_roles) if isinstance(co_roles, list) else ()
    return routing.Entry(category=case.category, co_roles=roles, **texts)


def _kinds(routed: routing.Routing) -> list[str]:
    """Return the kinds of work orders that a case meets, in order."""
    first = ["sign_in"] if routed.lead_unit else ["assignment", "sign_in"]
    return [*first, "handling", *(["co_handling"] if routed.co_units else []), "verification"]


def _limit(case: Case, routed: routing.Routing, *, kind: str, tables: Tables) -> dict[str, Any]:
    named = {"handling": routed.handling_limit, "co_handling": routed.co_handling_limit}
    limit, table = named.get(kind, kind), tables.time_limit
    row = table.decide(limit=limit, level=routed.level, urgency=case.urgency)
    if row is None:
        what = f"{table.file} 里没有时限 {limit}（{routed.level} 级、{case.urgency}）的条目"
        raise Undecidable(f"{what}。请补一行，否则工单会停在计算时限。")
    hours = {name: row.says(name) for name in ("limit_hours", "inspect_hours", "basis")}
    if not all(isinstance(hours[name], float) for name in ("limit_hours", "inspect_hours")):
        raise Undecidable(f"{table.file} 第 {row.line} 行的 {row.id}：小时数不是数字，预演不出。请写成数字。")
    return {"limit": limit, **hours, "rule": row.id}


def limit_sentence(limit: Mapping[str, Any]) -> str:
    """Return a limit in words: its hours, and the row of `time_limit` that says so."""
    return f"{words.hours(limit['limit_hours'])} {words.word(words.BASES, limit['basis'])}　{limit['rule']}"


async def _on_duty(casebook: AsyncConnection, unit: str, *, at: datetime, zone: tzinfo) -> dict[str, Any]:
    found = await directory.unit(casebook, unit, at=at)
    person = await directory.person_on_duty(casebook, unit, duty=DUTY, at=at, zone=zone)
    said = {"unit": unit, "unit_name": (found or {}).get("name", unit)}
    if person is None:
        return said | {"person": None, "name": None, "from_unit": None, "why": None}
    stands_in = person["unit"] if person["climbed"] else None
    return said | {
        "person": person["person"],
        "name": person["name"],
        "from_unit": stands_in,
        "why": person["why"],
    }
