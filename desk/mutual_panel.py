"""配合评价: with its report the lead judges each co-unit's cooperation, and a co-unit the lead's."""

from collections.abc import Mapping, Sequence

from nicegui import ui

from casebook import words
from casebook.mutual_ratings import Judgement
from desk.layout import muted
from desk.office import Office

GOOD = "good"


class MutualView:
    """What a report asks about the other units; draws nothing when there is nobody to judge."""

    def __init__(self, office: Office, units: Sequence[str], *, names: Mapping[str, str]) -> None:
        """Draw one row for each unit where we stand now."""
        self._fields: dict[str, tuple[ui.radio, ui.select, ui.label]] = {}
        if not units:
            return
        reasons = dict(office.district.rating.mutual.reasons)
        with ui.element("div").classes("field"):
            ui.label("配合评价").classes("label must")
            muted("记入对方的配合度，写进诉求卷宗。")
        for unit in units:
            with ui.element("div").classes("field mutual").props(f'data-unit="{unit}"'):
                ui.label(words.word(names, unit))
                mark = ui.radio(words.COOPERATION).props("inline")
                reason = ui.select(reasons, label="理由").props("outlined dense options-dense")
                reason.bind_visibility_from(mark, "value", backward=lambda value: value not in (None, GOOD))
                fault = ui.label().classes("fault")
                fault.set_visibility(False)
                for field in (mark, reason):
                    field.on_value_change(lambda _, fault=fault: fault.set_visibility(False))
            self._fields[unit] = (mark, reason, fault)

    def judgements(self) -> list[Judgement] | None:
        """Return what is filled in; None, with the faults shown, when something is missing."""
        found, whole = [], True
        for unit, (mark, reason, fault) in self._fields.items():
            missing = not mark.value or (mark.value != GOOD and not reason.value)
            fault.set_text("请选择；配合一般、配合差须写理由。" if missing else "")
            fault.set_visibility(missing)
            whole = whole and not missing
            because = None if mark.value == GOOD else reason.value
            found.append(Judgement(about_unit=unit, outcome=mark.value or "", reason=because))
        return found if whole else None
