from typing import Any

import pytest

from realtime.redis_url import RedisAddress, channel_layers, parse


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:6379/0",
        "redis://user:p%40ss@redis.example.com",
        "rediss://redis.example.com/1?ssl_ca_certs=/etc/ca.pem&ssl_check_hostname=false",
        "unix:///run/redis/redis.sock?db=2",
    ],
)
def test_parse_leaves_a_single_servers_url_to_redis_py(url: str) -> None:
    assert parse(url) == RedisAddress(url=url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "redis+sentinel://one:26380,two/mymaster/3",
            RedisAddress(master="mymaster", sentinels=(("one", 26380), ("two", 26379)), options={"db": 3}),
        ),
        (
            "redis+sentinel://user:p%40ss@one/mymaster?sentinel_password=other",
            RedisAddress(
                master="mymaster",
                sentinels=(("one", 26379),),
                options={"username": "user", "password": "p@ss", "db": 0},
                sentinel_options={"password": "other"},
            ),
        ),
        (
            "rediss+sentinel://[::1]:26379/mymaster?ssl_ca_certs=/etc/ca.pem&ssl_check_hostname=false",
            RedisAddress(
                master="mymaster",
                sentinels=(("::1", 26379),),
                options={
                    "ssl": True,
                    "ssl_ca_certs": "/etc/ca.pem",
                    "ssl_check_hostname": False,
                    "db": 0,
                },
                sentinel_options={"ssl": True, "ssl_ca_certs": "/etc/ca.pem", "ssl_check_hostname": False},
            ),
        ),
    ],
)
def test_parse_takes_a_sentinel_url_apart(url: str, expected: RedisAddress) -> None:
    assert parse(url) == expected


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://secret@host", "it must begin with one of redis://, rediss://, unix://"),
        ("redis://:secret@host/zero", "the number of the database is no number"),
        ("redis://:secret@host?socket_timeout=5", "nothing is called socket_timeout"),
        ("redis://:secret@host?ssl_ca_certs=/etc/ca.pem", "nothing is called ssl_ca_certs"),
        ("unix://?db=0", "the path of the socket is missing"),
        ("redis+sentinel://:secret@one", "it must be like redis"),
        ("redis+sentinel://:secret@one,:26379/mymaster", "a sentinel has no host name"),
        ("redis+sentinel://:secret@one/mymaster/zero", "the number of the database is no number"),
    ],
)
def test_parse_refuses_in_a_sentence_without_the_password(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match="^" + reason) as refused:
        parse(url)
    assert "secret" not in str(refused.value)


def _host(url: str) -> dict[str, Any]:
    layer = channel_layers(url)["default"]
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    [host] = layer["CONFIG"]["hosts"]
    assert isinstance(host, dict)
    return host


def test_channel_layers_of_one_server() -> None:
    url = "unix:///run/redis.sock?db=2"
    assert _host(url) == {"address": url, "socket_timeout": None, "max_connections": 1000}


def test_channel_layers_behind_sentinels() -> None:
    assert _host("redis+sentinel://:secret@one,two:26380/mymaster/3") == {
        "master_name": "mymaster",
        "sentinels": [("one", 26379), ("two", 26380)],
        "sentinel_kwargs": {},
        "password": "secret",
        "db": 3,
        "socket_timeout": None,
        "max_connections": 1000,
    }


def test_channel_layers_without_a_redis_stay_in_the_process() -> None:
    assert channel_layers("") == {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
