"""`python -m benchmarks.peers.channels_server PORT core|pubsub REDIS_URL`: a text goes to the whole group."""

import sys
from typing import Any

import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from benchmarks.peers.channels import CAPACITY, REDIS

BACKENDS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}


class Everybody(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add("all", self.channel_name)
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.channel_layer.group_send("all", {"type": "news", "text": text_data})

    async def news(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])


if __name__ == "__main__":
    port, layer, url = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    config: dict[str, Any] = {"hosts": [{"address": url, **REDIS}]}
    if layer == "core":
        config["capacity"] = CAPACITY
    settings.configure(CHANNEL_LAYERS={"default": {"BACKEND": BACKENDS[layer], "CONFIG": config}})
    uvicorn.run(
        Everybody.as_asgi(), port=port, ws="websockets-sansio", ws_per_message_deflate=False,
        log_level="critical", lifespan="off", backlog=2048,
    )  # fmt: skip
