"""What was pushed to inspection before there was a decision to ask for stays in the list, numbered and ended."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, text

from casebook.migrate import _configuration
from launcher.stack import Machine

BEFORE = """
    insert into unit_codes values ('lead'), ('office');
    insert into requests (request_id, platform, external_id, channel, category, community, urgency, caller_kind, title,
        text, received_at, taken_in_at, responsible_unit)
    values ('JA-1', 'p', 'e', 'online', '1', '1', 'normal', 'citizen', 't', 't', now(), now(), 'lead');
    insert into work_orders (work_order_id, request_id, process_instance_key, kind, unit, level, form, round, issued_at)
    values ('JA-1-01', 'JA-1', 1, 'sign_in', 'lead', 'A', 'sign_in', 1, now()),
           ('JA-1-02', 'JA-1', 2, 'handling', 'lead', 'A', 'lead_report', 2, now());
    insert into inspections (work_order_id, request_id, unit, pushed_at)
    values ('JA-1-02', 'JA-1', 'office', '2026-11-02T00:00:00Z'), ('JA-1-01', 'JA-1', 'office', '2026-11-01T00:00:00Z')
"""
AFTER = "select inspection_id, work_order_id, about_unit, cause, round, ending, ended_at = pushed_at from inspections"


@pytest.fixture
def empty(machine: Machine) -> Iterator[Connection]:
    """A database of its own, beside the shared one."""
    server = create_engine(machine.database_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("create database before_inspections"))
    own = create_engine(server.url.set(database="before_inspections"))
    with own.connect() as connection:
        yield connection
    own.dispose()
    with server.connect() as connection:
        connection.execute(text("drop database before_inspections"))
    server.dispose()


def test_rows_of_before_are_numbered_and_nobody_is_asked_about_them(empty: Connection) -> None:
    config = _configuration()
    config.attributes["connection"] = empty
    command.upgrade(config, "0012")
    empty.execute(text(BEFORE))
    expected = [
        ("JA-1-DC01", "JA-1-01", "lead", "not_stated", 1, "no_decision_asked", True),
        ("JA-1-DC02", "JA-1-02", "lead", "not_stated", 2, "no_decision_asked", True),
    ]
    for _ in range(2):
        command.upgrade(config, "0013")
        assert expected == [tuple(row) for row in empty.execute(text(f"{AFTER} order by 1"))]
        command.downgrade(config, "0012")
    assert 2 == empty.execute(text("select count(*) from inspections")).scalar_one()
