"""The oracle of a simulated year: lights and short messages against the books, from rows and the SMSC's own journal.

It knows nothing of the code under test; working time is counted by `second_opinion`.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from launcher.bench.year_books import SPREAD, Burning, Key, Order, burning
from launcher.bench.year_evidence import WORK_ORDER, Evidence, Text, Told, Verdict, light_of

OWN = {"deputy_head", "principal_head"}
NOTHING = timedelta()
TWO_CLOCKS = timedelta(milliseconds=50)  # the engine's and Python's; on a busy machine they were 8 ms apart
Expected = Mapping[Key, Burning]


def judge(orders: Sequence[Order], evidence: Evidence, *, told: Told, verdict: Verdict) -> None:
    """Compare what must have happened with what did; all about other work orders than these is extra."""
    expected = {
        (order.number, light.light, light.version): light
        for order in orders
        for light in burning(order, until=evidence.until)
    }
    _Lights(expected, evidence, verdict=verdict).judge()
    _ledger(expected, evidence, verdict=verdict)
    _Texts({order.number: order for order in orders}, evidence, told=told, verdict=verdict).judge(expected)


class _Lights:
    """Each light that must burn, once, not before its instant (but for the clocks), no later than the next stop."""

    def __init__(self, expected: Expected, evidence: Evidence, *, verdict: Verdict) -> None:
        self._expected, self._stops, self._verdict = expected, evidence.stops, verdict
        self._rows = evidence.lights
        self._planned = {(entry.number, entry.version): entry.instants for entry in evidence.ledger}

    def judge(self) -> None:
        burnt: set[Key] = set()
        for row in self._rows:
            key = (row.number, row.light, row.version)
            self._verdict.lights[row.light] += 1
            if key in burnt:
                self._verdict.add("doubled_lights", f"{key} {row.raised_at}")
            elif key not in self._expected:
                self._verdict.add("extra_lights", f"{key} {row.raised_at}")
            else:
                self._at_its_instant(key, row.raised_at)
            burnt.add(key)
        for key, light in self._expected.items():
            self._verdict.undecided += not light.certain
            if light.certain and key not in burnt:
                self._verdict.add("missing_lights", f"{key} {light.begins}")

    def _at_its_instant(self, key: Key, raised_at: datetime) -> None:
        light = self._expected[key]
        stop = bisect_left(self._stops, light.ends, key=lambda arrived_and_done: arrived_and_done[0])
        planned = self._planned.get((key[0], key[2]), {}).get(key[1], light.begins)
        if raised_at < max(light.begins, planned) - TWO_CLOCKS:
            self._verdict.add("early_lights", f"{key} {raised_at} < {max(light.begins, planned)}")
        elif stop < len(self._stops) and raised_at > self._stops[stop][1]:
            self._verdict.add("late_lights", f"{key} {raised_at} > {self._stops[stop][1]}")
        self._verdict.late_seconds.append((raised_at - max(light.begins, planned)).total_seconds())


def _ledger(expected: Expected, evidence: Evidence, *, verdict: Verdict) -> None:
    """Compare what timers were armed for: the instant itself, later by less than the spread."""
    entries = {(entry.number, entry.version): entry.instants for entry in evidence.ledger}
    for (number, light, version), burnt in expected.items():
        planned = entries.get((number, version), {}).get(light)
        if planned is None or not NOTHING <= planned - burnt.due < SPREAD:
            verdict.add("wrong_instants", f"{number} {light} {version}：{planned}，应为 {burnt.due}")


class _Texts:
    """Each light that is told, once to each that the plan names, after it burns."""

    def __init__(self, orders: Mapping[str, Order], evidence: Evidence, *, told: Told, verdict: Verdict) -> None:
        self._orders, self._told, self._verdict = orders, told, verdict
        self._heard: dict[tuple[str, str], list[Text]] = defaultdict(list)
        for text in evidence.texts:
            number, light = WORK_ORDER.search(text.text), light_of(text.text)
            if number and light:
                self._heard[number[0], light].append(text)
        self._raised: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        for row in evidence.lights:
            self._raised[row.number, row.light].append(row.raised_at)

    def judge(self, expected: Expected) -> None:
        answers: dict[tuple[str, str], list[bool | None]] = defaultdict(list)
        for (number, light, _), burnt in expected.items():
            answers[number, light].append(burnt.told if burnt.certain or burnt.told is False else None)
        for number, light in sorted(set(answers) | set(self._heard)):
            self._count((number, light), answers[number, light])
        for (number, light), texts in self._heard.items():
            self._verdict.texts[light] += len(texts)
            for (phone, _), count in Counter((text.phone, text.text) for text in texts).items():
                if count > 1:
                    self._verdict.add("doubled_texts", f"{number} {light}：尾号 {phone[-4:]} 收到 {count} 次")
            for text in texts:
                self._after_its_light(text, self._raised[number, light], about=f"{number} {light}")
                self._right_person(text, number, light=light)

    def _count(self, about: tuple[str, str], answers: Sequence[bool | None]) -> None:
        each, count = len(self._wanted(*about)), len(self._heard.get(about, ()))
        least = each * sum(answer is True for answer in answers)
        most = each * sum(answer is not False for answer in answers)
        if count < least:
            self._verdict.add("missing_texts", f"{about}：{count} 条，应有 {least} 条")
        if count > most:
            self._verdict.add("extra_texts", f"{about}：{count} 条，至多 {most} 条")

    def _wanted(self, number: str, light: str) -> Sequence[str]:
        order = self._orders.get(number)
        return self._told.wanted(order.kind if order else "", light)

    def _after_its_light(self, text: Text, raised: Sequence[datetime], *, about: str) -> None:
        lit = [instant for instant in raised if instant <= text.at]
        if not lit:
            self._verdict.add("early_texts", f"{about}：{text.at}")
            return
        self._verdict.accepted_seconds[light_of(text.text) or ""].append((text.at - max(lit)).total_seconds())

    def _right_person(self, text: Text, number: str, *, light: str) -> None:
        """Heads are those of the work order's own unit; somebody on duty is one of the unit or of one above it."""
        unit, duty = self._told.people.get(text.phone, ("", ""))
        order = self._orders.get(number)
        wanted = set(self._wanted(number, light))
        own = wanted & OWN
        chain = self._told.chain(order.unit) if order else set()
        right = (duty in own and order and unit == order.unit) or (own != wanted and unit in chain)
        if order and not right and not ("inspection" in wanted and unit in self._told.chain(self._told.office)):
            self._verdict.add("wrong_recipients", f"{number} {light}：{unit or '不在单位目录里'} {duty}")
