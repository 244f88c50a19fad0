"""A Camunda form drawn with the desk's inputs, its faults shown beside the fields."""

from collections.abc import Callable, Mapping
from typing import Any

from nicegui import ui

from desk.form_file import Field, Form
from desk.layout import muted

Input = ui.input | ui.textarea | ui.select | ui.radio | ui.number | ui.checkbox


class FormView:
    """One form on one page. `choices` offers values for keys that the district's directory fills."""

    def __init__(self, form: Form, *, choices: Mapping[str, Mapping[str, str]]) -> None:
        """Draw every field where we stand now."""
        self._form = form
        self._choices = choices
        self._inputs: dict[str, Input] = {}
        self._faults: dict[str, ui.label] = {}
        self._boxes: list[tuple[Field, ui.element]] = []
        for field in form.fields:
            with ui.element("div").classes("field").props(f'data-key="{field.key}"') as box:
                self._draw(field)
            self._boxes.append((field, box))
        self._show()

    def answers(self) -> dict[str, Any]:
        """Return what is filled in, of the fields that are shown."""
        values = {key: _cleaned(element.value) for key, element in self._inputs.items()}
        return {field.key: values[field.key] for field in self._form.shown(values) if field.key}

    def is_complete(self) -> bool:
        """Show what is missing or wrong; tell whether the form can be handed in."""
        answers = self.answers()
        faults = self._form.faults(answers)
        faults |= {
            key: "请从列出的选项中选择。"
            for key, choices in self._choices.items()
            if answers.get(key) and answers[key] not in choices
        }
        for key, label in self._faults.items():
            label.text = faults.get(key, "")
            label.set_visibility(key in faults)
        if faults:
            ui.notify("还有没填好的地方，请看红字。", type="warning")
        return not faults

    def unnamed(self, *named: str) -> list[tuple[str, str]]:
        """Return label and value of answers that no column of the casebook is named for."""
        labels = {field.key: field.label for field in self._form.fields}
        return [(labels[key], str(value)) for key, value in self.answers().items() if key not in named and value]

    def _show(self) -> None:
        values = {key: _cleaned(element.value) for key, element in self._inputs.items()}
        for field, box in self._boxes:
            box.set_visibility(field.is_shown(values))

    def _draw(self, field: Field) -> None:
        if field.kind == "text":
            ui.markdown(field.label).classes("heading-text")
        if field.trouble:
            ui.label(field.trouble).classes("fault")
        if not field.key:
            return
        if field.kind != "checkbox":
            ui.label(field.label).classes("label must" if field.required else "label")
        element = self._input(field)
        element.on_value_change(self._show)
        self._inputs[field.key] = element
        if field.description:
            muted(field.description)
        self._faults[field.key] = ui.label().classes("fault")
        self._faults[field.key].set_visibility(False)

    def _input(self, field: Field) -> Input:
        if choices := self._choices.get(field.key):
            return _select(choices, field, searchable=True)
        return DRAW[field.kind](field)


def _select(options: Mapping[str, str], field: Field, *, searchable: bool) -> ui.select:
    chosen = field.default if field.default in options else None
    element = ui.select(dict(options), value=chosen, with_input=searchable).props("outlined dense options-dense")
    return element if field.required else element.props("clearable")


def _chosen(field: Field) -> str | None:
    return str(field.default) if field.default is not None and str(field.default) in field.options else None


def _length(field: Field) -> str:
    longest = field.rules.get("maxLength")
    return f" counter maxlength={int(longest)}" if longest is not None else ""


def _cleaned(value: Any) -> Any:
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


DRAW: Mapping[str, Callable[[Field], Input]] = {
    "select": lambda field: _select(field.options, field, searchable=False),
    "radio": lambda field: ui.radio(dict(field.options), value=_chosen(field)),
    "number": lambda field: ui.number(value=field.default).props("outlined dense"),
    "checkbox": lambda field: ui.checkbox(field.label, value=bool(field.default)),
    "textarea": lambda field: ui.textarea(value=field.default or "").props(f"outlined autogrow{_length(field)}"),
    "textfield": lambda field: ui.input(value=field.default or "").props(f"outlined dense{_length(field)}"),
}
