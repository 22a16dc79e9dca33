"""What the game's configuration has to say to its clients: properties, and sets of them."""

from collections.abc import Mapping
from typing import Any

from games.config_store import configs
from protocol.errors import RequestError
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.misc import GetPropertyRequest, GetPropertySetRequest


@request("GetPropertyRequest", GetPropertyRequest, durable=False)
async def get_property(request: Request) -> dict[str, Any]:
    known = _configured(request, "properties")
    code = request.data.property_short_code
    if code not in known:
        raise RequestError({"property": "NOT_FOUND"})
    return {"property": known[code]}


@request("GetPropertySetRequest", GetPropertySetRequest, durable=False)
async def get_property_set(request: Request) -> dict[str, Any]:
    """Each property of the set under its short code."""
    known = _configured(request, "propertySets")
    code = request.data.property_set_short_code
    if code not in known:
        raise RequestError({"propertySet": "NOT_FOUND"})
    return {"propertySet": known[code]}


def _configured(request: Request, section: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = configs.current(request.session.stage_id).sections[section]
    return found
