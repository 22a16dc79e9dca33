"""The filters a template may use. Each one's work and result are bounded, whatever it is given."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from messaging.template_values import LONGEST_VALUE, NOTHING, Missing, as_text

_LONGEST_NUMBER = 40


def default(value: Any, other: Any = "", even_if_empty: bool = False) -> Any:
    """`other` where there is no value (or, with `true`, where it is empty)."""
    if value is None or isinstance(value, Missing) or (even_if_empty and not value):
        return other
    return value


def upper(value: Any) -> str:
    return as_text(value).upper()


def lower(value: Any) -> str:
    return as_text(value).lower()


def capitalize(value: Any) -> str:
    return as_text(value).capitalize()


def title(value: Any) -> str:
    return as_text(value).title()


def trim(value: Any) -> str:
    return as_text(value).strip()


def truncate(value: Any, length: int = 40, end: str = "…") -> str:
    """At most `length` characters, `end` included."""
    text = as_text(value)
    if len(text) <= length:
        return text
    return text[: max(0, length - len(end))].rstrip() + end[:length]


def length(value: Any) -> int:
    """Of a text, a list or an object; 0 of anything else."""
    return len(value) if isinstance(value, str | list | tuple | Mapping) else 0


def first(value: Any) -> Any:
    return value[0] if isinstance(value, str | list | tuple) and value else NOTHING


def last(value: Any) -> Any:
    return value[-1] if isinstance(value, str | list | tuple) and value else NOTHING


def join(value: Any, separator: str = ", ") -> str:
    """The items of a list as one text. A text is left as it is."""
    if not isinstance(value, list | tuple):
        return as_text(value)
    parts: list[str] = []
    size = 0
    for item in value:
        parts.append(as_text(item))
        size += len(parts[-1]) + len(separator)
        if size > LONGEST_VALUE:
            break
    return separator.join(parts)[:LONGEST_VALUE]


def to_int(value: Any, other: Any = 0) -> Any:
    number = to_float(value, None)
    return other if number is None else int(number)


def to_float(value: Any, other: Any = 0) -> Any:
    """`other` for what is no finite number."""
    if not isinstance(value, str | int | float) or len(str(value)) > _LONGEST_NUMBER:
        return other
    try:
        number = float(value)
    except ValueError:
        return other
    return number if abs(number) < float("inf") else other


def to_round(value: Any, digits: int = 0) -> Any:
    number = to_float(value, None)
    return value if number is None else round(number, max(0, min(digits, 10)))


def _of_a_value(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """No value goes through unchanged, so that the text it ends in can say which path led nowhere."""

    @wraps(filter_)
    def filtered(value: Any, *args: Any) -> Any:
        return value if isinstance(value, Missing) else filter_(value, *args)

    return filtered


FILTERS: Mapping[str, Callable[..., Any]] = {
    "count": length,
    "d": default,
    "default": default,
    "length": length,
    **{
        name: _of_a_value(filter_)
        for name, filter_ in {
            "capitalize": capitalize,
            "first": first,
            "float": to_float,
            "int": to_int,
            "join": join,
            "last": last,
            "lower": lower,
            "round": to_round,
            "title": title,
            "trim": trim,
            "truncate": truncate,
            "upper": upper,
        }.items()
    },
}
