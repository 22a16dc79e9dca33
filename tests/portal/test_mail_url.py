"""FLINT_MAIL_URL."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import environment


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", {}),
        ("smtp://mail.example.org", {"host": "mail.example.org", "port": 587, "use_tls": True}),
        ("smtps://u%40x:p%3Aw@mail.example.org:4650", {"port": 4650, "username": "u@x", "password": "p:w"}),
        ("smtps://mail.example.org", {"port": 465, "use_ssl": True}),
        ("smtp+plain://127.0.0.1", {"host": "127.0.0.1", "port": 25, "username": "", "timeout": 5}),
    ],
)
def test_a_mail_service_is_named_by_a_url(url: str, expected: dict[str, Any]) -> None:
    found = environment.mail(url)
    assert {name: found.get(name) for name in expected} == expected
    assert len(found.keys() & {"use_tls", "use_ssl"}) == (
        1 if url.partition(":")[0] in ("smtp", "smtps") else 0
    )


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:port"]
)
def test_what_names_none_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="FLINT_MAIL_URL"):
        environment.mail(url)
