"""Installations as deploy/ describes them: their commands as they stand, behind nginx with TLS."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deploy import image, units
from tests.deploy.clients import cpp_client, js_client, rest
from tests.deploy.conftest import BEHIND_A_PROXY
from tests.deploy.proxies import Nginx
from tests.live_server import LiveServer, unique
from tests.realtime.notified import Notified
from tests.realtime.supervised import alive, children_of, until
from tests.server_template import ServerTemplate

pytestmark = pytest.mark.postgresql

PATIENCE = 60.0
MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("players", "{former}")]
    operations = [
        migrations.AddField("player", "mood", models.CharField(max_length=9, default="", db_default="")),
    ]
"""


class Installation(LiveServer):
    """A server whose processes are started here; their output is one log."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.started: list[subprocess.Popen[bytes]] = []

    def run(self, words: list[str], folder: Path = Path("/")) -> int:
        with self.log_file.open("ab") as log:
            return subprocess.run(
                words, cwd=folder, env=self.env, stdout=log, stderr=log, check=False
            ).returncode

    def begin(self, words: list[str], folder: Path) -> "subprocess.Popen[bytes]":
        with self.log_file.open("ab") as log:
            process = subprocess.Popen(
                words, cwd=folder, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.started.append(process)
        return process

    def kill(self) -> None:
        for process in self.started:
            for child in children_of(process.pid):
                os.kill(child, signal.SIGKILL)
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def installation(server_template: ServerTemplate, tmp_path: Path) -> Iterator[Installation]:
    made = server_template.server(Installation, tmp_path / "flint", BEHIND_A_PROXY)
    yield made
    server_template.end([made])


async def ends_in_order(process: "subprocess.Popen[bytes]") -> None:
    children = children_of(process.pid)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, PATIENCE) == 0
    assert [child for child in children if alive(child)] == []


async def play(nginx: Nginx) -> None:
    """A JS and a C++ client connect by wss, and what a server sends reaches both."""
    clients = [await js_client(nginx), await cpp_client(nginx)]
    for client in clients:
        await client.register(unique("player"))
    ids = [client.user_id for client in clients]
    sent = await rest(nginx, "SendMessageRequest", playerIds=ids, extCode="MARKER", data={"marker": 1})
    assert "error" not in sent, sent
    for client in clients:
        assert (await client.expect_message("ScriptMessage"))["data"] == {"marker": 1}
        await client.close()


async def test_the_systemd_units_serve_reload_and_end(
    installation: Installation, make_nginx: Callable[..., Nginx], tmp_path: Path
) -> None:
    assert installation.run(units.command("flint-migrate.service")) == 0
    listener = socket.create_server(("127.0.0.1", installation.port))
    with listener, Notified(tmp_path) as systemd:
        env = installation.env | {"NOTIFY_SOCKET": systemd.path}
        worker = units.start("flint-worker@.service", env, installation.log_file)
        installation.started.append(worker)
        assert (await systemd.next())["READY"] == "1"
        serve = units.start("flint-serve.service", env, installation.log_file, listener)
        installation.started.append(serve)
        ready = await systemd.next()
        assert (ready["READY"], ready["MAINPID"]) == ("1", str(serve.pid))
        await asyncio.to_thread(installation._wait_ready, serve)
        nginx = make_nginx(installation.port)
        await play(nginx)
        former = children_of(serve.pid)
        reload = units.command("flint-serve.service", "ExecReload", MAINPID=str(serve.pid))
        assert installation.run(reload) == 0
        assert (await systemd.next())["RELOADING"] == "1"
        assert (await systemd.next())["READY"] == "1"
        await until(lambda: not any(alive(child) for child in former))
        await play(nginx)
        await ends_in_order(serve)
        await ends_in_order(worker)


async def test_the_image_serves_is_healthy_and_ends(
    installation: Installation, make_nginx: Callable[..., Nginx], tmp_path: Path
) -> None:
    tree = tmp_path / "opt"
    image.copy_tree(tree)
    port = str(installation.port)
    cmd, health = (
        [word.replace("8000", port) for word in image.instruction(name)] for name in ("CMD", "HEALTHCHECK")
    )
    manage = cmd[:2]
    assert installation.run([*manage, "migrate", "--no-input"], tree) == 0
    assert installation.run(health, tree) != 0
    worker = installation.begin([*manage, "worker"], tree)
    serve = installation.begin(cmd, tree)
    await asyncio.to_thread(installation._wait_ready, serve)
    assert installation.run(health, tree) == 0
    await play(make_nginx(installation.port))
    await ends_in_order(serve)
    await ends_in_order(worker)


def next_release(tree: Path) -> None:
    """The tree with one more migration."""
    image.copy_tree(tree)
    former = max(path.stem for path in (tree / "players/migrations").glob("0*.py"))
    (tree / "players/migrations/9999_mood.py").write_text(MIGRATION.format(former=former))


async def test_an_upgrade_runs_the_old_and_the_new_release_side_by_side(
    server_template: ServerTemplate, tmp_path: Path
) -> None:
    old = server_template.server(LiveServer, tmp_path / "old")
    new = server_template.server(LiveServer, tmp_path / "new", beside=old)
    next_release(tmp_path / "release")
    new.program = (str(tmp_path / "release/manage.py"),)
    try:
        old.start()
        staying = await old.connect()
        await staying.register(unique("staying"))
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, *new.program, "migrate", "--no-input"],
            env=new.env,
            capture_output=True,
            text=True,
        )
        assert "Applying players.9999_mood... OK" in done.stdout
        new.start()
        coming = await new.connect()
        await coming.register(unique("coming"))
        late = await old.connect()
        await late.register(unique("late"))  # the old code makes a row without the new column
        clients = [staying, coming, late]
        for server in (old, new):
            ids = [client.user_id for client in clients]
            await server.rest("SendMessageRequest", playerIds=ids, extCode="MARKER", data={"by": server.port})
            for client in clients:
                assert (await client.expect_message("ScriptMessage"))["data"] == {"by": server.port}
        assert old.stop() == 0
        assert await staying.wait_closed() == 1012
        again = await new.connect(authToken=staying.auth_token)
        assert again.user_id == staying.user_id
        for client in (coming, again):
            await client.close()
    finally:
        server_template.end([old, new])
