"""A unit has a row for each version: whoever joins with it without an instant counts things twice."""

import ast

from tests.pure.source_files import PRODUCT, tree

KNOWS_VERSIONS = frozenset(
    {
        "casebook/assessment.py",
        "casebook/city.py",
        "casebook/co_units.py",
        "casebook/directory.py",
        "casebook/dispatching.py",
        "casebook/enforcement.py",
        "casebook/memory.py",
        "casebook/newest.py",
        "casebook/report_known.py",
        "casebook/report_views.py",
        "casebook/responsibility.py",
        "casebook/statistics.py",
        "casebook/unit_profile.py",
        "casebook/views.py",
    }
)
VERSIONED = frozenset({"units", "people", "places", "rosters", "substitutes", "absences", "team_members"})


def test_only_few_files_look_at_versions_themselves() -> None:
    found = {
        path.as_posix()
        for path in PRODUCT
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "casebook.schema"
        if {alias.name for alias in node.names} & VERSIONED
    }
    assert found <= KNOWS_VERSIONS
