"""What processes tell each other besides messages, over Channels' layer: that a configuration changed.

Only where REDIS_URL is set: a process alone knows. Nothing depends on being told, since versions are polled
as well; it only spares the wait.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from asgiref.sync import async_to_sync
from channels.layers import BaseChannelLayer, get_channel_layer
from django.conf import settings

from games.config_store import configs
from realtime import database

logger = logging.getLogger(__name__)

GROUP = "flint.control"
CONFIGS_CHANGED = "configs.changed"
PATIENCE = 1.0  # seconds that telling may take
RETRY_SECONDS = 1.0

_listener: asyncio.Task[None] | None = None


class _Briefly(logging.Filter):
    """The layer says every second that Redis is away; a line is enough for that, without the stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = "%s: %s", (record.getMessage(), record.exc_info[1])
            record.exc_info = None
        return True


logging.getLogger("channels_redis.pubsub").addFilter(_Briefly())


def announce_configs(stage_ids: Sequence[int]) -> None:
    """Tell every process which stages changed. From a database thread; a deaf layer is a line in the log."""
    if not settings.REDIS_URL:
        return
    try:
        async_to_sync(_send)(list(stage_ids))
    except Exception as fault:
        logger.warning("could not announce a configuration change, others poll for it: %s", fault)


async def _send(stage_ids: list[int]) -> None:
    async with asyncio.timeout(PATIENCE):
        await _layer().group_send(GROUP, {"type": CONFIGS_CHANGED, "stages": stage_ids})


async def start() -> None:
    global _listener
    if settings.REDIS_URL:
        _listener = asyncio.get_running_loop().create_task(_listen())


async def stop() -> None:
    global _listener
    if _listener is not None:
        _listener.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await _listener
        _listener = None


def _layer() -> BaseChannelLayer:
    layer = get_channel_layer()
    assert layer is not None, "settings.CHANNEL_LAYERS has a default"
    return layer


async def _listen() -> None:
    layer = _layer()
    while True:
        try:
            channel = await layer.new_channel()
            await layer.group_add(GROUP, channel)
            while True:
                message = await layer.receive(channel)
                if message["type"] == CONFIGS_CHANGED:
                    await database.run(configs.refresh, message["stages"])
        except Exception:
            logger.exception("not hearing other processes; polling goes on, listening is tried again")
            await asyncio.sleep(RETRY_SECONDS)
