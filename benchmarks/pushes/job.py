"""What a sender is told, and what it tells."""

import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import msgspec

from push.transports.base import Notification

TTL = 3600
Send = Callable[[Notification], Awaitable[object]]


class Job(msgspec.Struct, kw_only=True):
    """`count` pushes to the devices in turn, `warm` more before them, `at_once` of them under way.

    `account` is the account's document, `ca_file` whom to trust, `devices` what they registered with.
    """

    provider: str
    account: dict[str, Any]
    ca_file: str
    devices: list[str]
    count: int
    warm: int
    at_once: int

    def notifications(self, count: int) -> Iterator[Notification]:
        for number in range(count):
            device = self.devices[number % len(self.devices)]
            yield Notification(device, "", payload(self.provider), TTL, f"{number:024x}", "FriendMessage")


def payload(provider: str) -> dict[str, Any]:
    """As messaging.payloads makes it of a friend's message, the receipt filled in."""
    ids = {"messageId": "019ab1c2d3e4f5a6b7c8d9e0", "class": "FriendMessage"}
    title, body = "A message", "Ana says: it is your turn, and the dice are still warm"
    receipt = {"receipt": "019ab1c2d3e4f5a6b7c8d9e0.1.2026-11-27.apns..FriendMessage:" + "s" * 43}
    match provider:
        case "apns":
            return {"aps": {"alert": {"title": title, "body": body}, "badge": 3}, **ids, **receipt}
        case "fcm":
            return {"notification": {"title": title, "body": body}, "data": {**ids, **receipt}}
        case "adm":
            return {"data": {"title": title, "message": body, **ids, **receipt}}
        case _:
            return {"title": title, "body": body, **ids, **receipt}


class Cpu:
    """CPU seconds of this process, and seconds of the clock, while a block ran."""

    def __enter__(self) -> "Cpu":
        self._cpu, self._clock = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu = time.process_time() - self._cpu
        self.clock = time.perf_counter() - self._clock
