"""What the test harness offers to send: the catalogue's requests, and one for each event of the game."""

from functools import cache
from typing import Any

from competition.events.types import EventType
from games.config_store import configs
from games.models import Stage
from protocol.catalogue import CATALOGUE, FieldSpec, RequestSpec
from protocol.registry import find, load_requests

SAMPLES: dict[str, Any] = {
    "boolean": False,
    "number": 0,
    "date": "2026-01-01T00:00Z",
    "JSON": {},
    "DBObject": {},
}
EVENT_SAMPLES: dict[str, Any] = {"number": 0, "string": "", "json": {}}


def offered(stage: Stage) -> list[dict[str, Any]]:
    """`[{group, name, caller, missing, request, fields}]`: `request` is what the picker fills in, with
    required fields alone; `fields` are all, for the list beside it. `missing`: nobody has built it."""
    return [*_events(stage), *_requests()]


def _events(stage: Stage) -> list[dict[str, Any]]:
    events: dict[str, EventType] = dict(configs.current(stage.pk).sections["events"])
    return [_of_event(event) for _, event in sorted(events.items())]


def _of_event(event: EventType) -> dict[str, Any]:
    given = {code: EVENT_SAMPLES.get(each.kind) for code, each in event.attributes.items()}
    fields = [
        {"name": code, "type": each.kind, "required": each.default is None}
        for code, each in event.attributes.items()
    ]
    request = {"@class": ".LogEventRequest", "eventKey": event.code, **given}
    return {
        "group": "Events",
        "name": f"LogEvent {event.code}",
        "caller": "player",
        "missing": False,
        "request": request,
        "fields": fields,
    }


@cache
def _requests() -> tuple[dict[str, Any], ...]:
    load_requests()
    return tuple(
        _row(name, spec) for name, spec in sorted(CATALOGUE.items(), key=lambda row: (row[1].group, row[0]))
    )


def _row(name: str, spec: RequestSpec) -> dict[str, Any]:
    handler = find(name)
    required = {
        key: _sample(each) for key, each in spec.request.items() if each.required and each.default is None
    }
    return {
        "group": spec.group,
        "name": name.removesuffix("Request"),
        "caller": "admin" if spec.admin_only else spec.caller,
        "missing": handler is None or not handler.supported,
        "request": {"@class": f".{name}", **required},
        "fields": [_field(key, each) for key, each in spec.request.items()],
    }


def _field(key: str, spec: FieldSpec) -> dict[str, Any]:
    field: dict[str, Any] = {"name": key, "type": spec.type, "required": spec.required}
    return field | ({"values": list(spec.values)} if spec.values else {})


def _sample(spec: FieldSpec) -> Any:
    if spec.values:
        return spec.values[0]
    return [] if spec.type.endswith("[]") else SAMPLES.get(spec.type, "")
