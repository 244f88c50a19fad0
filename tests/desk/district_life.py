"""What a test lets happen in the district before it looks at the desk: rows of the casebook, no engine."""

import itertools
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from casebook import deadlines, extensions, rating_links, ratings, requests, supervision, work_orders
from casebook.clock import Clock
from casebook.deadlines import Deadline
from casebook.district import District
from casebook.engine import AsyncEngine
from casebook.reports import RequestReport
from casebook.work_orders import NewWorkOrder

COMMUNITY = "420102002003"
UNIT = "dept_greening"
PHONE = "13800010001"
NAME = "诸葛样例"
ADDRESS = "样例路 1 号"
INSTANCES = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class DistrictLife:
    """One desk in front of one casebook."""

    url: str
    casebook: AsyncEngine
    district: District
    clock: Clock
    journal: Path

    async def request(self, *, text: str = "路灯不亮，请尽快修复。") -> str:
        """A citizen calls; return the request's number."""
        now = self.clock()
        report = RequestReport(
            platform="mayor_line",
            external_id=secrets.token_hex(6),
            channel="online",
            received_at=now,
            category=next(iter(self.district.catalogue)),
            community=COMMUNITY,
            urgency="urgent",
            caller_kind="citizen",
            caller_name=NAME,
            caller_phone=str(99_800_000_000 + secrets.randbelow(10**8)),
            title="路灯不亮",
            text=text,
            address=ADDRESS,
        )
        async with self.casebook.begin() as connection:
            taken = await requests.receive(connection, report, now=now, district=self.district)
            await requests.note_facts(
                connection,
                taken.request_id,
                registered_at=now,
                level="C",
                lead_unit=UNIT,
                route_reason="响应清单：类别“路灯故障”为 C 级，由“dept_greening”牵头。",
            )
        return taken.request_id

    async def work_order(
        self,
        request_id: str,
        *,
        kind: str = "sign_in",
        form: str = "sign_in",
        unit: str = UNIT,
        about: str | None = None,
    ) -> str:
        """A unit is asked for something within ten working hours, from two hours ago."""
        now = self.clock()
        order = NewWorkOrder(
            request_id=request_id,
            process_instance_key=next(INSTANCES),
            kind=kind,
            unit=unit,
            level="C",
            form=form,
            round=1,
            about=about,
        )
        async with self.casebook.begin() as connection:
            work_order_id = await work_orders.issue(connection, order, now=now)
            await deadlines.write(connection, _deadline(work_order_id, kind=kind, now=now), now=now)
        return work_order_id

    async def light(self, work_order_id: str, name: str) -> None:
        """A light goes on."""
        async with self.casebook.begin() as connection:
            await supervision.raise_light(connection, work_order_id, name, version=1, now=self.clock())

    async def asked_for_time(self, work_order_id: str, *, reason: str) -> int:
        """The unit asks for seven hours more."""
        async with self.casebook.begin() as connection:
            wish = extensions.MoreTime(hours=7, reason=reason)
            return await extensions.ask(connection, work_order_id, wish, district=self.district, now=self.clock())

    async def invited(self, request_id: str, *, days: int = 3, **how: Any) -> str:
        """The caller is asked for a rating, by link unless told `how`; return the token of the link."""
        invitation: dict[str, Any] = {
            "rating_id": f"{request_id}-R1",
            "request_id": request_id,
            "round": 1,
            "way": "link",
            "due_at": self.clock() + timedelta(days=days),
        }
        async with self.casebook.begin() as connection:
            invited = await ratings.invite(connection, invitation | how, now=self.clock())
            return rating_links.token_of(connection, invited) or ""

    def text_arrives(self, *, at: str, text: str) -> None:
        """The short-message centre received a text for `at`."""
        entry = {"at": self.clock().isoformat(), "message_id": "1", "source": "1069", "destination": at, "text": text}
        with self.journal.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _deadline(work_order_id: str, *, kind: str, now: datetime) -> Deadline:
    return Deadline(
        work_order_id=work_order_id,
        version=1,
        limit_name=kind,
        limit_hours=10,
        inspect_hours=30,
        basis="working",
        extended_hours=0,
        started_at=now - timedelta(hours=2),
        yellow_at=now + timedelta(hours=3),
        red_at=now + timedelta(hours=8),
        inspect_at=now + timedelta(hours=28),
        skipped=[{"day": "2026-11-28", "why": "周末"}, {"day": "2026-11-29", "why": "周末"}],
        provisional=False,
    )
