"""A form's field for JSON."""

import json
from typing import Any

from django import forms


class JsonField(forms.CharField):
    """JSON text; empty is None. Faults say line and column."""

    widget = forms.Textarea

    def __init__(self, rows: int = 8, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("widget", self.widget(attrs={"rows": rows, "spellcheck": "false"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return (
            value
            if value is None or isinstance(value, str)
            else json.dumps(value, indent=1, ensure_ascii=False)
        )

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(f"Not JSON: {error}") from error

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """What the value may be is the domain's to say."""


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
