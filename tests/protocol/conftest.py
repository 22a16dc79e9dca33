"""An empty registry, a chain of the test's own, and a session to send requests over."""

from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings

from protocol.registry import REGISTRY, Handler
from protocol.session import Rights, Session

# The cores are shared: a slow moment must not fail a property. No examples are kept between runs.
hypothesis_settings.register_profile("flint", deadline=None, database=None)
hypothesis_settings.load_profile("flint")


@pytest.fixture
def registry(settings: Settings) -> Iterator[dict[str, Handler]]:
    """Nothing is registered but what the test registers; no middleware; handlers run at once."""
    settings.FLINT_REQUEST_MODULES = []
    settings.FLINT_REQUEST_MIDDLEWARE = []
    settings.FLINT_RUN_SYNC = "tests.protocol.chain.run_here"
    before = dict(REGISTRY)
    REGISTRY.clear()
    yield REGISTRY
    REGISTRY.clear()
    REGISTRY.update(before)


@pytest.fixture
def session() -> Session:
    return Session(api_key="key", game_id=7, stage_id=3, stage="live", rights=Rights("device"))


@pytest.fixture
def server_session() -> Session:
    return Session(api_key="key", game_id=7, stage_id=3, stage="live", rights=Rights("server", player=False))
