"""REDIS_URL, taken apart. Its forms:

`redis://[user:password@]host:6379/0`; `rediss://…`, the same over TLS
`unix://[user:password@]/run/redis/redis.sock?db=0`
`redis+sentinel://[user:password@]host:26379,host:26379/MASTER/0`; `rediss+sentinel://…`, all of it over TLS

Over TLS `ssl_ca_certs=FILE` after the question mark names the authority, `ssl_certfile=` and `ssl_keyfile=`
the client's own certificate; `ssl_check_hostname=false` and `ssl_cert_reqs=none` believe whoever answers.
`sentinel_username=` and `sentinel_password=` are for the sentinels, where they ask for one.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SINGLE = ("redis", "rediss", "unix")
SENTINEL = ("redis+sentinel", "rediss+sentinel")
TLS_OPTIONS = {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname"}
SENTINEL_OPTIONS = {"sentinel_username", "sentinel_password"}
SENTINEL_PORT = 26379


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """One server by `url`; or the `master` that `sentinels` know, with redis-py's options for both."""

    url: str = ""
    master: str = ""
    sentinels: tuple[tuple[str, int], ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    sentinel_options: dict[str, Any] = field(default_factory=dict)


def parse(url: str) -> RedisAddress:
    """Raises ValueError with a sentence that does not repeat the URL, which may hold a password."""
    parts = urlsplit(url)
    if parts.scheme not in SINGLE + SENTINEL:
        raise ValueError(f"it must begin with one of {', '.join(f'{name}://' for name in SINGLE + SENTINEL)}")
    query = dict(parse_qsl(parts.query))
    known = {"db"} | (TLS_OPTIONS if parts.scheme.startswith("rediss") else set())
    if parts.scheme in SENTINEL:
        known |= SENTINEL_OPTIONS
    if unknown := sorted(query.keys() - known):
        raise ValueError(f"nothing is called {', '.join(unknown)} in this form of it")
    if parts.scheme in SENTINEL:
        return _behind_sentinels(url, query)
    if parts.scheme == "unix" and not parts.path.strip("/"):
        raise ValueError("the path of the socket is missing")
    if parts.scheme != "unix":
        _database(query.get("db") or parts.path.strip("/"))
    return RedisAddress(url=url)


def _behind_sentinels(url: str, query: dict[str, str]) -> RedisAddress:
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    master, _, database = parts.path.strip("/").partition("/")
    if not hosts or not master:
        raise ValueError("it must be like redis+sentinel://HOST:26379,HOST:26379/MASTER/0")
    tls: dict[str, Any] = {name: value for name, value in query.items() if name in TLS_OPTIONS}
    if "ssl_check_hostname" in tls:
        tls["ssl_check_hostname"] = tls["ssl_check_hostname"].lower() not in ("0", "false", "no")
    if parts.scheme.startswith("rediss"):
        tls["ssl"] = True
    user, _, password = credentials.partition(":")
    login = {"username": unquote(user), "password": unquote(password)}
    sentinel_login = {name: query.get(f"sentinel_{name}", "") for name in login}
    return RedisAddress(
        master=unquote(master),
        sentinels=tuple(_host(each) for each in hosts.split(",")),
        options={**_given(login), **tls, "db": _database(query.get("db") or database)},
        sentinel_options={**_given(sentinel_login), **tls},
    )


def _given(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _host(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError("a sentinel has no host name")
    return parts.hostname, parts.port or SENTINEL_PORT


def _database(text: str) -> int:
    if text and not text.isdigit():
        raise ValueError("the number of the database is no number")
    return int(text or 0)


def channel_layers(url: str) -> dict[str, Any]:
    """Django's CHANNEL_LAYERS: in the process itself without a Redis. Raises ValueError."""
    if not url:
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    address = parse(url)
    # redis-py gives up a silent connection after 5 s, and stops at 100 of them, unless told not to.
    host: dict[str, Any] = {"socket_timeout": None, "max_connections": 1000}
    if address.url:
        host["address"] = address.url
    else:
        host |= address.options
        host |= {"master_name": address.master, "sentinels": list(address.sentinels)}
        host["sentinel_kwargs"] = address.sentinel_options
    return {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [host]},
        }
    }
