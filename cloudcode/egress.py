"""HTTP calls of scripts: to the public internet, and to what the operator allows (cloud-code.md §7)."""

import asyncio
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import aiohttp
from django.conf import settings
from yarl import URL

from cloudcode import metrics
from cloudcode.sandbox.running import Refused
from realtime import lifecycle
from realtime.public_addresses import NotPublic, PublicResolver, is_public

SECONDS = 5.0  # of a call, its redirects included
MOST_BYTES = 1024 * 1024  # of an answer
MOST_REDIRECTS = 5
SETTING = "FLINT_SCRIPT_HOSTS"
LOOK_UPS = 4  # threads: names that are found out slowly hold up those of scripts alone
SECRETS = frozenset({"authorization", "cookie"})  # which no redirect leads to another server


@dataclass(frozen=True, slots=True)
class Call:
    """`headers` by name in lower case."""

    method: str
    url: URL
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by name as the server wrote it; several of a name are joined by commas."""

    status: int
    headers: Mapping[str, str]
    text: str


class Failed(Refused):
    """Nothing came of a call. `outcome` is a label of metrics.calls."""

    def __init__(self, outcome: str, sentence: str) -> None:
        super().__init__(sentence)
        self.outcome = outcome


async def make(call: Call, within: float) -> Answer:
    """Follows redirects. `within` in seconds. Raises Failed."""
    try:
        answer = await _in_time(call, min(within, SECONDS))
    except Failed as fault:
        metrics.calls.inc(fault.outcome)
        raise
    metrics.calls.inc("answered")
    return answer


async def _in_time(call: Call, seconds: float) -> Answer:
    try:
        async with asyncio.timeout(seconds):
            for _ in range(MOST_REDIRECTS + 1):
                found = await _once(call)
                if isinstance(found, Answer):
                    return found
                call = found
    except TimeoutError:
        raise Failed("timeout", f"{call.url.host} did not answer within {seconds:.1f} seconds") from None
    raise Failed("failed", f"more than {MOST_REDIRECTS} redirects")


async def _once(call: Call) -> Answer | Call:
    """The answer, or the call that it asks for instead."""
    host = _checked(call.url)
    try:
        async with _session().request(
            call.method, call.url, headers=call.headers, data=call.body, allow_redirects=False
        ) as response:
            if response.status in (301, 302, 303, 307, 308) and "Location" in response.headers:
                return _redirected(call, response.status, response.headers["Location"])
            body = _unpacked(await _read(response.content), response.headers.get("Content-Encoding", ""))
            return Answer(response.status, _headers(response), _text(body, response.charset))
    except aiohttp.ClientConnectorDNSError as fault:
        raise (
            _not_public(host)
            if isinstance(fault.os_error, NotPublic)
            else Failed("failed", f"nobody knows the host {host}")
        ) from None
    except aiohttp.ClientSSLError:
        raise Failed("failed", f"{host} could not prove by its certificate who it is") from None
    except (aiohttp.ClientError, ValueError, UnicodeError) as fault:
        raise Failed("failed", f"the call to {host} failed: {type(fault).__name__}") from None


# --- where to ----------------------------------------------------------------------------------------------


def _checked(url: URL) -> str:
    """The host. Names are judged by what they are resolved to, just before the connection is made there."""
    host = (url.host or "").lower()
    if url.scheme not in ("http", "https") or not host:
        raise Failed("refused", "only http:// and https:// addresses can be called")
    if host not in allowed_hosts() and _is_number(host) and not _is_public_number(host):
        raise _not_public(host)
    return host


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _is_public_number(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:  # one number, or three: an address in a form that only old software knows
        return False


def _not_public(host: str) -> Failed:
    sentence = f"{host} is no host of the public internet: the operator may allow it by {SETTING}"
    return Failed("refused", sentence)


def allowed_hosts() -> frozenset[str]:
    return frozenset(host.strip("[]").lower() for host in settings.FLINT_SCRIPT_HOSTS)


def _redirected(call: Call, status: int, location: str) -> Call:
    """As browsers do: only 307 and 308 repeat a body, and another server gets no passwords."""
    url = call.url.join(URL(location))
    headers = dict(call.headers)
    if url.origin() != call.url.origin():
        headers = {name: value for name, value in headers.items() if name not in SECRETS}
    if status in (307, 308) or (status in (301, 302) and call.method != "POST"):
        return replace(call, url=url, headers=headers)
    headers.pop("content-type", None)
    return Call("GET", url, headers, None)


# --- what comes back ----------------------------------------------------------------------------------------


async def _read(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    async for part in content.iter_any():
        body += part
        if len(body) > MOST_BYTES:
            raise _too_large()
    return bytes(body)


def _unpacked(body: bytes, encoding: str) -> bytes:
    """Never further than an answer may go, whatever it would become."""
    if encoding.lower() not in ("gzip", "deflate"):
        return body
    try:
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise Failed("failed", "the answer cannot be unpacked") from None
    if len(unpacked) > MOST_BYTES:
        raise _too_large()
    return unpacked


def _too_large() -> Failed:
    return Failed("too_large", f"the answer is larger than {MOST_BYTES // 1024} KB")


def _text(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    names = dict.fromkeys(response.headers)
    return {name: ", ".join(response.headers.getall(name)) for name in names}


# --- by what ------------------------------------------------------------------------------------------------

_sessions: list[aiohttp.ClientSession] = []
_threads: list[ThreadPoolExecutor] = []


def _session() -> aiohttp.ClientSession:
    """This process' own. No cookies: what one game's service sets is not for another's."""
    if not _sessions:
        _threads.append(ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="flint-names"))
        connector = aiohttp.TCPConnector(resolver=PublicResolver(allowed_hosts, _threads[0]))
        _sessions.append(
            aiohttp.ClientSession(
                connector=connector,
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers={"Accept-Encoding": "identity", "User-Agent": "Flint"},
            )
        )
    return _sessions[0]


@lifecycle.on_stop
async def stop() -> None:
    while _sessions:
        await _sessions.pop().close()
    while _threads:
        _threads.pop().shutdown(wait=False, cancel_futures=True)
