"""No secret reaches the log, whatever goes wrong and however talkative the log is."""

import asyncio
import contextlib
import http.client
import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.live_server import ROOT, LiveServer, unique
from tests.wire_client import WireClient, WireError, sign
from tests.wire_games import GAME

NewServer = Callable[..., LiveServer]

PASSWORD = "open-sesame-of-anna"
WRONG = "not-the-secret-of-anything"


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_no_secret_is_logged_by_what_fails(new_server: NewServer, log_format: str) -> None:
    server = new_server(FLINT_LOG_LEVEL="DEBUG", FLINT_LOG_FORMAT=log_format, FLINT_TRUSTED_HOPS="1")
    secrets = {PASSWORD, WRONG, *GAME.secrets.values()}
    await asyncio.to_thread(misuse_rest, server)
    secrets |= await misuse_sockets(server)
    break_the_database(server)
    secrets |= await misuse_sockets(server)
    assert server.stop() == 0

    log = server.log()
    assert [secret for secret in secrets if secret in log] == []
    for told in (
        "REST call refused: wrong secret",
        "refused 127.0.0.1",
        "failed in the database",
        "Traceback",
    ):
        assert told in log, log  # it was there to be hidden
    if log_format == "json":
        lines = [json.loads(line) for line in log.splitlines() if not line.startswith("Flint ")]
        failed = [line for line in lines if "failed in the database" in line["message"]]
        assert {(line["class"], bool(line["request"]), bool(line["node"])) for line in failed} == {
            ("RegistrationRequest", True, True)
        }


def misuse_rest(server: LiveServer) -> None:
    right = f"/preview/rs/{GAME.api_key}/server/{GAME.secrets['server']}"
    calls = [
        ("POST", f"{right}/SendMessageRequest", b'{"playerIds": ["nobody"]}'),
        ("POST", f"{right}/NoSuchRequest", b""),
        ("POST", f"{right}/SendMessageRequest", b"{"),
        ("POST", f"{right}/SendMessageRequest", b"x" * 600_000),
        ("GET", f"{right}/SendMessageRequest", b""),
        ("POST", right, b""),
        ("POST", f"{right}/a/b/c", b""),
        ("POST", f"/x{right}/SendMessageRequest", b""),
        ("POST", f"{right.replace('server', 'device', 1)}/AccountDetailsRequest", b""),
        ("POST", f"/preview/rs/{GAME.api_key}/server/{WRONG}/SendMessageRequest", b""),
        ("POST", f"/rs/{WRONG}/{WRONG}/{WRONG}/{WRONG}", b""),
    ]
    for method, path, body in calls:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        headers = {"Authorization": f"Bearer {WRONG}", "Cookie": f"sessionid={WRONG}"}
        connection.request(method, path, body, headers)
        connection.getresponse().read()
        connection.close()


async def misuse_sockets(server: LiveServer) -> set[str]:
    """Returns the secrets that came up meanwhile."""
    with pytest.raises(WireError):
        await WireClient.connect(server.url(), WRONG)
    anna = await server.connect()
    try:
        name = unique("anna")
        registered = await anna.request(
            "RegistrationRequest", userName=name, displayName="Anna", password=PASSWORD
        )
        await anna.request("AuthenticationRequest", userName="nobody", password=PASSWORD)
        await anna.request("ChangeUserDetailsRequest", oldPassword=PASSWORD, newPassword=f"{PASSWORD}!")
        await anna.socket.send(f'{{"@class": ".AuthenticationRequest", "password": "{PASSWORD}"')
        came_up = {anna.nonce, sign(GAME.secrets["device"], anna.nonce), registered.get("authToken", WRONG)}
    finally:
        await anna.close()
    token = registered.get("authToken", WRONG)
    with contextlib.suppress(WireError):  # as long as the database is whole, it is let in
        await (await server.connect(authToken=token)).close()
    return came_up


def break_the_database(server: LiveServer) -> None:
    """So that a statement with a token in it fails."""
    server.database.execute("ALTER TABLE players_authtoken RENAME TO lost")


@pytest.mark.parametrize(
    "env",
    [
        {"DATABASE_URL": f"postgresql://flint:{WRONG}@127.0.0.1:1/flint"},
        {"DATABASE_URL": f"postgresql://flint:{WRONG}@127.0.0.1:port/flint"},
        {"DATABASE_URL": f"mysql://flint:{WRONG}@127.0.0.1/flint"},
        {"REDIS_URL": f"redis://:{WRONG}@127.0.0.1:port/0"},
        {"FLINT_CREDENTIAL_KEYS": WRONG},
    ],
    ids=["no database", "no port", "no such database", "no redis port", "no key"],
)
def test_no_secret_is_printed_by_a_process_that_cannot_work(server: LiveServer, env: dict[str, str]) -> None:
    """It ends with an error, or goes on and complains: its first words are enough, and those of its end."""
    command = [sys.executable, "manage.py", "worker"]
    pipe = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=server.env | env, **pipe) as process:
        assert process.stderr
        printed = process.stderr.readline()
        process.terminate()
        printed += process.stderr.read()
    assert printed
    assert WRONG not in printed
