"""The oracle of a simulated year finds what is planted: lights and texts missing, doubled, early, late, extra."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casebook.working_calendar import WorkingCalendar, WorkTime, _calendar
from launcher.bench.second_opinion import DAY, PERIODS, SECOND, Pause, after, is_worked
from launcher.bench.year_books import SPREAD, Limit, Move, Order, burning, due_instants
from launcher.bench.year_evidence import FINDINGS, Entry, Evidence, Light, Text, Told, Verdict
from launcher.bench.year_oracle import judge
from launcher.bench.year_world import Wish, calls

ZONE = ZoneInfo("Asia/Shanghai")
NUMBER = "JA20270108-000001-1-02"
UNTIL = datetime(2027, 6, 1, tzinfo=ZONE)
NOW = timedelta(seconds=2)  # so long the machine takes after the clock's stop
PHRASES = {"yellow": "时限已过半", "red": "已超期未办结", "inspection": "久拖未决"}
HEAD, DUTY, PRINCIPAL, OFFICE = "13900000001", "13900000002", "13900000003", "13900000004"
PHONES = {"yellow": [DUTY], "red": [HEAD], "inspection": [OFFICE, PRINCIPAL]}
TOLD = Told(
    duties={
        "yellow": ["duty_officer"],
        "red": ["deputy_head"],
        "inspection": ["inspection", "principal_head"],
        "statement_missed": ["principal_head"],
        "inspection_overdue": ["district_centre", "principal_head"],
    },
    people={
        HEAD: ("unit", "deputy_head"),
        DUTY: ("unit", "duty_officer"),
        PRINCIPAL: ("unit", "principal_head"),
        OFFICE: ("office", "duty_officer"),
    },
    superiors={"unit": "centre", "office": "centre"},
    office="office",
)


@dataclass(frozen=True, kw_only=True)
class Year:
    """Work orders and what was found about them."""

    orders: list[Order]
    evidence: Evidence

    def found(self) -> set[str]:
        verdict = Verdict()
        judge(self.orders, self.evidence, told=TOLD, verdict=verdict)
        return {name for name in FINDINGS if verdict.wrong[name]}

    def but(self, **changed: Any) -> "Year":
        return replace(self, evidence=replace(self.evidence, **changed))


def handling(*moves: Move, ended: datetime | None = None) -> Order:
    """A work order of the eve of a long holiday's eve, 14 hours until red, 28 until inspection."""
    issued = datetime(2027, 2, 3, 16, 30, 3, 500_000, tzinfo=ZONE)
    return Order(
        number=NUMBER,
        request_id=NUMBER[:-3],
        kind="handling",
        unit="unit",
        issued_at=issued,
        limit=Limit(red=14, inspection=28, basis="working"),
        moves=list(moves),
        ended=(ended, ended) if ended else None,
    )


def as_it_should_be(order: Order) -> Year:
    """Everything burns ten seconds into the spread, and is told at once."""
    lights, texts, ledger, stops = [], [], {}, []
    for burnt in burning(order, until=UNTIL):
        instants = due_instants(order, order.moves[: burnt.version - 1])
        ledger[burnt.version] = {light: due + 10 * SECOND for light, due in instants.items()}
        arrived = max(burnt.ends, burnt.begins) + SECOND
        stops.append((arrived, arrived + NOW))
        lights.append(Light(NUMBER, burnt.light, burnt.version, arrived + SECOND))
        for phone in PHONES[burnt.light] if burnt.told else ():
            told = f"工单{NUMBER}（某类）{PHRASES[burnt.light]}，第{burnt.version}版"
            texts.append(Text(arrived + NOW, phone, told))
    entries = [Entry(NUMBER, version, instants) for version, instants in ledger.items()]
    evidence = Evidence(lights=lights, ledger=entries, texts=texts, stops=sorted(stops), until=UNTIL)
    return Year(orders=[order], evidence=evidence)


EXTENDED = Move(kind="extension", at=datetime(2027, 2, 12, 10, 0, tzinfo=ZONE), hours=14)
STOPPED = Move(kind="suspension", at=EXTENDED.at, until=datetime(2027, 2, 16, 9, 0, tzinfo=ZONE))


@pytest.fixture
def year() -> Year:
    return as_it_should_be(handling())


def test_a_year_as_it_should_be_is_found_right(year: Year) -> None:
    assert ["yellow", "red", "inspection"] == [row.light for row in year.evidence.lights]
    assert set() == year.found()
    for moves in ((EXTENDED,), (STOPPED,), (EXTENDED, replace(STOPPED, at=STOPPED.at + DAY))):
        assert set() == as_it_should_be(handling(*moves)).found()


def test_an_extension_lets_lights_burn_again_and_tells_inspection_once() -> None:
    late = replace(EXTENDED, at=datetime(2027, 3, 1, 10, 0, tzinfo=ZONE))
    burnt = list(burning(handling(late), until=UNTIL))
    assert [1, 1, 1, 2, 2, 2] == [light.version for light in burnt]
    assert [True, True, True, False, False, False] == [light.told for light in burnt]
    early = list(burning(handling(EXTENDED), until=UNTIL))
    assert [("yellow", 1), ("yellow", 2), ("red", 2), ("inspection", 2)] == [(it.light, it.version) for it in early]
    assert all(light.told for light in early)


def test_a_statement_that_was_not_given_is_told_the_units_head_alone(year: Year) -> None:
    silent = replace(year, orders=[replace(handling(), kind="accountability_statement")])
    assert {"extra_texts", "wrong_recipients"} == silent.found()  # the office need not hear of it
    to_the_head = [text for text in year.evidence.texts if text.phone != OFFICE]
    assert set() == silent.but(texts=to_the_head).found()


