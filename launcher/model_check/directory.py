"""Checks of the directory's files: what an import would refuse, said before the machine is started."""

from collections.abc import Iterator

from casebook.clock import wall_clock
from casebook.directory_reach import reach_findings
from casebook.directory_review import Demands, book_of, review
from casebook.directory_tables import TABLES
from casebook.district import District
from launcher.model_check.finding import Finding


def directory_findings(district: District) -> Iterator[Finding]:
    """Yield holes, units that nobody answers for and gaps in rosters; roles are checked with the response list."""
    day = wall_clock().astimezone(district.zone).date()
    demands = Demands.of(district, needed_roles=frozenset(), day=day)
    for wrong in review(book_of(district), demands, more=(reach_findings,)):
        if wrong.refuses:
            file = TABLES[wrong.table].file
            yield Finding(file=file, line=wrong.row, element=wrong.column, what=wrong.what, action=wrong.action)
