"""Django's own development server, which daphne makes speak WebSockets."""

import http.client
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live_server import ROOT, LiveServer, unique
from tests.server_template import ServerTemplate
from tests.wire_client import WireClient
from tests.wire_games import GAME


class RunServer(LiveServer):
    """`manage.py runserver` instead of `serve`."""

    def start(self) -> None:
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks", str(self.port)],
                cwd=ROOT,
                env={**self.env, "FLINT_DEBUG": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_ready(self.process)


@pytest.fixture
def development(server_template: ServerTemplate, tmp_path: Path) -> Iterator[RunServer]:
    server = server_template.server(RunServer, tmp_path / "var")
    server.start()
    yield server
    server_template.end([server])


async def test_runserver_delivers_a_friend_message_at_once_and_at_the_next_log_in(
    development: RunServer,
) -> None:
    anna, bob = unique("anna"), unique("bob")
    async with (
        await WireClient.connect(development.url(), GAME.secrets["device"]) as sender,
        await WireClient.connect(development.url(), GAME.secrets["device"]) as receiver,
    ):
        await sender.register(anna)
        friend = (await receiver.register(bob))["userId"]
        await development.rest("LinkFriendsRequest", playerId=sender.user_id, friendIds=[friend])
        await sender.request("SendFriendMessageRequest", friendIds=[friend], message="online")
        await receiver.expect_message("FriendMessage", message="online")
        await receiver.request("EndSessionRequest")
        await sender.request("SendFriendMessageRequest", friendIds=[friend], message="away")
        await receiver.log_in(bob)
        await receiver.expect_message("FriendMessage", message="away")


def test_runserver_serves_the_admins_static_files(development: RunServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", development.port, timeout=10)
    connection.request("GET", "/static/ops/ops.css")
    assert connection.getresponse().status == 200
    connection.close()


def test_runserver_ends_on_ctrl_c(development: RunServer) -> None:
    assert development.process
    development.process.send_signal(signal.SIGINT)
    assert development.process.wait(5) == 0
    assert "Traceback" not in development.log()
