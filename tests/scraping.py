"""Reads a server's metrics as Prometheus does."""

import asyncio
import contextlib
import http.client
import time
from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families

PATIENCE = 20.0


class Numbers(dict[str, float]):
    """Values by sample as it is written: `flint_sockets{kind="player"}`, labels in order of name."""

    def since(self, before: "Numbers", sample: str) -> float:
        """How far it came since `before`; what was not there was 0."""
        return self.get(sample, 0.0) - before.get(sample, 0.0)


def scrape(port: int, path: str = "/metrics") -> Numbers:
    """AssertionError unless it answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    assert answer.status == 200, text
    return read(text)


def read(text: str) -> Numbers:
    return Numbers(
        (_written(sample.name, sample.labels), sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    )


async def scraped(port: int, condition: Callable[[Numbers], bool]) -> Numbers:
    """Scrape until the condition holds: some numbers are a few seconds old.

    A process that dies takes the scrapes that it has accepted with it.
    """
    deadline = time.monotonic() + PATIENCE
    numbers = Numbers()
    while time.monotonic() < deadline:
        with contextlib.suppress(ConnectionError):
            numbers = await asyncio.to_thread(scrape, port)
            if condition(numbers):
                return numbers
        await asyncio.sleep(0.05)
    raise AssertionError(f"still {numbers}")


def _written(name: str, labels: dict[str, str]) -> str:
    inside = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    return f"{name}{{{inside}}}" if inside else name
