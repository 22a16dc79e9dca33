"""Uploads over real sockets and real HTTP: scenario U1 of competition-rules.md §9, and who hears of it."""

import asyncio
import http.client
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.server_fixtures import Connect
from tests.wire.conftest import NewDriven, Player
from tests.wire.driven import DrivenServer
from tests.wire.literal import Literal
from tests.wire_client import WireClient
from tests.wire_games import GAME

CONTENT = b"thirty bytes of my document..\n"
BOUNDARY = "7d33a816d302b6"


def form(content: bytes, name: str) -> bytes:
    """As the tutorial's client sends it."""
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/bin'
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


async def call(method: str, url: str, body: bytes | None = None) -> tuple[int, bytes, dict[str, str]]:
    def blocking() -> tuple[int, bytes, dict[str, str]]:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} if body is not None else {}
        connection.request(method, f"{parts.path}?{parts.query}", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content, dict(answer.getheaders())

    return await asyncio.to_thread(blocking)


async def upload_url(client: WireClient, **fields: Any) -> str:
    answer = await client.request("GetUploadUrlRequest", **fields)
    assert "error" not in answer, answer
    return str(answer["url"])


async def upload(client: WireClient, content: bytes = CONTENT, name: str = "My Document.txt") -> str:
    """The uploadId."""
    status, _, _ = await call("POST", await upload_url(client), form(content, name))
    assert status == 200
    return str((await client.expect_message("UploadCompleteMessage"))["uploadId"])


async def test_u1_a_document_is_uploaded_once_and_read_by_others(
    server: DrivenServer, player: Player
) -> None:
    p1, p2 = await player("P1"), await player("P2")
    url = await upload_url(p1, uploadData={"fileId": "ABC.12345", "origFileName": "x"})
    assert re.fullmatch(rf"http://127.0.0.1:{server.port}/files/upload/[0-9a-f]{{32}}", url)
    status, _, _ = await call("POST", url, form(CONTENT, "My Document.txt"))
    assert status == 200
    message = await p1.expect_message("UploadCompleteMessage")
    id = url.rpartition("/")[2]
    assert message["uploadData"] == {
        "fileId": "ABC.12345",
        "origFileName": "My Document.txt",
        "fileName": f"{id}-My Document.txt",
        "fileSize": 30,
        "playerId": p1.user_id,
        "uploadId": id,
    }
    answer = await p2.request("GetUploadedRequest", uploadId=id)
    assert answer["size"] == 30
    status, content, headers = await call("GET", answer["url"])
    assert (status, content) == (200, CONTENT)
    assert headers["content-disposition"] == 'attachment; filename="My Document.txt"'
    assert (await call("POST", url, form(b"again", "x")))[0] == 410
    assert await server.before_marker(p1) == []


async def test_upload_complete_message_as_expected(server: DrivenServer, player: Player) -> None:
    """To the uploader and to nobody else: not to who reads the upload, nor to a friend."""
    anna, bob, friend, gone = [await player(name) for name in ("Anna", "Bob", "Friend", "Gone")]
    await server.befriend(anna.user_id, friend.user_id)
    gone_id = gone.user_id
    await gone.request("EndSessionRequest")
    ids = {"anna": anna.user_id, "game": server.game_id()}
    literal = Literal("UploadCompleteMessage", **ids)
    metadata = [{"fileId": "ABC.12345"}, {"tags": ["a", None], "playerId": "somebody else"}]
    answer = await anna.request("GetUploadUrlRequest", uploadData=metadata)
    id = answer["url"].rpartition("/")[2]
    literal.bound |= {"upload": id, "url": answer["url"], "fileName": f"{id}-My Document.txt"}
    literal.check("asked", answer)
    await call("POST", answer["url"], form(CONTENT, "My Document.txt"))
    literal.check("annas", await anna.expect_message("UploadCompleteMessage"))
    literal.check("got", await bob.request("GetUploadedRequest", uploadId=id))
    for client in (anna, bob, friend):
        assert await server.before_marker(client) == []
    rows = server.rows(
        "SELECT copy.player_id FROM messaging_playermessage copy JOIN messaging_message message "
        "ON message.id = copy.message_id WHERE message.message_class = 'UploadCompleteMessage' "
        "AND message.data LIKE ?",
        f"%{id}%",
    )
    assert [row["player_id"] for row in rows] == [anna.user_id]
    assert server.messages_of(gone_id) == []
    literal.done()


async def test_of_two_uploads_at_one_moment_one_wins(server: DrivenServer, player: Player) -> None:
    anna = await player("Anna")
    url = await upload_url(anna)
    contents = [bytes([65 + number]) * 1_000_000 for number in range(4)]
    answers = await asyncio.gather(*[call("POST", url, form(each, "x")) for each in contents])
    assert sorted(status for status, _, _ in answers) == [200, 410, 410, 410]
    message = await anna.expect_message("UploadCompleteMessage")
    read = await anna.request("GetUploadedRequest", uploadId=message["uploadId"])
    winner = [status for status, _, _ in answers].index(200)
    assert (await call("GET", read["url"]))[1] == contents[winner]
    assert await server.before_marker(anna) == []


async def test_too_large_an_upload_is_refused_without_a_message(server: DrivenServer, player: Player) -> None:
    anna = await player("Anna")
    url = await upload_url(anna)
    most = 3_670_016
    assert (await call("POST", url, form(b"x" * (most + 1), "x")))[0] == 413
    assert await server.before_marker(anna) == []
    answer = await anna.request("GetUploadedRequest", uploadId=url.rpartition("/")[2])
    assert answer["error"] == {"uploadId": "INVALID"}
    assert (await call("POST", url, form(b"x" * most, "x")))[0] == 200
    assert (await anna.expect_message("UploadCompleteMessage"))["uploadData"]["fileSize"] == most


async def test_an_expired_url_is_gone(server: DrivenServer, player: Player) -> None:
    anna = await player("Anna")
    url = await upload_url(anna)
    server.execute("UPDATE competition_upload SET expires_ms = 1 WHERE id = ?", url.rpartition("/")[2])
    assert (await call("POST", url, form(b"x", "x")))[0] == 410
    assert await server.before_marker(anna) == []


async def test_an_unknown_upload_is_invalid(player: Player) -> None:
    anna = await player("Anna")
    for fields in ({}, {"uploadId": ""}, {"uploadId": "0" * 32}, {"uploadId": None}):
        answer = await anna.request("GetUploadedRequest", **fields)
        assert answer["error"] == {"uploadId": "INVALID"}


async def test_who_is_away_finds_the_message(server: DrivenServer, player: Player, connect: Connect) -> None:
    anna = await player("Anna")
    url, id, token = await upload_url(anna), anna.user_id, anna.auth_token
    await anna.close()
    await call("POST", url, form(CONTENT, "x"))
    again = await connect(authToken=token)
    assert again.user_id == id
    assert (await again.expect_message("UploadCompleteMessage"))["uploadData"]["playerId"] == id


async def test_urls_name_the_public_address(new_driven: NewDriven) -> None:
    server = new_driven(FLINT_PUBLIC_URL="https://games.example.com")
    client = await server.connect()
    await client.device_log_in("anna")
    url = await upload_url(client)
    assert url.startswith("https://games.example.com/files/upload/")
    await client.close()
    here = url.replace("https://games.example.com", f"http://127.0.0.1:{server.port}")
    assert (await call("POST", here, form(b"x", "x")))[0] == 200


async def test_a_downloadable_is_fetched_as_configured(
    server: DrivenServer, player: Player, tmp_path: Path
) -> None:
    content = b"\x00levels\xff" * 20_000
    (tmp_path / "levels.bin").write_bytes(content)
    file = {"name": "levels.bin", "sha256": sha256(content).hexdigest(), "size": len(content)}
    head = {"format": "flint.game/1", "name": "Wire tests", "apiKey": GAME.api_key}
    offered = [
        {"shortCode": "LEVELS", "file": file},
        {"shortCode": "LOST", "file": {**file, "sha256": "0" * 64}},
    ]
    document = tmp_path / "game.json"
    document.write_text(json.dumps({**head, "downloadables": offered[:1]}))
    await server.command("import_game", str(document), "--files", str(tmp_path))
    document.write_text(json.dumps({**head, "downloadables": offered}))
    await server.command("import_game", str(document))
    anna = await player("Anna")
    answer = await anna.request("GetDownloadableRequest", shortCode="LEVELS")
    assert set(answer) == {"@class", "requestId", "shortCode", "lastModified", "size", "url"}
    assert (answer["shortCode"], answer["size"]) == ("LEVELS", len(content))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", answer["lastModified"])
    status, read, headers = await call("GET", answer["url"])
    assert (status, read == content) == (200, True)
    assert headers["content-disposition"] == 'attachment; filename="levels.bin"'
    for code in ("LOST", "NONE"):
        answer = await anna.request("GetDownloadableRequest", shortCode=code)
        assert answer["error"] == {"shortCode": "INVALID"}
    assert (await anna.request("GetDownloadableRequest"))["error"] == {"shortCode": "REQUIRED"}
