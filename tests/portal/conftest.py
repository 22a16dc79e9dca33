"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.game_fixtures import no_cached_configuration
from tests.live_server import LiveServer
from tests.server_template import ServerTemplate

__all__ = ["no_cached_configuration"]

OPERATOR, PASSWORD = "walker", "walking through the pages"


@pytest.fixture(scope="session")
def ops_server(
    server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The server whose pages browsers look at, as OPERATOR with the PASSWORD."""
    env = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    server = server_template.server(LiveServer, tmp_path_factory.mktemp("ops"), env)
    try:
        server.manage("createsuperuser", "--noinput", f"--username={OPERATOR}", "--email=w@example.org")
        server.start()
        yield server
    finally:
        server_template.end([server])


@pytest.fixture(autouse=True)
def pages_alone(settings: Any) -> None:
    """Static files are the server's business; looking for them takes each test client a second.

    Signing in by password is slow by design, and its strength is no matter here.
    """
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "whitenoise" not in each]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
