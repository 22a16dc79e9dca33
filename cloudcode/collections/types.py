"""MongoDB's names and numbers of types. Every number is a double, so whole ones count as int or long."""

from typing import Any

from cloudcode.sandbox.running import Refused

NAMES = ("number", "double", "int", "long", "string", "object", "array", "objectId", "bool", "date", "null")
_NUMBERS = {
    1: "double",
    2: "string",
    3: "object",
    4: "array",
    7: "objectId",
    8: "bool",
    9: "date",
    10: "null",
    16: "int",
    18: "long",
}
INT = 2**31 - 1  # whole numbers of at most that are int


def type_name(given: Any) -> str:
    """Raises Refused."""
    name = given if isinstance(given, str) else _NUMBERS.get(int(given)) if _is_whole(given) else None
    if name not in NAMES:
        raise Refused(f"$type knows no {str(given)[:40]}")
    return name


def _is_whole(given: Any) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool) and given == int(given)
