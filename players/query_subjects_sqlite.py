"""What stands at a path of a JSON column (players.query_subjects), in SQLite's words."""

from dataclasses import dataclass
from typing import Any

from players.query_values import type_of
from realtime.sql import Sql

# json_type's names of our types.
_TYPES = {"text": "'text'", "number": "'integer', 'real'"}


@dataclass(frozen=True, slots=True)
class JsonSubject:
    column: str
    path: tuple[str, ...]

    def compare(self, sign: str, value: Any) -> Sql:
        if isinstance(value, bool):
            return f"{self._type} = %s", [self._path, _flag(value)]
        kinds = _TYPES[type_of(value) or "text"]
        return f"{self._type} IN ({kinds}) AND {self._value} {sign} %s", [self._path, self._path, value]

    def contains(self, value: Any) -> Sql:
        if isinstance(value, bool):
            item, params = "e.type = %s", [_flag(value)]
        else:
            item, params = f"e.type IN ({_TYPES[type_of(value) or 'text']}) AND e.value = %s", [value]
        inside = f"SELECT 1 FROM json_each({self.column}, %s) e WHERE {item}"
        text = f"{self._type} = 'array' AND EXISTS ({inside})"
        params = [self._path, self._path, *params]
        if isinstance(value, str):
            text = f"{self._type} = 'text' AND instr({self._value}, %s) > 0 OR {text}"
            params = [self._path, self._path, value, *params]
        return text, params

    def exists(self) -> Sql:
        return f"{self._type} <> 'null'", [self._path]

    @property
    def _type(self) -> str:
        return f"json_type({self.column}, %s)"

    @property
    def _value(self) -> str:
        return f"json_extract({self.column}, %s)"

    @property
    def _path(self) -> str:
        """Steps are quoted: SQLite takes what is between the quotes as the key, whatever it holds."""
        return "$" + "".join(f'."{step}"' for step in self.path)


def _flag(value: bool) -> str:
    return "true" if value else "false"
