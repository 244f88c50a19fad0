"""The form that asks how a matter was handled: for the page behind a link, a unit's desk and a clerk's call."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from casebook.errors import RejectedInput
from desk.form_file import Form, read_form
from desk.form_view import FormView
from desk.office import Office

FORM = "rating"


def rating_view(office: Office) -> FormView:
    """Draw the form where we stand now, with the reasons that the district lists."""
    form = with_reasons(read_form(office.settings.bpmn, FORM), office.district.rating.reasons)
    return FormView(form, choices={})


def with_reasons(form: Form, reasons: Mapping[str, str]) -> Form:
    """Return a form whose field `reason` offers these."""
    fields = (replace(field, options=reasons) if field.key == "reason" else field for field in form.fields)
    return Form(form.form_id, tuple(fields))


def answer_of(view: FormView) -> dict[str, Any]:
    """Return what was answered as the casebook takes it; RejectedInput when there are no stars."""
    answers = view.answers()
    stars = str(answers.get("satisfaction") or "")
    if not stars.isdecimal():
        raise RejectedInput("评价内容不完整。请选择满意程度。")
    return {
        "resolved": answers.get("resolved"),
        "satisfaction": int(stars),
        "reason": answers.get("reason") or None,
        "comment": answers.get("comment") or "",
    }
