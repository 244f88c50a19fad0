"""What Operate knows: incidents and running instances. Operate lags some seconds behind the engine."""

from typing import Any

import requests

from launcher import engine
from launcher.stack import Machine

TIMEOUT_SECONDS = 10
PENDING_METRIC = "zeebe_pending_incidents_total{"


def running_instances(machine: Machine, *, process: str) -> int | None:
    """Count the running instances of a process; None when Operate does not answer."""
    wanted = {"filter": {"state": "ACTIVE", "bpmnProcessId": process}, "size": 1}
    answer = _search(machine, what="process-instances", body=wanted)
    return None if answer is None else int(answer["total"])


def count_incidents(machine: Machine) -> int | None:
    """Count the open incidents; None when neither Operate nor the engine's metrics answer.

    The larger of both: Operate lags behind, and the engine's own count begins at 0 when it starts.
    """
    answer = _search(machine, what="incidents", body={"filter": {"state": "ACTIVE"}, "size": 1})
    told = (None if answer is None else int(answer["total"]), _from_metrics(machine))
    return max((count for count in told if count is not None), default=None)


def _search(machine: Machine, *, what: str, body: dict[str, Any]) -> dict[str, Any] | None:
    if not machine.options.operate:
        return None
    url = engine.operate_url(machine.ports)
    try:
        with requests.Session() as session:
            user = {"username": engine.OPERATE_USER, "password": engine.OPERATE_PASSWORD}
            login = session.post(f"{url}/api/login", params=user, timeout=TIMEOUT_SECONDS)
            login.raise_for_status()
            session.headers["X-CSRF-TOKEN"] = login.headers.get("X-CSRF-TOKEN", "")
            answer = session.post(f"{url}/v1/{what}/search", json=body, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            return dict(answer.json())
    except (requests.RequestException, ValueError):
        return None


def _from_metrics(machine: Machine) -> int | None:
    try:
        answer = requests.get(f"{engine.management_url(machine.ports)}/actuator/prometheus", timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
    except requests.RequestException:
        return None
    lines = [line for line in answer.text.splitlines() if line.startswith(PENDING_METRIC)]
    return sum(int(float(line.split()[-1])) for line in lines)
