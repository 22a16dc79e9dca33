"""Reloads of Flint behind nginx, under clients that give up for good after one refused connection."""

from collections.abc import Callable

from tests.deploy.clients import url
from tests.deploy.proxies import Nginx
from tests.realtime.storm import Storm
from tests.realtime.supervised import Supervised

RELOADS = 10


async def test_ten_reloads_behind_nginx_lose_no_client(
    supervise: Callable[..., Supervised], make_nginx: Callable[..., Nginx]
) -> None:
    flint = supervise(2)
    await flint.ready()
    nginx = make_nginx(flint.port)
    trusted = nginx.certificates.client()
    async with Storm(url(nginx), per_second=100, tls=trusted, address="127.0.0.1") as storm:
        await storm.through_reloads(flint, RELOADS)
    assert storm.lost == []
    assert storm.connects > 100 * RELOADS
    assert storm.sent_back > 0
