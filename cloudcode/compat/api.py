"""What a call or a property of a script object gives, by the catalogue."""

from collections.abc import Mapping
from functools import cache

from cloudcode.catalogue import Method, catalogue

# What methods give that real scripts use and the old platform's table does not list.
BESIDE: Mapping[str, Mapping[str, str]] = {
    "Spark": {"systemCollection": "SparkMongoCollectionReadOnly"},
    "SparkMongoCursor": {"toArray": "JSON[]"},
}
NAMES = {"SparkPendingMatch": "PendingMatch"}  # the table has the object by its other name


def is_object(kind: str) -> bool:
    """Whether it is one of the script objects."""
    return kind in catalogue()


def is_known(kind: str, method: str) -> bool:
    return _find(kind, method) is not None or method in BESIDE.get(kind, ())


def is_supported(kind: str, method: str) -> bool:
    """Whether a script can call it here."""
    found = _find(kind, method)
    return found is not None and found.is_supported


def returned(kind: str, method: str) -> str:
    """What it gives: `SparkPlayer`, `string[]`, `JSON`, `void`; "" for a method that nobody knows."""
    found = _find(kind, method)
    gives = found.returns if found is not None and found.returns else BESIDE.get(kind, {}).get(method, "")
    name, brackets, _ = gives.partition("[]")
    return NAMES.get(name, name) + brackets


@cache
def getter_of(kind: str, name: str) -> str | None:
    """The method that is called by reading the property `.name`: `getPlayerId` for `playerId`."""
    for method in (f"{prefix}{name[:1].upper()}{name[1:]}" for prefix in ("get", "is")):
        found = _find(kind, method)
        if found is not None and found.least == 0:
            return method
    return None


def _find(kind: str, method: str) -> Method | None:
    return catalogue().get(kind, {}).get(method)
