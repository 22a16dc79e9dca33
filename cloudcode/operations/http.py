"""HTTP calls that scripts make."""

import base64
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from yarl import URL

from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused

if TYPE_CHECKING:
    from cloudcode import egress
    from cloudcode.host import ScriptHost

LONGEST_URL = 8192
# Which the connection itself has to say.
NOT_TO_SET = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "expect"})


class HttpCall(msgspec.Struct, frozen=True):
    """`auth`: user name and password. `type` is the body's, unless a header says otherwise."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    url: str
    headers: dict[str, str]
    auth: tuple[str, str] | None
    body: str | None
    type: str | None


class Call(Arguments, frozen=True):
    call: HttpCall


@operation("http.call", Call)
async def call(host: "ScriptHost", asked: Call) -> dict[str, Any]:
    """Whatever the status, it is an answer. Waits count against the run's time."""
    from cloudcode import egress  # with aiohttp, which takes a while to load

    budget = host.caller.budget
    budget.take_call()
    answer = await egress.make(_read(asked.call), budget.left)
    return {"status": answer.status, "headers": answer.headers, "text": answer.text}


def _read(given: HttpCall) -> "egress.Call":
    from cloudcode import egress

    headers = {name.lower(): value for name, value in given.headers.items()}
    if forbidden := NOT_TO_SET & headers.keys():
        raise Refused(f"the header {min(forbidden)} cannot be set")
    if given.type is not None:
        headers.setdefault("content-type", given.type)
    if given.auth is not None:
        headers["authorization"] = "Basic " + base64.b64encode(":".join(given.auth).encode()).decode()
    try:
        if len(given.url) > LONGEST_URL:
            raise ValueError
        url = URL(given.url.strip())
    except ValueError:
        raise Refused("the URL cannot be read") from None
    return egress.Call(given.method, url, headers, None if given.body is None else given.body.encode())
