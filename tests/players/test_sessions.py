from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from games.models import AuditEntry, User
from players import sessions, tokens
from players.models import AuthToken, Player
from protocol.session import Session
from realtime import database, lifecycle
from realtime import router as routing

Ask = Callable[..., Awaitable[dict[str, Any]]]
AddPlayer = Callable[..., Player]


class Terminations:
    """A router that writes down whom it terminated."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Any]] = []

    async def terminate(self, player_id: str, keep: Any = None) -> int:
        self.seen.append((player_id, keep))
        return 2


@pytest.fixture
def terminations(monkeypatch: pytest.MonkeyPatch) -> Terminations:
    router = Terminations()
    monkeypatch.setattr(routing, "_router", router)
    return router


async def test_terminate_revokes_tokens_and_ends_sockets(
    ask: Ask, add_player: AddPlayer, terminations: Terminations
) -> None:
    ana = add_player("ana")
    await database.run(tokens.issue, ana.pk)
    keep = object()
    assert await sessions.terminate(ana.pk, keep) == 2
    assert terminations.seen == [(ana.pk, keep)]
    assert not await AuthToken.objects.aexists()


@pytest.mark.django_db
def test_disconnect_is_audited(add_player: AddPlayer) -> None:
    ana, operator = add_player("ana"), User.objects.create_user("olga")
    tokens.issue(ana.pk)
    sessions.disconnect(ana, operator)
    assert not AuthToken.objects.exists()
    entry = AuditEntry.objects.get(action="player.disconnect")
    assert (entry.actor, entry.target, entry.detail) == (operator, ana.pk, {"stage": "preview"})


@pytest.mark.django_db
def test_a_ban_is_audited_and_can_end(add_player: AddPlayer) -> None:
    ana = add_player("ana")
    sessions.set_banned(ana, True, None)
    ana.refresh_from_db()
    assert ana.banned
    sessions.set_banned(ana, False, None)
    ana.refresh_from_db()
    assert not ana.banned
    actions = AuditEntry.objects.filter(action__startswith="player.").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["player.ban", "player.unban"]


async def test_a_ban_ends_sockets_from_a_database_thread(
    ask: Ask, add_player: AddPlayer, terminations: Terminations
) -> None:
    ana = add_player("ana")
    await lifecycle.start()
    try:
        await database.run(sessions.set_banned, ana, True, None)
        for _ in range(100):
            if terminations.seen:
                break
            await database.run(int)
    finally:
        lifecycle.begin_stop()
        await lifecycle.stop()
    assert terminations.seen == [(ana.pk, None)]


async def test_log_in_binds_player_sockets_only(
    session: Callable[..., Session], server_session: Callable[..., Session]
) -> None:
    answer = {"userId": "u", "displayName": "Ana", "authToken": "t"}
    socket, server = session(), server_session()
    sessions.log_in(socket, answer)
    sessions.log_in(server, answer)
    assert (socket.player_id, socket.player_name, socket.auth_token) == ("u", "Ana", "t")
    assert server.player_id is None
