"""Which fields of a document a script wants: MongoDB's projections."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from cloudcode.collections import effort
from cloudcode.collections.paths import Parts, parts_of
from cloudcode.collections.values import Document, as_script_gave, is_special
from cloudcode.sandbox.running import Refused

_decode = msgspec.json.Decoder().decode
Tree = dict[str, Any]  # of names: None where the whole value is meant, else what is meant inside


@dataclass(frozen=True, slots=True)
class Projection:
    """`including`: only what is named, else all but that. `slices`: how many elements, and from where."""

    including: bool
    named: Tree
    with_id: bool
    slices: dict[Parts, tuple[int, int | None]] = field(default_factory=dict)

    def of_text(self, text: str) -> str:
        return as_script_gave(self.of(_decode(text)))

    def of(self, document: Document) -> Document:
        effort.look()
        kept = _included(document, self.named) if self.including else _excluded(document, self.named)
        for parts, (start, count) in self.slices.items():
            _slice(kept, parts, start, count)
        if not self.with_id:
            return {name: value for name, value in kept.items() if name != "_id"}
        return {"_id": document["_id"], **kept} if "_id" in document and "_id" not in kept else kept


def read_fields(given: Any) -> Projection | None:
    """None for all. Raises Refused."""
    if not given:
        return None
    if not isinstance(given, dict):
        raise Refused("fields are an object")
    named: Tree = {}
    slices = {parts_of(path): _read_slice(each) for path, each in given.items() if isinstance(each, dict)}
    flags = {path: bool(each) for path, each in given.items() if not isinstance(each, dict)}
    with_id = flags.pop("_id", True)
    if len(set(flags.values())) > 1:
        raise Refused("fields are either those that are wanted, or those that are not")
    only_id = "_id" in given and with_id and not slices
    including = next(iter(flags.values()), only_id)
    for path in flags:
        _add(named, parts_of(path))
    if including:
        for parts in slices:
            _add(named, parts)
    return Projection(including, named, with_id, slices)


def _read_slice(given: dict[str, Any]) -> tuple[int, int | None]:
    name, wanted = next(iter(given.items()), ("", None))
    if name != "$slice":
        raise Refused(f"{name[:40] or '{}'} is not available in fields")
    numbers: list[Any] = wanted if isinstance(wanted, list) else [wanted]
    if not all(isinstance(each, (int, float)) and each == int(each) for each in numbers):
        raise Refused("$slice needs one or two whole numbers")
    if len(numbers) == 1:
        count = int(numbers[0])
        return (count, None) if count < 0 else (0, count)
    if len(numbers) != 2 or numbers[1] <= 0:
        raise Refused("$slice needs one or two whole numbers")
    return int(numbers[0]), int(numbers[1])


def _add(tree: Tree, parts: Parts) -> None:
    for part in parts[:-1]:
        inside = tree.setdefault(part, {})
        if inside is None:
            return
        tree = inside
    tree[parts[-1]] = None


def _included(value: Document, tree: Tree) -> Document:
    kept = {}
    for name, each in value.items():
        if name not in tree:
            continue
        if tree[name] is None:
            kept[name] = each
        elif isinstance(each, list):
            kept[name] = _included_of_array(each, tree[name])
        elif _is_object(each):
            kept[name] = _included(each, tree[name])
    return kept


def _included_of_array(elements: list[Any], tree: Tree) -> list[Any]:
    """Its objects, and those of arrays inside of it."""
    return [
        _included_of_array(each, tree) if isinstance(each, list) else _included(each, tree)
        for each in elements
        if isinstance(each, list) or _is_object(each)
    ]


def _excluded(value: Document, tree: Tree) -> Document:
    kept = {}
    for name, each in value.items():
        if name in tree and tree[name] is None:
            continue
        kept[name] = _without(each, tree[name]) if name in tree else each
    return kept


def _without(value: Any, tree: Tree) -> Any:
    if isinstance(value, list):
        return [_without(each, tree) for each in value]
    return _excluded(value, tree) if _is_object(value) else value


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and not is_special(value)


def _slice(document: Document, parts: Parts, start: int, count: int | None) -> None:
    holder: Any = document
    for part in parts[:-1]:
        holder = holder.get(part) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or not isinstance(holder.get(parts[-1]), list):
        return
    elements = holder[parts[-1]]
    start = max(0, len(elements) + start) if start < 0 else start
    holder[parts[-1]] = elements[start:] if count is None else elements[start : start + count]
