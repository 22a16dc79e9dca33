"""What updates do to arrays."""

from functools import partial
from typing import Any

from cloudcode.collections import values
from cloudcode.collections.changing_paths import at_path, put
from cloudcode.collections.filters import Reading, is_operators, read_filter
from cloudcode.collections.matching import meets
from cloudcode.collections.ordering import comparable, equal
from cloudcode.collections.paths import MISSING, Parts, reached
from cloudcode.collections.sorting import read_sort
from cloudcode.collections.values import Document
from cloudcode.sandbox.running import Refused

_IT: Parts = ("it",)  # an element as a field, so that an array among them is met by what it holds, too
_MODIFIERS = {"$each", "$slice", "$sort", "$position"}


def push(document: Document, parts: Parts, given: Any) -> None:
    elements = _array("$push", document, parts)
    if not isinstance(given, dict) or "$each" not in given:
        put(document, parts, [*elements, values.value(given)])
        return
    added, slice_, sort, position = _modifiers(given)
    at = len(elements) if position is None else position
    elements = [*elements[:at], *added, *elements[at:]]
    if sort is not None:
        elements = _sorted(elements, sort)
    if slice_ is not None:
        elements = elements[slice_:] if slice_ < 0 else elements[:slice_]
    put(document, parts, elements)


def push_all(document: Document, parts: Parts, given: Any) -> None:
    put(document, parts, [*_array("$pushAll", document, parts), *_list("$pushAll", given)])


def add_to_set(document: Document, parts: Parts, given: Any) -> None:
    elements = list(_array("$addToSet", document, parts))
    several = isinstance(given, dict) and "$each" in given
    if several and len(given) > 1:
        raise Refused("$addToSet knows only $each")
    known = {values.canonical(each) for each in elements}
    for each in _list("$each", given["$each"]) if several else [values.value(given)]:
        text = values.canonical(each)
        if text not in known:
            known.add(text)
            elements.append(each)
    put(document, parts, elements)


def pop(document: Document, parts: Parts, given: Any) -> None:
    if given not in (1, -1) or isinstance(given, bool):
        raise Refused("$pop needs 1 or -1")
    elements = _there("$pop", document, parts)
    if elements:
        put(document, parts, elements[:-1] if given == 1 else elements[1:])


def pull(document: Document, parts: Parts, given: Any) -> None:
    """Elements that are equal, or meet a condition: of objects their fields have to."""
    elements = _there("$pull", document, parts)
    if elements is None:
        return
    if is_operators(given):
        condition = Reading().field(_IT, given, 0)
        kept = [each for each in elements if not meets({_IT[0]: each}, condition)]
    elif isinstance(given, dict) and not _is_value(given):
        condition = read_filter(given)
        kept = [each for each in elements if not meets(each, condition)]
    else:
        wanted = values.value(given)
        kept = [each for each in elements if not equal(each, wanted)]
    put(document, parts, kept)


def pull_all(document: Document, parts: Parts, given: Any) -> None:
    elements, wanted = _there("$pullAll", document, parts), _list("$pullAll", given)
    if elements is not None:
        texts = {values.canonical(each) for each in wanted}
        put(document, parts, [each for each in elements if values.canonical(each) not in texts])


def _is_value(given: dict[str, Any]) -> bool:
    return len(given) == 1 and next(iter(given)) in values.SPECIAL


def _array(name: str, document: Document, parts: Parts) -> list[Any]:
    found = at_path(document, parts)
    if found is MISSING:
        return []
    if not isinstance(found, list):
        raise Refused(f"{name} needs an array in {'.'.join(parts)}")
    return found


def _there(name: str, document: Document, parts: Parts) -> list[Any] | None:
    return None if at_path(document, parts) is MISSING else _array(name, document, parts)


def _list(name: str, given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise Refused(f"{name} needs an array")
    return [values.value(each) for each in given]


def _modifiers(given: dict[str, Any]) -> tuple[list[Any], int | None, Any, int | None]:
    if unknown := set(given) - _MODIFIERS:
        raise Refused(f"$push knows no {min(unknown)[:40]}")
    for name in ("$slice", "$position"):
        number = given.get(name)
        if number is not None and (not isinstance(number, (int, float)) or number != int(number)):
            raise Refused(f"{name} needs a whole number")
    slice_, position = (
        None if given.get(name) is None else int(given[name]) for name in ("$slice", "$position")
    )
    return _list("$each", given["$each"]), slice_, given.get("$sort"), position


def _sorted(elements: list[Any], sort: Any) -> list[Any]:
    if sort in (1, -1):
        return sorted(elements, key=comparable, reverse=sort == -1)
    for parts, descending in reversed(read_sort(sort)):
        elements = sorted(elements, key=partial(_field, parts), reverse=descending)
    return elements


def _field(parts: Parts, element: Any) -> Any:
    return comparable(next(iter(reached(element, parts)), None) if isinstance(element, dict) else None)
