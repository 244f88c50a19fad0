"""Every oracle of the fault runner rejects the defect that it is there for; a run that proves nothing is not green."""

from dataclasses import replace
from pathlib import Path

import pytest

from launcher.faults.books import Books, Operation, longest_gap_seconds, read_books
from launcher.faults.evidence import arrived
from launcher.faults.oracles import Evidence, Floor, Message, Request, judge

PHONE, TEXT = "13900000001", "【民呼我应】样例"
FLOOR = Floor(acknowledged=2)


def operation(number: int, kind: str, about: str, **details: object) -> Operation:
    values = {"ended_at": float(number), "ending": "acknowledged", **details}
    return Operation(number=number, kind=kind, about=about, begun_at=float(number), **values)  # type: ignore[arg-type]


GOOD = Evidence(
    operations=[
        operation(1, "intake", "a", result="JA-1"),
        operation(2, "intake", "b", result="JA-2"),
        operation(3, "report", "JA-1-01=done"),
        operation(4, "rating", "JA-1/1", ending="unsure"),
    ],
    requests=[
        Request(request_id="JA-1", external_id="a", process_instance_key=7, ends=("closed",)),
        Request(request_id="JA-2", external_id="b", process_instance_key=None, ends=("merged",)),
    ],
    done={("intake", "a"): 1, ("intake", "b"): 1, ("report", "JA-1-01=done"): 1},
    roots={"JA-1": {7}},
    messages=[Message(message_id=1, phone=PHONE, text=TEXT, state="delivered")],
    arrived={(PHONE, TEXT): 1},
    facts_unpublished=0,
    incidents=0,
    chosen_faults=("kill_worker",),
    faults={"kill_worker": 2},
)
UNCERTAIN = Message(message_id=1, phone=PHONE, text=TEXT, state="uncertain")
CALL = Request(request_id="JA-1-ZF01", external_id="JA-1-ZF01", process_instance_key=9, ends=("closed",))
OPEN = Request(request_id="JA-1", external_id="a", process_instance_key=7, ends=())


def test_a_good_run_passes() -> None:
    assert "PASSED" == judge(GOOD, FLOOR).verdict


def test_a_call_of_posted_forces_has_a_process_of_its_own() -> None:
    called = replace(GOOD, calls=[CALL], roots={"JA-1": {7}, "JA-1-ZF01": {9}})
    assert "PASSED" == judge(called, FLOOR).verdict


def test_a_request_that_a_person_merged_had_one_process() -> None:
    joined = Request(request_id="JA-2", external_id="b", process_instance_key=8, ends=("joined",))
    for noted in (joined, replace(joined, process_instance_key=None)):
        merged = replace(GOOD, requests=[GOOD.requests[0], noted], roots={"JA-1": {7}, "JA-2": {8}})
        assert "PASSED" == judge(merged, FLOOR).verdict
        assert judge(replace(merged, roots={"JA-1": {7}}), FLOOR).lost
        assert judge(replace(merged, roots={"JA-1": {7}, "JA-2": {8, 9}}), FLOOR).duplicated


