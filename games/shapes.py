"""A small language for the shape of JSON: each check collects faults and returns the data complete.

A check takes a value and where faults go. Its result has defaults filled in and keys in the declared order;
it means nothing when a fault was added.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from games.sections import Faults

Check = Callable[[Any, Faults], Any]
Fields = Mapping[str, "Check | Default"]


@dataclass(frozen=True, slots=True)
class Default:
    """A key that may be missing."""

    value: Any
    check: Check


@dataclass(frozen=True, slots=True)
class Looks:
    """What a check expects, for whoever draws a form: `kind` is "text", "number", "flag", "choice", "list",
    "shape" or "json" (whatever has no form of its own). `item` is a list's check; `size` of a fixed one.
    """

    kind: str
    nullable: bool = False
    most: int | None = None
    options: tuple[str, ...] = ()
    item: "Check | None" = None
    size: int | None = None
    fields: Fields | None = None


_looks: dict[Check, Looks] = {}


def looks_of(check: "Check | Default") -> Looks:
    return _looks.get(check.check if isinstance(check, Default) else check, Looks("json"))


def _looking(check: Check, looks: Looks) -> Check:
    _looks[check] = looks
    return check


def anything(value: Any, faults: Faults) -> Any:
    return value


def flag(value: Any, faults: Faults) -> Any:
    if not isinstance(value, bool):
        faults.add("expected true or false")
    return value


_looks[flag] = Looks("flag")


def text(most: int, least: int = 0, pattern: str = "", hint: str = "") -> Check:
    """`most` and `least` count characters; `pattern` must match the whole, `hint` says so in words."""

    def check(value: Any, faults: Faults) -> Any:
        if not isinstance(value, str):
            faults.add("expected a text")
        elif not least <= len(value) <= most:
            faults.add("must not be empty" if len(value) < least else f"longer than {most} characters")
        elif pattern and not re.fullmatch(pattern, value):
            faults.add(f"expected {hint}")
        return value

    return _looking(check, Looks("text", most=most))


def number(least: float | None = None, most: float | None = None, whole: bool = False) -> Check:
    def check(value: Any, faults: Faults) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            faults.add("expected a number")
        elif whole and not isinstance(value, int):
            faults.add("expected a whole number")
        elif least is not None and value < least:
            faults.add(f"must be at least {least}")
        elif most is not None and value > most:
            faults.add(f"must be at most {most}")
        return value

    return _looking(check, Looks("number"))


def choice(*options: str) -> Check:
    def check(value: Any, faults: Faults) -> Any:
        if value not in options:
            faults.add(f"expected one of {', '.join(options)}")
        return value

    return _looking(check, Looks("choice", options=options))


def nullable(inner: Check) -> Check:
    def check(value: Any, faults: Faults) -> Any:
        return None if value is None else inner(value, faults)

    return _looking(check, replace(looks_of(inner), nullable=True))


def array(item: Check, least: int = 0, most: int | None = None) -> Check:
    def check(value: Any, faults: Faults) -> Any:
        if not isinstance(value, list):
            faults.add("expected a list")
            return value
        if len(value) < least or (most is not None and len(value) > most):
            faults.add(
                f"expected {least} items" if least == most else f"expected {least} to {most or 'any'} items"
            )
            return value  # however many there are, they are not looked at
        return [item(each, faults.at(index)) for index, each in enumerate(value)]

    return _looking(check, Looks("list", item=item, size=least if least == most else None))


def mapping(item: Check, key_pattern: str = "", key_hint: str = "") -> Check:
    """An object whose keys are names of the developer's; comes back sorted by key."""

    def check(value: Any, faults: Faults) -> Any:
        if not isinstance(value, dict):
            faults.add("expected an object")
            return value
        for key in value:
            if key_pattern and not re.fullmatch(key_pattern, key):
                faults.key(key).add(f"expected {key_hint}")
        return {key: item(each, faults.key(key)) for key, each in sorted(value.items())}

    return check


def shape(fields: Fields) -> Check:
    """An object with exactly these keys; those without a Default are required."""

    def check(value: Any, faults: Faults) -> Any:
        if not isinstance(value, dict):
            faults.add("expected an object")
            return value
        for key in value:
            if key not in fields:
                faults.key(key).add("unknown key")
        return {key: _field(value, key, rule, faults.at(key)) for key, rule in fields.items()}

    return _looking(check, Looks("shape", fields=fields))


def _field(value: dict[str, Any], key: str, rule: Check | Default, faults: Faults) -> Any:
    if key in value:
        return (rule.check if isinstance(rule, Default) else rule)(value[key], faults)
    if isinstance(rule, Default):
        return rule.value
    faults.add("required")
    return None


def unique(inner: Check, key: str = "shortCode") -> Check:
    """A list of objects, of which no two have the same `key`."""

    def check(value: Any, faults: Faults) -> Any:
        result = inner(value, faults)
        if isinstance(value, list):
            seen: set[str] = set()
            for index, item in enumerate(value):
                code = item.get(key) if isinstance(item, dict) else None
                if isinstance(code, str | int) and str(code) in seen:
                    faults.at(index).at(key).add(f'"{code}" is there twice')
                seen.add(str(code))
        return result

    return _looking(check, looks_of(inner))


def rows(fields: Fields) -> Check:
    """A list of objects with a unique `shortCode`, which comes back sorted by it."""
    inner = unique(array(shape(fields)))

    def check(value: Any, faults: Faults) -> Any:
        before = len(faults.found)
        result = inner(value, faults)
        return result if len(faults.found) > before else sorted(result, key=lambda row: str(row["shortCode"]))

    return _looking(check, looks_of(inner))
