"""The files of a report: Word and PDF, from the same content, the same bytes for the same figures."""

from dataclasses import dataclass, replace

from casebook.district import District
from casebook.district_reports import edition
from casebook.report_figures import ReportFigures
from casebook.report_periods import parse
from workers.bulletin.blocks import Bulletin, Picture
from workers.bulletin.content import bulletin
from workers.bulletin.pdf_file import has_letters, pdf_of
from workers.bulletin.word_file import word_of


@dataclass(frozen=True, kw_only=True)
class Issue:
    """Which of several reports of a period it is, and what gave rise to it."""

    serial: int = 1
    cause: str | None = None


ONLY_ONE = Issue()


def write_files(figures: ReportFigures, *, district: District, issue: Issue = ONLY_ONE) -> dict[str, bytes]:
    """Return the content of each file by its ending; `ConfigurationError` on a machine without Chinese letters."""
    whole = _bulletin(figures, district=district, issue=issue)
    return {"docx": word_of(whole), "pdf": pdf_of(whole)}


def write_what_can_be(figures: ReportFigures, *, district: District, issue: Issue) -> dict[str, bytes]:
    """Return the same files; on a machine without Chinese letters only the Word file, without its charts."""
    if has_letters():
        return write_files(figures, district=district, issue=issue)
    return {"docx": word_without_charts(figures, district=district, issue=issue)}


def word_without_charts(figures: ReportFigures, *, district: District, issue: Issue) -> bytes:
    """Return the Word file as a machine without Chinese letters can write it."""
    whole = _bulletin(figures, district=district, issue=issue)
    return word_of(replace(whole, blocks=tuple(block for block in whole.blocks if not isinstance(block, Picture))))


def _bulletin(figures: ReportFigures, *, district: District, issue: Issue) -> Bulletin:
    period = parse(figures.kind, figures.label, zone=district.zone)
    number = edition(period, issue.serial)
    return bulletin(figures, rules=district.reports, number=number, cause=issue.cause)
