"""Which sockets are closed when a stage answers nobody any more, and what is told of the others."""

from types import SimpleNamespace
from typing import Any

import pytest

from games.config_store import configs
from realtime import credential_counts, shutting
from realtime.connection import Connection
from realtime.registry import registry
from tests.realtime.sockets import PlayedTransport, recording_inbox, session


@pytest.fixture(autouse=True)
def empty() -> Any:
    registry.clear()
    with recording_inbox():
        yield
    registry.clear()


def opened(stage_id: int, code: str = "device") -> tuple[Connection, PlayedTransport]:
    transport, made = PlayedTransport(), session()
    made.stage_id = stage_id
    made.rights = SimpleNamespace(short_code=code, player=True)  # type: ignore[assignment]
    return Connection(transport, made), transport


def serve(monkeypatch: pytest.MonkeyPatch, published: dict[int, bool]) -> None:
    known = {stage_id: SimpleNamespace(published=value) for stage_id, value in published.items()}
    monkeypatch.setattr(configs, "cached", known.get)


async def test_sockets_of_a_shut_stage_are_closed_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    opened_ones = [opened(1), opened(1, "server"), opened(2), opened(3)]
    opened_ones[0][0].bind("ana")
    serve(monkeypatch, {1: False, 2: True})  # of 3 nothing is known here
    await shutting.shut()
    assert [transport.closing for _, transport in opened_ones] == [True, True, False, False]


def test_sockets_are_counted_by_their_credential_until_they_are_closed() -> None:
    first, second, _ = opened(1)[0], opened(2)[0], opened(1, "server")
    game_id = first.session.game_id
    assert credential_counts.counts() == {(game_id, "device"): 2, (game_id, "server"): 1}
    first.closed()
    first.closed()
    assert credential_counts.counts() == {(game_id, "device"): 1, (game_id, "server"): 1}
    second.closed()
    assert credential_counts.counts() == {(game_id, "server"): 1}
    assert [door.credential for door, _ in registry.doors()] == ["server"]
