"""What an editor offers behind `${`: the class's fields, then filters and snippets of the language."""

from collections.abc import Iterator, Mapping
from typing import Any

from messaging.field_catalogue import Field, fields_of, sample_fields
from messaging.preview import RECIPIENT
from messaging.rendering import player_context
from messaging.template_filters import FILTERS

LONGEST_SAMPLE = 40  # characters
FILTER_HELP: Mapping[str, str] = {
    "capitalize": "first letter large",
    "count": "how many items or characters",
    "d": "as default",
    "default": "what to show where there is no value: default('you')",
    "first": "first item",
    "float": "as a number",
    "int": "as a whole number",
    "join": "the items as one text: join(', ')",
    "last": "last item",
    "length": "how many items or characters",
    "lower": "small letters",
    "round": "rounded: round(1)",
    "title": "Each Word Large",
    "trim": "without blanks around",
    "truncate": "cut: truncate(20)",
    "upper": "LARGE LETTERS",
}
SNIPPETS: Mapping[str, str] = {
    "{% if … %}…{% endif %}": "{% if condition %}text{% endif %}",
    "{% if … %}…{% else %}…{% endif %}": "{% if condition %}text{% else %}other{% endif %}",
}


def completions(message_class: str) -> dict[str, Any]:
    """`fields` (`path`, `type`, `sample`), `filters` (`name`, `help`) and `snippets` (`label`, `text`)."""
    samples = {
        **sample_fields(message_class),
        "gameId": 1,
        "playerId": RECIPIENT.player_id,
        "player": player_context(RECIPIENT, True),
    }
    return {
        "fields": list(_fields(fields_of(message_class), samples, "")),
        "filters": [{"name": name, "help": FILTER_HELP[name]} for name in sorted(FILTERS)],
        "snippets": [{"label": label, "text": text} for label, text in SNIPPETS.items()],
    }


def _fields(fields: Mapping[str, Field], samples: Mapping[str, Any], before: str) -> Iterator[dict[str, str]]:
    for name, field in fields.items():
        sample = samples.get(name)
        path = f"{before}{name}"
        if field.many:
            path, sample = f"{path}[0]", (sample or [None])[0]
        yield {"path": path, "type": field.type, "sample": _shown(sample)}
        yield from _fields(field.fields or {}, sample if isinstance(sample, Mapping) else {}, f"{path}.")


def _shown(sample: Any) -> str:
    """Of a value that is no object."""
    if sample is None or isinstance(sample, Mapping | list):
        return ""
    return ("true" if sample is True else "false" if sample is False else str(sample))[:LONGEST_SAMPLE]
