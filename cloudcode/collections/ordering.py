"""MongoDB's order of values of all types, for the few documents that are compared outside of SQL."""

from typing import Any

from cloudcode.collections import effort
from cloudcode.collections.keys import ARRAY, BOOLEAN, DATE, NULL, NUMBER, OBJECT, OID, TEXT, rank_of
from cloudcode.collections.values import canonical

Comparable = tuple[str, Any]


def comparable(value: Any) -> Comparable:
    rank = rank_of(value)
    if rank == NULL:
        return rank, 0
    if rank in (NUMBER, BOOLEAN):
        return rank, value
    if rank == TEXT:
        return rank, value.encode()
    if rank in (DATE, OID):
        return rank, value["$date" if rank == DATE else "$oid"]
    effort.look()
    if rank == ARRAY:
        return rank, [comparable(each) for each in value]
    assert rank == OBJECT
    return rank, [(comparable(each)[0], name.encode(), comparable(each)) for name, each in value.items()]


def equal(one: Any, other: Any) -> bool:
    return canonical(one) == canonical(other)
