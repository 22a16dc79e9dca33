import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers, get_channel_layer

from games.config_store import ConfigStore
from games.models import Stage
from games.publishing import create_game
from realtime import control

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def redis_layer(redis_url: str, settings: Any) -> Iterator[None]:
    host = {"address": redis_url, "socket_timeout": None, "max_connections": 1000}
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [host]}}
    settings.REDIS_URL, settings.CHANNEL_LAYERS = redis_url, {"default": layer}
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


async def test_another_process_hears_of_a_changed_configuration_at_once(
    redis_layer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: asyncio.Queue[list[int]] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    theirs = ConfigStore()  # the other process's
    monkeypatch.setattr(theirs, "refresh", lambda ids: loop.call_soon_threadsafe(heard.put_nowait, list(ids)))
    monkeypatch.setattr(control, "configs", theirs)
    await control.start()
    try:
        layer = get_channel_layer()
        async with asyncio.timeout(5):
            while not _listening(layer):  # noqa: ASYNC110  # the layer tells nobody when it has subscribed
                await asyncio.sleep(0.01)
        game = await sync_to_async(create_game)("Duel", None, "duel0000dice")
        live = await sync_to_async(lambda: Stage.objects.get(game=game, name="live").pk)()
        assert await asyncio.wait_for(heard.get(), 5) == [live]
    finally:
        await control.stop()


def _listening(layer: Any) -> bool:
    return bool(layer._get_layer().groups.get(layer._get_layer()._get_group_channel_name(control.GROUP)))


async def test_alone_a_process_announces_nothing(settings: Any) -> None:
    settings.REDIS_URL = ""
    await control.start()
    assert control._listener is None
