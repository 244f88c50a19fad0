"""The door does what its OpenAPI description says: schemathesis calls it with all that this allows and forbids."""

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from desk.open311.description import DOORS, Door
from desk.open311.posting import CREATED
from launcher.stack import Machine
from tests.open311.door import COMMUNITY, DEMO_KEY

EXAMPLES = 80
REPORTS = "/open311/v2/requests.{format}"
KNOWN = {"service_code": ["010101", "020101"], "address_id": [COMMUNITY, "420102002004"]}
# A schema cannot say what makes these calls right, so that something it allows may be refused with a sentence:
BEYOND_A_SCHEMA = {
    "report": "the community must exist, coordinates lie in the district, each category asks its own questions",
    "addition": "a status or number of the client's own may be too long together with blanks",
    "requests": "start_date lies before end_date, by 90 days at most, in this century",
    "updates": "the same",
}


# ... and with these all of it is right, but for what a caller writes freely:
RIGHT = KNOWN | {
    "lat": [30.6],
    "long": [114.3],
    "media_url": ["https://example.cn/1.jpg"],
    "email": ["a@example.cn"],
    "phone": ["99800001234"],
}
FREE = frozenset({"description", "first_name", "last_name"})


@pytest.fixture(scope="session")
def published(machine: Machine) -> dict[str, Any]:
    """The description as published, but that it gives away a key."""
    raw: dict[str, Any] = requests.get(f"{machine.desk_url}/api/openapi.json", timeout=60).json()
    for path in raw["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "api_key":
                    parameter["schema"] = {"enum": [DEMO_KEY] if parameter["required"] else [DEMO_KEY, ""]}
    return raw


def fields_of(path: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the schemas of what is sent to an address, to be changed in place."""
    for operation in path.values():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            yield content["schema"]


def schema_of(machine: Machine, raw: dict[str, Any]) -> BaseSchema:
    schema = schemathesis.openapi.from_dict(raw)
    schema.config.update(base_url=machine.desk_url, request_timeout=60)
    return schema.include(path_regex="^/open311/")


@pytest.fixture(scope="session")
def description(machine: Machine, published: dict[str, Any]) -> BaseSchema:
    """What callers may send, knowing a category and communities: else all ends in a refusal of these."""
    raw = copy.deepcopy(published)
    for path in raw["paths"].values():
        for schema in fields_of(path):
            fields = schema.get("properties", {})
            fields.update({name: {"enum": values} for name, values in KNOWN.items() if name in fields})
    return schema_of(machine, raw)


@pytest.fixture(scope="session")
def right_reports(machine: Machine, published: dict[str, Any]) -> BaseSchema:
    """Reports that only their free words tell apart."""
    raw = copy.deepcopy(published)
    for schema in fields_of(raw["paths"][REPORTS]):
        free = {name: field for name, field in schema["properties"].items() if name in FREE}
        schema["properties"] = {name: {"enum": values} for name, values in RIGHT.items()} | free
        schema.update(required=list(RIGHT), additionalProperties=False)
    return schema_of(machine, raw)


def called(description: BaseSchema, path: str, *, method: str, beyond: bool = False) -> Counter[int]:
    """Call one address in every way, right and wrong; each answer is held against the description.

    Return how often it answered with each status.
    """
    seen: Counter[int] = Counter()
    operation = description[f"/open311/v2/{path}"][method]
    cases = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(cases))
    def call(case: Case[Any]) -> None:
        seen[case.call_and_validate(excluded_checks=[positive_data_acceptance] if beyond else []).status_code] += 1

    call()
    return seen


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_answer_is_as_described(description: BaseSchema, door: Door) -> None:
    called(description, f"{door.path}.{{format}}", method=door.method, beyond=door.name in BEYOND_A_SCHEMA)


def test_a_picture_is_as_described(description: BaseSchema) -> None:
    called(description, "media/{picture_id}", method="GET")


def test_the_description_has_every_address(description: BaseSchema) -> None:
    paths = {operation.ok().path for operation in description.get_all_operations() if isinstance(operation, Ok)}
    described = {path.removeprefix("/open311/v2/") for path in paths}
    assert described == {f"{door.path}.{{format}}" for door in DOORS} | {"media/{picture_id}"}


def test_the_calls_above_do_not_end_at_the_key_or_the_community(right_reports: BaseSchema) -> None:
    seen = called(right_reports, "requests.{format}", method="POST", beyond=True)
    assert seen[CREATED], seen
