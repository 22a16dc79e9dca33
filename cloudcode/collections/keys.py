"""Texts that sort as MongoDB sorts the values they stand for: what indexes hold.

A type's number, then the value. Long ones are cut off, and rare characters stand for one another, so a key
may stand for several values: whoever looks by keys finds candidates, never too few.
"""

import struct
from itertools import product
from typing import Any

from cloudcode.collections.paths import MISSING, Parts, reached
from cloudcode.collections.values import Document, canonical
from cloudcode.sandbox.running import Refused

NULL, NUMBER, TEXT, OBJECT, ARRAY, OID, BOOLEAN, DATE = "12345789"
BETWEEN, AFTER = "\1", "\2"  # two fields' keys; above everything that begins with a key
LONGEST = 100
MOST_OF_A_DOCUMENT = 1_000

_NO_SEPARATORS = str.maketrans({"\0": AFTER, "\1": AFTER})
_SIGN = 1 << 63


def rank_of(value: Any) -> str:
    """The bracket that a value is compared within."""
    if value is None or value is MISSING:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, (int, float)):
        return NUMBER
    if isinstance(value, str):
        return TEXT
    if isinstance(value, list):
        return ARRAY
    return DATE if "$date" in value else OID if "$oid" in value else OBJECT


def whole_key(value: Any) -> str:
    """Of different values never the same."""
    rank = rank_of(value)
    if rank == NULL:
        return rank
    if rank == BOOLEAN:
        return f"{rank}{int(value)}"
    if rank == NUMBER:
        return rank + _ordered(value)
    if rank == DATE:
        return rank + _ordered(value["$date"])
    if rank == OID:
        return f"{rank}{value['$oid']}"
    return rank + (value if rank == TEXT else canonical(value))


def key(value: Any) -> str:
    return _cut(whole_key(value))


def _cut(whole: str) -> str:
    return whole[: LONGEST + 1].translate(_NO_SEPARATORS)


def index_keys(document: Document, fields: tuple[Parts, ...]) -> tuple[dict[str, str], bool]:
    """The document's keys in an index with what each is cut from, and whether a field has several values.

    Raises Refused.
    """
    found = [_field_keys(document, parts) for parts in fields]
    count = 1
    for wholes, _ in found:
        count *= len(wholes)
    if count > MOST_OF_A_DOCUMENT:
        raise Refused(f"an indexed field has more than {MOST_OF_A_DOCUMENT} values in one document")
    joined = {
        BETWEEN.join(map(_cut, each)): BETWEEN.join(each)
        for each in product(*(wholes for wholes, _ in found))
    }
    return joined, any(several for _, several in found)


def _field_keys(document: Document, parts: Parts) -> tuple[list[str], bool]:
    """Of the values, of arrays' elements, and of nothing where there is nothing."""
    values = reached(document, parts)
    elements = [each for value in values if isinstance(value, list) for each in value]
    wholes = {whole_key(each) for each in (*values, *elements)} or {NULL}
    return sorted(wholes), len(values) != 1 or isinstance(values[0], list)


def _ordered(number: float) -> str:
    """Hexadecimal digits that sort as the double does."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", number + 0.0))
    return f"{bits ^ _SIGN if not bits & _SIGN else ~bits & (_SIGN * 2 - 1):016x}"
