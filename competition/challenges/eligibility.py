"""Who may join: segments that a challenge asks for (competition-rules.md §5.6)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from players.models import Player
from protocol.errors import RequestError

LONGEST = 4000  # characters of a challenge's criteria

Values = tuple[str, ...]
Criteria = Mapping[str, Any]  # a segment's code to the one value that will do, or to a list of them


def read_criteria(raw: Mapping[str, Any]) -> str:
    """What a challenge is to ask for, as it is stored; "" asks for nothing.

    Raises Fault: `{"XXX": "UNRECOGNISED"}` or `{"segments": {"XXX": "MALFORMED"}}`.
    """
    segments = {code: value for code, value in _segments(raw).items() if value != []}
    text = json.dumps(segments, sort_keys=True, ensure_ascii=False) if segments else ""
    if len(text) > LONGEST:
        raise Fault({"segments": "MALFORMED"})
    return text


class Fault(Exception):
    """`value` is what a request's field is answered with."""

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.value = value


def segments_of(player: Player, raw: Mapping[str, Any] | None) -> Mapping[str, Values]:
    """The player's own, or all that the request brings instead; `{}` brings nothing.

    Raises RequestError `eligibility: …` as `read_criteria` does.
    """
    if not raw:
        return {code: (str(value),) for code, value in player.segments.items()}
    try:
        return {code: values_of(value) for code, value in _segments(raw).items()}
    except Fault as fault:
        raise RequestError({"eligibility": fault.value}) from None


def check(criteria: str, segments: Mapping[str, Values]) -> None:
    """Raises RequestError `eligibility: {"missingSegments": …}` and `{"invalidSegments": …}`."""
    required: Criteria = json.loads(criteria or "{}")
    missing = {code: list(values_of(value)) for code, value in required.items() if not segments.get(code)}
    invalid = {
        code: value
        for code, value in required.items()
        if code not in missing and not set(values_of(value)) & set(segments[code])
    }
    faults: dict[str, Any] = {}
    if missing:
        faults["missingSegments"] = missing
    if invalid:
        actual = {code: _as_given(segments[code]) for code in invalid}
        faults["invalidSegments"] = {"actual": actual, "required": invalid}
    if faults:
        raise RequestError({"eligibility": faults})


def fits(criteria: str, segments: Mapping[str, Values]) -> bool:
    try:
        check(criteria, segments)
    except RequestError:
        return False
    return True


def values_of(value: Any) -> Values:
    return (value,) if isinstance(value, str) else tuple(value)


def _as_given(values: Sequence[str]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _segments(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    unknown = {key: "UNRECOGNISED" for key in raw if key != "segments"}
    if unknown:
        raise Fault(unknown)
    segments = raw.get("segments", {})
    if not isinstance(segments, dict):
        raise Fault({"segments": "MALFORMED"})
    malformed = {code: "MALFORMED" for code, value in segments.items() if not _is_value(value)}
    if malformed:
        raise Fault({"segments": malformed})
    return segments


def _is_value(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return all(isinstance(each, str) for each in values)
