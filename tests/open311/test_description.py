"""The door does what its OpenAPI description says: schemathesis calls it with all that this allows and forbids."""

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
from sqlalchemy import Engine, func, select

from casebook.schema import requests as register
from desk.open311.description import DOORS, Door
from launcher.stack import Machine
from tests.open311.door import COMMUNITY, DEMO_KEY

EXAMPLES = 80
KNOWN = {"service_code": ["010101", "020101"], "address_id": [COMMUNITY, "420102002004"]}
# A schema cannot say what makes these calls right, so that something it allows may be refused with a sentence:
BEYOND_A_SCHEMA = {
    "report": "the community must exist, coordinates lie in the district, each category asks its own questions",
    "addition": "a status or number of the client's own may be too long together with blanks",
    "requests": "start_date lies before end_date, by 90 days at most, in this century",
    "updates": "the same",
}


@pytest.fixture(scope="session")
def description(machine: Machine) -> BaseSchema:
    """The description as published, but that it gives away a key, a category and communities: else all ends in 403."""
    raw = requests.get(f"{machine.desk_url}/api/openapi.json", timeout=60).json()
    for path in raw["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "api_key":
                    parameter["schema"] = {"enum": [DEMO_KEY] if parameter["required"] else [DEMO_KEY, ""]}
            for content in operation.get("requestBody", {}).get("content", {}).values():
                fields = content["schema"].get("properties", {})
                fields.update({name: {"enum": values} for name, values in KNOWN.items() if name in fields})
    schema = schemathesis.openapi.from_dict(raw)
    schema.config.update(base_url=machine.desk_url, request_timeout=60)
    return schema.include(path_regex="^/open311/")


def called(description: BaseSchema, path: str, *, method: str, beyond: bool = False) -> None:
    """Call one address in every way, right and wrong; each answer is held against the description."""
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
        case.call_and_validate(excluded_checks=[positive_data_acceptance] if beyond else [])

    call()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_answer_is_as_described(description: BaseSchema, door: Door) -> None:
    called(description, f"{door.path}.{{format}}", method=door.method, beyond=door.name in BEYOND_A_SCHEMA)


def test_a_picture_is_as_described(description: BaseSchema) -> None:
    called(description, "media/{picture_id}", method="GET")


def test_the_description_has_every_address(description: BaseSchema) -> None:
    paths = {operation.ok().path for operation in description.get_all_operations() if isinstance(operation, Ok)}
    described = {path.removeprefix("/open311/v2/") for path in paths}
    assert described == {f"{door.path}.{{format}}" for door in DOORS} | {"media/{picture_id}"}


def test_the_calls_above_went_through_and_not_only_up_to_the_key(description: BaseSchema, casebook: Engine) -> None:
    taken = select(func.count()).where(register.c.platform == "open311_demo")
    with casebook.connect() as connection:
        before = connection.execute(taken).scalar_one()
        called(description, "requests.{format}", method="POST", beyond=True)
        assert before < connection.execute(taken).scalar_one()