@pytest.mark.parametrize(
    ("planted", "where"),
    [
        ({"done": {("intake", "a"): 1, ("intake", "b"): 1}}, "lost"),
        ({"requests": GOOD.requests[:1], "done": {("intake", "a"): 1, ("report", "JA-1-01=done"): 1}}, "lost"),
        ({"roots": {}}, "lost"),
        ({"roots": {"JA-1": {8}}}, "lost"),
        ({"requests": [replace(GOOD.requests[0], process_instance_key=None)]}, "lost"),
        ({"requests": [replace(GOOD.requests[0], request_id="JA-9")], "roots": {"JA-9": {7}}}, "lost"),
        ({"arrived": {}}, "lost"),
        ({"done": {**GOOD.done, ("report", "JA-1-01=done"): 2}}, "duplicated"),
        ({"roots": {"JA-1": {7, 8}}}, "duplicated"),
        ({"roots": {"JA-1": {7}, "JA-2": {8}}}, "duplicated"),
        ({"requests": [replace(GOOD.requests[0], ends=("closed", "withdrawn"))]}, "duplicated"),
        ({"arrived": {(PHONE, TEXT): 2}}, "duplicated"),
        ({"arrived": {(PHONE, TEXT): 2}, "messages": [UNCERTAIN]}, "duplicated"),
        ({"messages": [replace(UNCERTAIN, state="failed")]}, "duplicated"),
        ({"done": {**GOOD.done, ("intake", "c"): 1}}, "invented"),
        ({"roots": {"JA-1": {7}, "JA-3": {9}}}, "invented"),
        ({"roots": {"JA-1": {7}, "JA-1-ZF01": {9}}}, "invented"),
        ({"calls": [CALL]}, "lost"),
        ({"calls": [CALL], "roots": {"JA-1": {7}, "JA-1-ZF01": {9, 10}}}, "duplicated"),
        ({"arrived": {(PHONE, TEXT): 1, (PHONE, "别的"): 1}}, "invented"),
        ({"requests": [OPEN, GOOD.requests[1]]}, "stuck"),
        ({"calls": [replace(CALL, ends=())], "roots": {"JA-1": {7}, "JA-1-ZF01": {9}}}, "stuck"),
        ({"messages": [replace(UNCERTAIN, state="sending")], "arrived": {}}, "stuck"),
        ({"messages": [replace(UNCERTAIN, state="queued")], "arrived": {}}, "stuck"),
        ({"facts_unpublished": 1}, "stuck"),
        ({"incidents": 1}, "stuck"),
    ],
)
def test_a_planted_defect_is_found_where_it_belongs(planted: dict[str, object], where: str) -> None:
    findings = judge(replace(GOOD, **planted), FLOOR)  # type: ignore[arg-type]
    assert "FAILED" == findings.verdict
    assert getattr(findings, where)


@pytest.mark.parametrize("count", [0, 1])
def test_an_uncertain_message_is_listed_and_may_have_arrived_once(count: int) -> None:
    findings = judge(replace(GOOD, messages=[UNCERTAIN], arrived={(PHONE, TEXT): count}), FLOOR)
    assert ("PASSED", [1]) == (findings.verdict, findings.uncertain)


def test_a_request_that_was_withdrawn_before_its_process_was_noted_is_no_loss() -> None:
    withdrawn = replace(GOOD.requests[0], process_instance_key=None, ends=("withdrawn",))
    assert "PASSED" == judge(replace(GOOD, requests=[withdrawn, GOOD.requests[1]]), FLOOR).verdict


def test_what_nobody_was_told_about_may_or_may_not_have_happened() -> None:
    happened = {**GOOD.done, ("rating", "JA-1/1"): 1}
    assert ["PASSED"] * 2 == [judge(replace(GOOD, done=done), FLOOR).verdict for done in (GOOD.done, happened)]


@pytest.mark.parametrize(
    "empty",
    [
        {"faults": {}},
        {"faults": {"kill_worker": 0}},
        {"chosen_faults": (), "faults": {}},
        {"operations": [], "requests": [], "done": {}, "roots": {}},
        {"messages": [], "arrived": {}},
    ],
)
def test_a_run_that_proves_nothing_is_invalid_and_not_green(empty: dict[str, object]) -> None:
    assert "INVALID" == judge(replace(GOOD, **empty), FLOOR).verdict  # type: ignore[arg-type]


def test_too_few_acknowledged_operations_prove_nothing() -> None:
    assert "INVALID" == judge(GOOD, Floor(acknowledged=4)).verdict


def test_the_books_remember_what_was_tried_even_when_no_answer_came(tmp_path: Path) -> None:
    books = Books(tmp_path / "books.jsonl")
    answered = books.begin("intake", "a")
    books.begin("intake", "b")
    books.end(answered, "acknowledged", result="JA-1")
    books.close()
    first, second = read_books(tmp_path / "books.jsonl")
    assert (True, "JA-1") == (first.acknowledged, first.result)
    assert (False, None) == (second.acknowledged, second.ended_at)


def test_the_longest_gap_lies_between_two_acknowledgements() -> None:
    operations = [operation(1, "intake", "a"), operation(9, "intake", "b"), operation(30, "intake", "c", ending=None)]
    assert 8.0 == longest_gap_seconds(operations, until=100.0)
    assert 0.0 == longest_gap_seconds(operations, until=5.0)


def test_a_torn_line_of_the_carriers_journal_does_not_count(tmp_path: Path) -> None:
    journal = tmp_path / "smsc.jsonl"
    journal.write_text('{"destination": "1", "text": "a"}\n{"destination": "1", "te\n', encoding="utf-8")
    assert {("1", "a"): 1} == arrived(journal)
