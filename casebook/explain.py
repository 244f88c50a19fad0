"""The life of a request, in Chinese sentences without personal data."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from casebook import (
    appeal_sentences,
    inspection_sentences,
    joint_work,
    rating_sentences,
    score_sentences,
    sentences,
    views,
    words,
)
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.joint_work import Event
from casebook.views import RequestFile

DECIDES_NEXT = {"returned": "由原派单的指挥中心复核", "cannot_solve": "转上一级", "refused": "由区指挥中心派单"}
CLOCK_WORDS = {
    "suspended": "暂停计时",
    "resumed": "恢复计时",
    "speeded_up": "缩短时限",
    "deadline_replanned": "重新计算期限",
}
WRITERS = {"platform": "平台", "caller": "诉求人"}
BACK_WORDS = {"returned": "退单", "cannot_solve": "上报", "refused": "市级不受理"}


async def life_of(casebook: AsyncConnection, request_id: str, *, district: District) -> list[str]:
    """Return the life of a request, oldest first; RejectedInput when there is no such request."""
    return tell(await views.request_file(casebook, request_id), district)


def tell(file: RequestFile, district: District) -> list[str]:
    """Return the life that a file holds, one dated sentence for each thing that happened."""
    events = list(_Teller(file, district).events())
    events.sort(key=lambda event: event[0])
    return [f"{words.moment(at, district.zone)}　{sentence}" for at, sentence in events]


@dataclass(frozen=True)
class _Teller:
    file: RequestFile
    district: District

    def events(self) -> Iterator[Event]:
        """Yield what happened, noun by noun; the caller sorts."""
        yield from self._beginning()
        yield from self._supplements()
        yield from self._orders()
        yield from self._total()
        yield from self._city()
        yield from self._supervision()
        yield from self._extensions()
        yield from self._clock()
        yield from self._handovers()
        yield from self._back()
        yield from joint_work.events(self.file)
        yield from inspection_sentences.events(self.file)
        yield from appeal_sentences.events(self.file, self.district)
        yield from self._messages()
        yield from rating_sentences.events_of(self.file, self.district)
        yield from score_sentences.events_of(self.file, self.district)
        yield from self._end()

    @property
    def _names(self) -> dict[str, str]:
        return sentences.names_for(self.file.unit_names, self.district)

    def _unit(self, code: str | None) -> str:
        return words.word(self.file.unit_names, code)

    def _order(self, work_order_id: str) -> str:
        kinds = {order["work_order_id"]: order["kind"] for order in self.file.work_orders}
        return sentences.work_order_name(self.district, work_order_id, kind=kinds.get(work_order_id, ""))

    def _beginning(self) -> Iterator[Event]:
        request, district = self.file.request, self.district
        channel = district.channels.get(request["channel"])
        source = f"{district.platform_name(request['platform'])}（{channel.name if channel else ''}）"
        what = words.category(district, request["category"])
        where = words.place(district, request["community"])
        yield request["taken_in_at"], f"收到诉求：{source}，{where}，{what}，{words.URGENCIES[request['urgency']]}。"
        if request["registered_at"]:
            reason = self.route_reason()
            level = f"，响应级别 {words.word(words.LEVELS, request['level'])}" if request["level"] else ""
            yield request["registered_at"], f"登记{level}。{reason}"

    def _supplements(self) -> Iterator[Event]:
        told: dict[str, Callable[[str], str]] = {
            "category": partial(words.category, self.district),
            "community": partial(words.place, self.district),
            "urgency": partial(words.word, words.URGENCIES),
        }
        for number, later in enumerate(self.file.supplements, start=1):
            other = "、".join(f"“{told[name](later['changed'][name])}”" for name in told if name in later["changed"])
            differs = f"平台现在写的是{other}，登记时的不变，请核对。" if other else ""
            yield later["received_at"], f"{WRITERS[later['written_by']]}第 {number} 次补充内容，见诉求卷宗。{differs}"

    def route_reason(self) -> str:
        """Return why the request went where it went, with roles by their names."""
        reason: str = self.file.request["route_reason"] or ""
        for role, name in self.district.roles.items():
            reason = reason.replace(f"“{role}”", f"“{name}”")
        return reason

    def _orders(self) -> Iterator[Event]:
        zone = self.district.zone
        issued = {order["work_order_id"]: order["issued_at"] for order in self.file.work_orders}
        first = {move["work_order_id"]: move["from_unit"] for move in reversed(self.file.redispatches)}
        for order in self.file.work_orders:
            name, unit = self._order(order["work_order_id"]), self._unit(order["unit"])
            addressee = self._unit(first.get(order["work_order_id"], order["unit"]))
            yield order["issued_at"], f"向{addressee}下达 {name}。"
            if order["reported_at"]:
                yield order["reported_at"], f"{unit}就 {name}回单：{self._outcome(order)}。"
            elif order["closed_at"]:
                yield order["closed_at"], f"{name}收回。"
        for entry in self.file.deadlines:
            name, at = self._order(entry["work_order_id"]), max(entry["planned_at"], issued[entry["work_order_id"]])
            yield at, f"{name}：{sentences.deadline_sentence(entry, zone=zone, names=self._names)}"

    def _total(self) -> Iterator[Event]:
        for entry in self.file.total_deadlines:
            yield entry["planned_at"], sentences.total_sentence(entry, zone=self.district.zone, names=self._names)

    def _city(self) -> Iterator[Event]:
        for sent in self.file.city_hand_overs:
            name = self._order(sent["work_order_id"])
            if sent["delivered_at"]:
                yield sent["delivered_at"], f"{name}送达市级平台。"
            if sent["answered_at"]:
                number = f"，市级编号 {sent['city_number']}" if sent["city_number"] else ""
                answer = "受理" if sent["answer"] == "accepted" else "不受理"
                yield sent["answered_at"], f"市级平台{answer}{number}。"
            if sent["done_at"]:
                yield sent["done_at"], "市级平台回复已办结。"

    def _outcome(self, order: dict[str, Any]) -> str:
        text = words.word(words.OUTCOMES, order["outcome"])
        if order["reason_code"]:
            text += f"（{words.return_reason(self.district, order['reason_code'])}）"
        if order["assigned_unit"]:
            text += f"（{self._unit(order['assigned_unit'])}）"
        return text

    def _supervision(self) -> Iterator[Event]:
        for light in self.file.lights:
            name = "到达督查时限" if light["light"] == "inspection" else f"亮{words.LIGHTS[light['light']]}"
            yield light["raised_at"], f"{self._order(light['work_order_id'])}{name}。"
        for order in self.file.supervision_orders:
            yield order["ordered_at"], f"{self._unit(order['ordered_by'])}一键督办，督办单 {order['supervision_id']}。"
            if order["issued_at"]:
                yield order["issued_at"], f"督办单 {order['supervision_id']} 下达给{self._unit(order['unit'])}。"
            if order["ended_at"]:
                ending = words.word(words.SUPERVISION_ENDINGS, order["ending"])
                yield order["ended_at"], f"督办单 {order['supervision_id']}：{ending}。"

    def _extensions(self) -> Iterator[Event]:
        for extension in self.file.extensions:
            name, count = self._order(extension["work_order_id"]), words.hours(extension["hours"])
            yield extension["requested_at"], f"{name}申请延期 {count} 小时。"
            if extension["decided_at"]:
                decided = f"{self._unit(extension['decided_by'])}{'批准' if extension['granted'] else '不批准'} "
                yield extension["decided_at"], f"{decided}{name}延期 {count} 小时。"

    def _clock(self) -> Iterator[Event]:
        for entry in self.file.audit:
            if entry["action"] in CLOCK_WORDS:
                name = self._order(entry["work_order_id"]) if entry["work_order_id"] else "总时限"
                details = entry["details"]
                why = f"（{self._names.get(details['reason_code'])}）" if "reason_code" in details else ""
                count = f" {words.hours(details['hours'])} 小时" if "hours" in details else ""
                yield (
                    entry["at"],
                    f"{words.word(self._names, entry['actor'])}：{name}{CLOCK_WORDS[entry['action']]}{count}{why}。",
                )

    def _handovers(self) -> Iterator[Event]:
        for move in self.file.redispatches:
            name, batch = self._order(move["work_order_id"]), move["batch_id"]
            giver, taker = self._unit(move["from_unit"]), self._unit(move["to_unit"])
            yield move["moved_at"], f"{name}由{giver}整批改派{taker}（批次 {batch}），期限不变。"
            if move["undone_at"]:
                yield move["undone_at"], f"批次 {batch} 的改派撤销，{name}退回{giver}。"
        for entry in self.file.audit:
            if entry["action"] == "work_order_diverted":
                name, details = self._order(entry["work_order_id"]), entry["details"]
                giver, taker = self._unit(details["from_unit"]), self._unit(details["to_unit"])
                yield entry["at"], f"{name}原应下达{giver}，改由{taker}承办：{details['why']}。"

    def _back(self) -> Iterator[Event]:
        for sent_back in self.file.returns:
            what = BACK_WORDS.get(sent_back["outcome"], sent_back["outcome"])
            then = "提请上级裁定" if sent_back["arbitration"] else DECIDES_NEXT.get(sent_back["outcome"], "")
            yield sent_back["recorded_at"], f"{self._order(sent_back['work_order_id'])}{what}已登记，{then}。"
        for rework in self.file.reworks:
            yield rework["recorded_at"], f"核查没有通过，第 {rework['rework']} 次返工。"
        for reopening in self.file.reopenings:
            yield reopening["reopened_at"], f"评价不理想，第 {reopening['round']} 轮重办开始。"

    def _messages(self) -> Iterator[Event]:
        for message in self.file.messages:
            state = sentences.message_state(message, zone=self.district.zone)
            event = words.word(words.EVENTS, message["event"])
            why = self._why(message)
            yield message["queued_at"], f"向{recipient(message, self.file)}发{event}短信（{state}）。{why}"

    def _why(self, message: dict[str, Any]) -> str:
        """Return how the recipient was found, when it was not simply the one who holds the duty asked for."""
        for entry in self.file.audit:
            details, mine = entry["details"], entry["work_order_id"] == message["work_order_id"]
            if entry["action"] == "addressed" and mine and details["recipient"] == message["recipient"]:
                straight = details["step"] == "holder" and details["asked_duty"] == message["duty"]
                return "" if straight and not details["climbed"] else str(details["why"])
        return ""

    def _end(self) -> Iterator[Event]:
        request = self.file.request
        for entry in self.file.audit:
            if sentence := sentences.merge_sentence(entry):
                yield entry["at"], sentence
        if request["withdrawal_asked_at"]:
            yield request["withdrawal_asked_at"], "诉求人申请撤回。"
        if request["withdrawn_at"]:
            yield request["withdrawn_at"], "诉求撤回。"
        if request["closed_at"]:
            yield request["closed_at"], "诉求办结。"


def recipient(message: dict[str, Any], file: RequestFile) -> str:
    """Return the office a message went to, never a person's name."""
    if message["recipient"] == "caller":
        return "诉求人"
    if message["unit"] is None:
        return "相关负责人"
    return f"{words.word(file.unit_names, message['unit'])}{words.word(words.DUTIES, message['duty'])}"


def route_reason(file: RequestFile, district: District) -> str:
    """Return why the request went where it went, in words."""
    return _Teller(file, district).route_reason()
