"""The files of a report: Word and PDF, from the same content, the same bytes for the same figures."""

from casebook.district import District
from casebook.report_figures import ReportFigures
from casebook.report_periods import parse
from workers.bulletin.content import bulletin
from workers.bulletin.pdf_file import pdf_of
from workers.bulletin.word_file import word_of


def write_files(figures: ReportFigures, *, district: District) -> dict[str, bytes]:
    """Return the content of each file by its ending."""
    number = parse(figures.kind, figures.label, zone=district.zone).number
    whole = bulletin(figures, rules=district.reports, number=number)
    return {"docx": word_of(whole), "pdf": pdf_of(whole)}
