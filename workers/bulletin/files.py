"""The files of a report: Word and PDF, from the same content, the same bytes for the same figures."""

from dataclasses import dataclass

from casebook.district import District
from casebook.district_reports import edition
from casebook.report_figures import ReportFigures
from casebook.report_periods import parse
from workers.bulletin.content import bulletin
from workers.bulletin.pdf_file import pdf_of
from workers.bulletin.word_file import word_of


@dataclass(frozen=True, kw_only=True)
class Issue:
    """Which of several reports of a period it is, and what gave rise to it."""

    serial: int = 1
    cause: str | None = None


ONLY_ONE = Issue()


def write_files(figures: ReportFigures, *, district: District, issue: Issue = ONLY_ONE) -> dict[str, bytes]:
    """Return the content of each file by its ending."""
    period = parse(figures.kind, figures.label, zone=district.zone)
    number = edition(period, issue.serial)
    whole = bulletin(figures, rules=district.reports, number=number, cause=issue.cause)
    return {"docx": word_of(whole), "pdf": pdf_of(whole)}
