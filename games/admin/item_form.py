"""A form drawn from the shape of a section's items, and read back into an item.

An input's name is the path of what it holds (`attributes[0].type`), which is how faults name it too. So an
item goes to the page and comes back whole, whatever rows were added or taken away, without a script.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from games.shapes import Check, Default, Fields, Looks, looks_of

MOST_ROWS = 1000
SHORT = 250  # characters; a longer text gets several lines
ADD, REMOVE, UP = "_add", "_remove", "_up"  # buttons, whose value is the path of a list or of a row
_MISSING = object()
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
Faults = Mapping[str, list[str]]


class NoJson(str):
    """What was written where JSON is wanted: shown again as it was."""

    __slots__ = ()


@dataclass
class Node:
    """One input, or a group. `widget` says which; `children` are a shape's fields or a list's rows."""

    path: str
    label: str
    widget: str
    value: Any = None
    options: tuple[str, ...] = ()
    optional: bool = False
    faults: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def id(self) -> str:
        return "item-" + re.sub(r"[^A-Za-z0-9]", "-", self.path)


def draw(fields: Fields, item: Mapping[str, Any], faults: Faults, at: str = "") -> list[Node]:
    """The inputs of a shape's fields, with what stands in the item and what is wrong with it."""
    return [
        _node(_joined(at, key), key, rule, item.get(key, _MISSING), faults) for key, rule in fields.items()
    ]


def _node(path: str, key: str, rule: Check | Default, value: Any, faults: Faults) -> Node:
    looks = looks_of(rule)
    if value is _MISSING:
        value = rule.value if isinstance(rule, Default) else None
    node = Node(path, _label(key), _widget(looks), optional=isinstance(rule, Default), options=looks.options)
    node.faults = list(faults.get(path, ()))
    if node.widget == "rows":
        assert looks.item
        rows = value if isinstance(value, list) else []
        node.children = [_row(f"{path}[{at}]", looks.item, row, faults) for at, row in enumerate(rows)]
    elif node.widget == "group":
        node.children = draw(looks.fields or {}, value if isinstance(value, dict) else {}, faults, path)
    elif node.widget == "slots":
        slots = value if isinstance(value, list) else []
        node.value = [(f"{path}[{at}]", at + 1, _text(each)) for at, each in enumerate(slots)]
        _gather(node, faults)
    else:
        node.value = _shown(node.widget, value)
        _gather(node, faults)
    return node


def _row(path: str, check: Check, value: Any, faults: Faults) -> Node:
    row = Node(path, "", "row", faults=list(faults.get(path, ())))
    row.children = draw(looks_of(check).fields or {}, value if isinstance(value, dict) else {}, faults, path)
    return row


def _gather(node: Node, faults: Faults) -> None:
    """What is wrong within a value that has one input for all of it."""
    for path, lines in faults.items():
        if path.startswith((f"{node.path}[", f"{node.path}.")):
            node.faults += [f"{path[len(node.path) :]}: {line}" for line in lines]


def drawn_paths(nodes: list[Node]) -> set[str]:
    """The paths whose faults some node shows."""
    return {node.path for node in nodes}.union(*(drawn_paths(node.children) for node in nodes))


def is_drawn(path: str, drawn: set[str]) -> bool:
    """Whether a fault's path is one of those, or within one."""
    return path in drawn or any(path.startswith((f"{each}[", f"{each}.")) for each in drawn)


def _widget(looks: Looks) -> str:
    if looks.kind == "list":
        inner = looks_of(looks.item) if looks.item else Looks("json")
        if inner.kind == "shape":
            return "rows"
        return "slots" if looks.size else "lines"
    if looks.kind == "shape":
        return "group"
    return "long" if looks.kind == "text" and (looks.most or 0) > SHORT else looks.kind


def _shown(widget: str, value: Any) -> Any:
    if widget == "lines":
        return "\n".join(map(_text, value if isinstance(value, list) else []))
    if widget == "json":
        if isinstance(value, NoJson):
            return str(value)
        return "" if value is None else json.dumps(value, indent=1, ensure_ascii=False)
    return value if widget == "flag" else _text(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _label(key: str) -> str:
    """`topNNotifications` → `Top N notifications`."""
    if key == "op":
        return "Comparison"
    words = _WORD.sub(" ", key.replace("NN", "N N")).split(" ")
    return " ".join(
        [words[0].capitalize(), *(word if len(word) == 1 else word.lower() for word in words[1:])]
    )


def _joined(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


# --- reading it back -------------------------------------------------------------------------------------


class Reader:
    """`faults` are those of inputs that hold no JSON; what the item may be is for the section to say."""

    def __init__(self, posted: Mapping[str, str]) -> None:
        self._posted = posted
        self.faults: dict[str, list[str]] = {}

    def read(self, fields: Fields, at: str = "") -> dict[str, Any]:
        found = {key: self._value(_joined(at, key), rule) for key, rule in fields.items()}
        return {key: value for key, value in found.items() if value is not _MISSING}

    def _value(self, path: str, rule: Check | Default) -> Any:
        looks = looks_of(rule)
        widget = _widget(looks)
        if widget == "rows":
            assert looks.item
            return self._rows(path, looks.item)
        if widget == "group":
            return self._group(path, looks)
        if widget == "slots":
            return [_number(self._posted.get(f"{path}[{at}]", "")) for at in range(looks.size or 0)]
        if widget == "flag":
            return path in self._posted
        return self._leaf(path, widget, looks)

    def _leaf(self, path: str, widget: str, looks: Looks) -> Any:
        text = self._posted.get(path, "").replace("\r\n", "\n")
        if widget == "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        if widget in ("text", "long"):
            return None if looks.nullable and not text else text
        if not text.strip():
            return None if looks.nullable else _MISSING
        if widget == "json":
            return self._json(path, text)
        return _number(text) if widget == "number" else text

    def _json(self, path: str, text: str) -> Any:
        try:
            return json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as fault:
            self.faults[path] = [f"no JSON: {fault}"]
            return NoJson(text)

    def _group(self, path: str, looks: Looks) -> Any:
        fields = looks.fields or {}
        empty = all(not self._posted.get(_joined(path, key)) for key in fields)
        return None if looks.nullable and empty else self.read(fields, path)

    def _rows(self, path: str, check: Check) -> list[Any]:
        count = self._posted.get(f"{path}.count", "0")
        number = min(int(count), MOST_ROWS) if count.isdecimal() and len(count) < 6 else 0
        rows = [self.read(looks_of(check).fields or {}, f"{path}[{at}]") for at in range(number)]
        return self._pressed(path, rows)

    def _pressed(self, path: str, rows: list[Any]) -> list[Any]:
        """After the button that was pressed: a row more, a row less, or one a place further up."""
        if self._posted.get(ADD) == path:
            return [*rows, {}]
        for at in range(len(rows)):
            if self._posted.get(REMOVE) == f"{path}[{at}]":
                return rows[:at] + rows[at + 1 :]
            if self._posted.get(UP) == f"{path}[{at}]" and at:
                return [*rows[: at - 1], rows[at], rows[at - 1], *rows[at + 1 :]]
        return rows


def _number(text: str) -> Any:
    """A JSON number; anything else stays text, and is found to be none."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if is_number else text


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
