import logging
from typing import Any

import pytest

from games.redaction import LOGGERS, RedactAddresses


@pytest.mark.parametrize(
    ("message", "args", "text"),
    [
        ("%s: %s", ("Not Found", "/rs/key/server/SECRET/X"), "Not Found: /rs/…"),
        ("%s", ("/preview/rs/key/server/SECRET/X 404",), "/preview/rs/… 404"),
        (
            "HTTP %(method)s %(path)s %(n)d",
            ({"method": "POST", "path": "/rs/a/b/c", "n": 7},),
            "HTTP POST /rs/… 7",
        ),
        ("%s", ("/ops/login/",), "/ops/login/"),
        ("plain", (), "plain"),
    ],
)
def test_addresses_are_cut_behind_rs(message: str, args: tuple[Any, ...], text: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, None)
    assert RedactAddresses().filter(record) is True
    assert record.getMessage() == text


@pytest.mark.parametrize("name", LOGGERS)
def test_redaction_is_installed(name: str) -> None:
    assert any(isinstance(each, RedactAddresses) for each in logging.getLogger(name).filters)