def test_a_closed_work_order_has_no_more_lights() -> None:
    red = due_instants(handling(), [])["red"]
    burnt = list(burning(handling(ended=red - timedelta(minutes=10)), until=UNTIL))
    assert ["yellow"] == [light.light for light in burnt]
    near = list(burning(handling(ended=red + SPREAD / 2), until=UNTIL))
    assert [("yellow", True), ("red", False)] == [(light.light, light.certain) for light in near]


Planted = Callable[[Year], Year]


def without_its(number: int) -> Planted:
    return lambda year: year.but(
        lights=[row for row in year.evidence.lights if row is not year.evidence.lights[number]]
    )


def moved_by(number: int, span: timedelta) -> Planted:
    def move(year: Year) -> Year:
        rows = list(year.evidence.lights)
        rows[number] = replace(rows[number], raised_at=rows[number].raised_at + span)
        return year.but(lights=rows)

    return move


def with_light(row: Light) -> Planted:
    return lambda year: year.but(lights=[*year.evidence.lights, row])


def with_texts(change: Callable[[list[Text]], list[Text]]) -> Planted:
    return lambda year: year.but(texts=change(list(year.evidence.texts)))


def armed_later(span: timedelta) -> Planted:
    def arm(year: Year) -> Year:
        [entry] = year.evidence.ledger
        instants = {light: due + span for light, due in entry.instants.items()}
        return year.but(ledger=[replace(entry, instants=instants)])

    return arm


ON_A_HOLIDAY = datetime(2027, 2, 6, 10, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (without_its(1), {"missing_lights", "early_texts"}),
        (moved_by(1, -timedelta(minutes=2)), {"early_lights"}),
        (moved_by(1, timedelta(minutes=2)), {"late_lights", "early_texts"}),
        (with_light(Light(NUMBER, "red", 1, UNTIL)), {"doubled_lights"}),
        (with_light(Light(NUMBER, "red", 2, ON_A_HOLIDAY)), {"extra_lights"}),
        (with_light(Light("JA20270108-000009-1-01", "red", 1, ON_A_HOLIDAY)), {"extra_lights"}),
        (armed_later(timedelta(hours=1)), {"wrong_instants", "early_lights"}),
        (armed_later(-timedelta(minutes=2)), {"wrong_instants"}),
        (with_texts(lambda texts: texts[:-1]), {"missing_texts"}),
        (with_texts(lambda texts: [*texts, texts[1]]), {"doubled_texts", "extra_texts"}),
        (with_texts(lambda texts: [replace(texts[0], phone=HEAD), *texts[1:]]), set()),
        (
            with_texts(lambda texts: [texts[0], replace(texts[1], phone="13999999999"), *texts[2:]]),
            {"wrong_recipients"},
        ),
        (with_texts(lambda texts: [texts[0], replace(texts[1], phone=DUTY), *texts[2:]]), {"wrong_recipients"}),
        (with_texts(lambda texts: [replace(texts[0], at=ON_A_HOLIDAY - 30 * DAY), *texts[1:]]), {"early_texts"}),
    ],
)
def test_what_is_planted_is_found(year: Year, plant: Planted, found: set[str]) -> None:
    assert found == plant(year).found()


def test_a_light_on_a_holiday_is_found(year: Year) -> None:
    rows = [replace(row, raised_at=ON_A_HOLIDAY) if row.light == "red" else row for row in year.evidence.lights]
    assert not is_worked(ON_A_HOLIDAY.date())
    assert "early_lights" in year.but(lights=rows).found()


def test_two_opinions_on_working_time_agree() -> None:
    days = [date(2026, 1, 1) + n * DAY for n in range(1095)]
    overrides = tuple((day, is_worked(day)) for day in days)
    other = _calendar(work=WorkTime(PERIODS), years=frozenset(range(2026, 2029)), overrides=overrides, zone=ZONE)
    assert isinstance(other, WorkingCalendar)
    dice = Random(6)  # noqa: S311 - repeatable on purpose
    for _ in range(400):
        start = datetime(2026, 1, 1, tzinfo=ZONE) + dice.randrange(86_400 * 700) * SECOND
        pauses: list[Pause] = []
        for _ in range(dice.randrange(3)):
            stops = (pauses[-1][1] if pauses else start) + timedelta(hours=dice.uniform(0, 40))
            pauses.append((stops, stops + timedelta(hours=dice.uniform(1, 200))))
        basis, hours = dice.choice(("working", "calendar")), dice.choice((0.25, 0.5, 1, 2, 3.5, 7, 14, 21, 70.0))
        wanted = other.after(start, timedelta(hours=hours), basis=basis, pauses=pauses)
        assert wanted == after(start, hours, basis=basis, pauses=pauses)


def test_the_parts_of_a_year_have_together_the_calls_of_the_whole() -> None:
    begin = datetime(2026, 12, 1, tzinfo=ZONE)
    whole = Wish(requests=500, days=365)
    parts = [calls(replace(whole, part=(number, 4)), begin, communities=["a", "b"]) for number in range(1, 5)]
    together = [report for part in parts for report in part]
    assert calls(whole, begin, communities=["a", "b"]) == together
    assert all(len(part) > 80 for part in parts)
    assert [(0, 91), (91, 182), (182, 273), (273, 365)] == [replace(whole, part=(n, 4)).stretch for n in range(1, 5)]
