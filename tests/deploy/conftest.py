"""Fixtures: a certificate, and proxies with the configuration of deploy/ before real servers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deploy.certificates import DOMAIN, Certificates, make_certificates
from tests.deploy.proxies import Caddy, Nginx, Proxy
from tests.live_server import LiveServer
from tests.realtime.conftest import supervise
from tests.server_template import ServerTemplate

__all__ = ["supervise"]

BEHIND_A_PROXY = {"FLINT_TRUSTED_HOPS": "1", "FLINT_HOSTS": f".{DOMAIN},127.0.0.1"}


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def make_nginx(tmp_path: Path, certificates: Certificates) -> Iterator[Callable[..., Nginx]]:
    """Starts nginx before the servers with these ports."""
    made: list[Nginx] = []

    def make(*ports: int) -> Nginx:
        made.append(Nginx(tmp_path / f"nginx-{len(made)}", certificates, ports))
        made[-1].start()
        return made[-1]

    yield make
    for nginx in made:
        nginx.stop()


@pytest.fixture(scope="module")
def proxied_server(
    server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """One server that trusts a proxy, for all tests of a module."""
    server = server_template.server(LiveServer, tmp_path_factory.mktemp("proxied"), BEHIND_A_PROXY)
    server.start()
    yield server
    server_template.end([server])


@pytest.fixture(scope="module", params=[Nginx, Caddy])
def proxy(
    request: pytest.FixtureRequest,
    proxied_server: LiveServer,
    certificates: Certificates,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Proxy]:
    """Each kind before that server."""
    made: Proxy = request.param(tmp_path_factory.mktemp("proxy"), certificates, [proxied_server.port])
    made.start()
    yield made
    made.stop()
