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
    return {"property": _configured(request, "properties", request.data.property_short_code, "property")}


@request("GetPropertySetRequest", GetPropertySetRequest, durable=False)
async def get_property_set(request: Request) -> dict[str, Any]:
    """Each property of the set under its short code."""
    code = request.data.property_set_short_code
    return {"propertySet": _configured(request, "propertySets", code, "propertySet")}


def _configured(request: Request, section: str, code: str, field: str) -> Any:
    """Raises RequestError `{field: NOT_FOUND}`."""
    known: Mapping[str, Any] = configs.current(request.session.stage_id).sections[section]
    if code not in known:
        raise RequestError({field: "NOT_FOUND"})
    return known[code]
