"""What is wrong with unsaved texts and payloads: each fault and misspelt name, with its place. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, Literal

from games.sections import Faults
from messaging.field_catalogue import ADDED_LATER, NameWarning, name_warnings
from messaging.json_templates import JsonTemplateFault, compile_json
from messaging.language import Template, TemplateFault, compile_template
from messaging.rendering import SUMMARY_LENGTH, TITLE_LENGTH
from messaging.settings_shape import PROVIDERS, payload_check

# While somebody types, one text changes and all the others are asked about again.
_template = lru_cache(1000)(compile_template)

LENGTHS: Mapping[str, int] = {"title": TITLE_LENGTH, "subTitle": TITLE_LENGTH, "template": SUMMARY_LENGTH}


@dataclass(frozen=True, slots=True)
class DraftTexts:
    """As they stand in a form: `json` maps a provider's key to what was typed, "" is none."""

    title: str = ""
    sub_title: str = ""
    template: str = ""
    json: Mapping[str, str] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """By settings' name."""
        return {"title": self.title, "subTitle": self.sub_title, "template": self.template}


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is title, subTitle, template or `json.<provider>`, `variant` an index, None for the type's own.

    Faults keep a draft from being saved, warnings do not. `line` and `column` count from 1: in a payload
    within the text that `path` (`.aps.alert.body`) leads to, or where it does not parse, within all of it.
    `length` is of what is meant, in characters; `suggestion` is what to write instead of it, or "".
    """

    field: str
    variant: int | None
    severity: Literal["fault", "warning"]
    message: str
    line: int = 1
    column: int = 1
    length: int = 1
    path: str = ""
    suggestion: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check_draft(message_class: str, own: DraftTexts, variants: Sequence[DraftTexts] = ()) -> list[Problem]:
    """Those of the type's own texts first, then each variant's."""
    return [
        problem
        for variant, texts in [(None, own), *enumerate(variants)]
        for problem in _of_texts(message_class, texts, variant)
    ]


def parsed_payload(text: str) -> dict[str, Any] | None:
    """None where nothing was typed. Raises ValueError, a JSONDecodeError where it does not parse."""
    if not text.strip():
        return None
    value = json.loads(text, parse_constant=_refuse_constant)
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _of_texts(message_class: str, draft: DraftTexts, variant: int | None) -> Iterator[Problem]:
    for name, source in draft.texts().items():
        try:
            template = _template(source, LENGTHS[name])
        except TemplateFault as fault:
            yield Problem(name, variant, "fault", fault.message, fault.line, fault.column)
        else:
            for warning in name_warnings(message_class, template.uses):
                yield _misspelt(name, variant, warning, "")
    for provider in PROVIDERS:
        yield from _of_payload(message_class, provider, draft.json.get(provider, ""), variant)


def _of_payload(message_class: str, provider: str, text: str, variant: int | None) -> Iterator[Problem]:
    name = f"json.{provider}"
    try:
        value = parsed_payload(text)
    except json.JSONDecodeError as fault:
        yield Problem(name, variant, "fault", f"is not JSON: {fault.msg}", fault.lineno, fault.colno)
        return
    except (ValueError, RecursionError) as fault:
        yield Problem(name, variant, "fault", str(fault) or "is nested too deeply")
        return
    if value is None:
        return
    try:
        tree = compile_json(value).tree
    except JsonTemplateFault as found:
        words, line, column = found.fault.message, found.fault.line, found.fault.column
        yield Problem(name, variant, "fault", words, line, column, path=found.path)
        return
    faults = Faults()
    payload_check(provider)(value, faults)
    for each in faults.found:
        path, _, message = each.partition(": ")
        yield Problem(name, variant, "fault", message, path=f".{path}")
    for path, template in _leaves(tree, ""):
        for warning in name_warnings(message_class, template.uses):
            if warning.name not in ADDED_LATER:
                yield _misspelt(name, variant, warning, path)


def _misspelt(name: str, variant: int | None, warning: NameWarning, path: str) -> Problem:
    hint = f"; did you mean `{warning.suggestion}`?" if warning.suggestion else ""
    words = f"`{warning.name}` is not a field of this message{hint}"
    return Problem(
        name,
        variant,
        "warning",
        words,
        warning.line,
        warning.column,
        len(warning.name),
        path,
        warning.suggestion,
    )


def _leaves(tree: Any, path: str) -> Iterator[tuple[str, Template]]:
    if isinstance(tree, Template):
        yield path, tree
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield from _leaves(item, f"{path}.{key}")
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from _leaves(item, f"{path}[{index}]")
