"""Every metric that the board and the alarms ask for is one that worker and broker really export."""

import requests as http

from launcher.machine import LOOPBACK
from tests.process.board import OWN_LABELS, OWN_METRICS, asked, exported, questions
from tests.process.town import GOOD, Town

NEIGHBOURS = "070101"


def metrics_of(town: Town) -> dict[str, frozenset[str]]:
    ports = town.machine.ports
    worker = http.get(f"http://{LOOPBACK}:{ports['health']}/metrics", timeout=30)
    broker = http.get(f"http://{LOOPBACK}:{ports['management']}/actuator/prometheus", timeout=30)
    return exported(worker.text) | exported(broker.text)


async def test_the_board_asks_for_what_is_exported(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await town.handle(request_id)
    await town.rate(request_id, GOOD)

    known = metrics_of(town)

    unknown = {question.where: question.metrics - OWN_METRICS - set(known) for question in questions()}
    assert {where: names for where, names in unknown.items() if names} == {}


async def test_the_board_sorts_by_labels_that_are_exported(town: Town) -> None:
    await town.handle(await town.receive(NEIGHBOURS))
    known = metrics_of(town)
    wrong = {}
    for question in questions():
        seen = frozenset[str]().union(*(known.get(name, frozenset()) for name in question.metrics))
        if seen and question.labels - seen - OWN_LABELS:
            wrong[question.where] = question.labels - seen - OWN_LABELS
    assert wrong == {}


def test_an_expression_is_taken_apart_into_metrics_and_labels() -> None:
    expression = (
        'histogram_quantile(0.99, sum by (le, job_type) (rate(minhu_job_seconds_bucket{outcome!="x"}[5m]))) > 1'
    )
    found = asked("here", expression)
    assert {"minhu_job_seconds_bucket"} == found.metrics
    assert {"le", "job_type", "outcome"} == found.labels


def test_a_name_that_nobody_exports_would_be_found() -> None:
    known = exported('# TYPE minhu_polls_answered counter\nminhu_polls_answered_total{job_type="a"} 1.0\n')
    assert asked("here", "rate(minhu_polls_answered[5m])").metrics - set(known) == {"minhu_polls_answered"}
    assert asked("here", "rate(minhu_polls_answered_total[5m])").metrics - set(known) == set()
