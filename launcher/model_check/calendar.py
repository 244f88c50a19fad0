"""Checks of the calendar: a year that is written down as confirmed without anybody knowing its make-up days."""

import re
from collections.abc import Iterator
from pathlib import Path

import holidays

from casebook.district import District
from launcher.model_check.finding import Finding

FILE = "calendar.toml"


def calendar_findings(district: District, folder: Path) -> Iterator[Finding]:
    """Yield the confirmed years of which neither the package nor an override knows a single make-up day."""
    decided = {override.date.year for override in district.calendar.overrides if override.working}
    lines = (folder / FILE).read_text(encoding="utf-8-sig").splitlines()
    line = next((number for number, text in enumerate(lines, 1) if re.match(r"\s*confirmed_years\s*=", text)), 0)
    for year in district.calendar.confirmed_years:
        known = {day.year for day in holidays.country_holidays("CN", years=year).weekend_workdays}
        if year not in decided | known:
            what = f"{year} 年写成了已确认，但节假日程序包和 overrides 里都没有这一年的调休上班日"
            action = "请按国务院办公厅的放假通知在 overrides 里逐日写上（附文号），或先从 confirmed_years 里去掉这一年"
            yield Finding(file=FILE, line=line, element="confirmed_years", what=what, action=action)
