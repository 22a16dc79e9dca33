"""`manage.py after_restore` on a SQLite file that was taken back to an earlier copy."""

from pathlib import Path

import pytest

from tests.live_database import SqliteFile
from tests.live_server import LiveServer, ServerFailed
from tests.server_template import ServerTemplate

pytestmark = pytest.mark.sqlite

WORLD = """
from tests.portal.ops_world import make_world
from messaging.models import Broadcast, Message, PlayerMessage
from push.models import OutboxPush
ana, bob = make_world('ana'), make_world('bob')
PlayerMessage.objects.update(state='waiting', pushed=False, reason='waiting_offline', due_ms=1)
message = Message.objects.order_by('pk').first()
Broadcast.objects.all().delete()
Broadcast.objects.create(message=message, stage=message.stage, audience='all', created_ms=1, due_ms=0)
"""
ROWS = "SELECT id, state, reason, pushed, due_ms FROM messaging_playermessage ORDER BY id"


@pytest.fixture(scope="module")
def moment(server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory) -> LiveServer:
    """The database at the moment that it is taken back to: two waiting messages, pushes, a broadcast."""
    server = server_template.server(LiveServer, tmp_path_factory.mktemp("moment"))
    server.manage("shell", "-c", WORLD)
    return server


@pytest.fixture
def restored(moment: LiveServer, tmp_path: Path) -> LiveServer:
    return LiveServer(tmp_path / "restored", database=moment.database.copy_to(tmp_path / "restored"))


@pytest.fixture
def last(moment: LiveServer, tmp_path: Path) -> SqliteFile:
    """The same database later: one message was confirmed, one pushed; one push has left, a copy was made."""
    database = moment.database.copy_to(tmp_path / "last")
    assert isinstance(database, SqliteFile)
    first, second = (row["id"] for row in database.rows(ROWS))
    database.execute(
        "UPDATE messaging_playermessage SET state = 'delivered', reason = 'confirmed_socket', due_ms = NULL"
        " WHERE id = ?",
        first,
    )
    database.execute("UPDATE messaging_playermessage SET reason = 'pushed', pushed = 1 WHERE id = ?", second)
    database.execute("DELETE FROM push_outboxpush")
    database.execute("UPDATE messaging_broadcast SET cursor = 'ffff', expanded = 7")
    return database


def rows(server: LiveServer) -> list[tuple[object, ...]]:
    return [(row["state"], row["reason"], row["pushed"], row["due_ms"]) for row in server.rows(ROWS)]


def outbox(server: LiveServer) -> int:
    return len(server.rows("SELECT id FROM push_outboxpush"))


def broadcast(server: LiveServer) -> dict[str, object]:
    (row,) = server.rows("SELECT state, cursor, expanded, due_ms FROM messaging_broadcast")
    return row


def test_what_happened_is_taken_from_the_last_state(restored: LiveServer, last: SqliteFile) -> None:
    assert outbox(restored) > 0
    said = restored.manage("after_restore", "--last", last.url)
    assert rows(restored) == [("delivered", "confirmed_socket", 0, None), ("waiting", "pushed", 1, 1)]
    assert outbox(restored) == 0
    assert broadcast(restored) == {"state": "expanding", "cursor": "ffff", "expanded": 7, "due_ms": 0}
    assert said.splitlines()[:2] == ["1 messages that waited are settled", "1 messages wait on"]
    assert said.endswith("Flint may be started.\n")


def test_a_push_that_had_not_left_is_sent(restored: LiveServer, moment: LiveServer, tmp_path: Path) -> None:
    later = moment.database.copy_to(tmp_path / "later")
    message = later.rows(ROWS)[0]["id"]
    later.execute("UPDATE push_outboxpush SET claim = 'somebody', player_message_id = ?", message)
    later.execute("UPDATE push_outboxpush SET device_id = (SELECT min(id) FROM push_device)")
    restored.manage("after_restore", "--last", later.url)
    assert outbox(restored) == outbox(moment)
    assert restored.rows("SELECT 1 FROM push_outboxpush WHERE claim <> ''") == []


def test_what_the_last_state_lacks_is_not_pushed(restored: LiveServer, last: SqliteFile) -> None:
    last.execute("DELETE FROM messaging_playermessage")
    last.execute("DELETE FROM messaging_broadcast")
    restored.manage("after_restore", "--last", last.url)
    assert [(state, pushed) for state, _, pushed, _ in rows(restored)] == [("waiting", 1)] * 2
    assert broadcast(restored)["state"] == "paused"


def test_copies_that_a_broadcast_made_meanwhile_are_not_made_again(
    restored: LiveServer, last: SqliteFile
) -> None:
    first, _ = restored.rows(ROWS)
    restored.database.execute("DELETE FROM messaging_playermessage WHERE id = ?", first["id"])
    restored.database.execute("DELETE FROM push_outboxpush")
    restored.manage("after_restore", "--last", last.url)
    assert [row["id"] for row in restored.rows(ROWS)] == [row["id"] for row in last.rows(ROWS)]


def test_without_a_last_state_nothing_is_pushed_and_messages_come_again(restored: LiveServer) -> None:
    restored.manage("after_restore", "--again")
    assert [(state, pushed) for state, _, pushed, _ in rows(restored)] == [("waiting", 1)] * 2
    assert (outbox(restored), broadcast(restored)["state"]) == (0, "paused")


def test_without_a_last_state_messages_may_be_left_to_the_inbox(restored: LiveServer) -> None:
    restored.manage("after_restore", "--inbox")
    assert rows(restored) == [("closed", "suppressed_restored", 1, None)] * 2


def test_it_has_to_be_said_how(restored: LiveServer) -> None:
    with pytest.raises(ServerFailed, match="one of the arguments --last --again --inbox is required"):
        restored.manage("after_restore")
