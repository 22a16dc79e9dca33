import pytest

from games.rest_address import RestAddress, is_rest, parse_rest_address


@pytest.mark.parametrize(
    ("path", "host", "stage", "key"),
    [
        ("/rs/K1/server/hush/X", "localhost", "live", "K1"),
        ("/preview/rs/K1/server/hush/X", "localhost", "preview", "K1"),
        ("/live/rs/K1/server/hush/.X", "K2.preview.example.com", "live", "K1"),
        ("/rs/server/hush/X", "K1.preview.example.com", "preview", "k1"),
        ("/rs/server/hush/X", "K1.live.example.com:8000", "live", "k1"),
        ("/rs/server/hush/X", "Preview-K1.example.com", "preview", "k1"),
        ("/rs/server/hush/X", "localhost", "live", ""),
    ],
)
def test_address_is_in_the_path_or_half_in_the_host(path: str, host: str, stage: str, key: str) -> None:
    assert parse_rest_address(path, host) == RestAddress(stage, key, "server", "hush", "X")


@pytest.mark.parametrize(
    "path",
    [
        *("/rs", "/rs/", "/rs/a", "/rs/a/b", "/rs/a/b/c/d/e", "/preview/rs/server/hush/X", "/rs/K1//hush/X"),
        *("/rs/K1/server/hush/", "/RS/K1/server/hush/X", "/x/rs/K1/server/hush/X", "//rs/K1/server/hush/X"),
        *("", "/", "/preview", "/preview/"),
    ],
)
def test_other_addresses_are_none(path: str) -> None:
    assert parse_rest_address(path, "k1.preview.example.com") is None


def test_what_was_meant_as_a_call_is_kept_from_everybody_else() -> None:
    meant = ("/rs", "/RS/x", "/api/rs/K1/server/hush/X", "//rs/x", "/preview/preview/rs/x", "/rs/ops/x/y/z")
    assert [path for path in meant if not is_rest(path)] == []
    others = ("/", "/ops/", "/ops/rs/", "/static/rs/x.js", "/rss/x", "/ws/device/rs2")
    assert [path for path in others if is_rest(path)] == []


def test_secret_is_not_shown() -> None:
    assert "hush" not in repr(RestAddress("live", "K1", "server", "hush", "X"))
