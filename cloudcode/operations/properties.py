"""Properties of the stage's configuration."""

from typing import TYPE_CHECKING, Any

from cloudcode.operations.registry import Arguments, operation

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost


class Named(Arguments, frozen=True):
    code: str


@operation("properties.one", Named)
async def one(host: "ScriptHost", asked: Named) -> Any:
    return host.caller.config.sections["properties"].get(asked.code)


@operation("properties.set", Named)
async def property_set(host: "ScriptHost", asked: Named) -> Any:
    return host.caller.config.sections["propertySets"].get(asked.code)
