"""Form fields and their looks for the operators' pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from games import json_field


class LinesField(forms.CharField):
    """A list of words, one on each line."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return [line.strip() for line in (text or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Each line by itself."""
        for line in value:
            super().run_validators(line)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


class JsonField(json_field.JsonField):
    widget = UnfoldAdminTextareaWidget


def add_faults(form: forms.Form, field: str | None, faults: Iterable[str]) -> None:
    """Shows a domain function's faults beside the field that holds what they are about."""
    for fault in faults:
        form.add_error(field, fault)
