"""One desk with its PostgreSQL for all tests of the Open311 door; its clients have limits of their own."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import Engine, create_engine

from casebook.engine import hand_key
from casebook.open311_rules import digest_of
from launcher.private import private_machine
from launcher.stack import Machine
from tests.open311.door import APP_KEY, COMMUNITY, SLOW_KEY, SLOW_LIMIT, Door

CONFIG = Path(__file__).resolve().parents[2] / "config"
CLIENTS = f"""
[clients.city_app]
name = "市民 App"
key_sha256 = "{digest_of(APP_KEY)}"
per_minute = 100000

[clients.slow]
name = "慢客户"
key_sha256 = "{digest_of(SLOW_KEY)}"
per_minute = {SLOW_LIMIT}
"""
BOUNDARIES = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": COMMUNITY},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [
                        [[114.31, 30.62], [114.32, 30.62], [114.32, 30.63], [114.31, 30.63], [114.31, 30.62]]
                    ],
                },
            }
        ],
    }
)


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    config = tmp_path_factory.mktemp("open311") / "config"
    shutil.copytree(CONFIG, config, ignore=shutil.ignore_patterns("samples"))
    rules = config / "open311.toml"
    text = rules.read_text(encoding="utf-8").replace("per_minute = 600", "per_minute = 100000")
    rules.write_text(text + CLIENTS, encoding="utf-8")
    (config / "place_boundaries.geojson").write_text(BOUNDARIES, encoding="utf-8")
    with private_machine("postgres", "desk", config=config) as machine:
        yield machine


@pytest.fixture(scope="session")
def door(machine: Machine) -> Iterator[Door]:
    with requests.Session() as session:
        yield Door(url=f"{machine.desk_url}/open311/v2", session=session)


@pytest.fixture(scope="session")
def casebook(machine: Machine) -> Iterator[Engine]:
    engine = create_engine(machine.database_url)
    hand_key(engine, machine.personal_key)
    yield engine
    engine.dispose()
