"""Uploading and downloading over HTTP (competition-rules.md §9.1 to §9.3)."""

import asyncio
import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from asgiref.sync import sync_to_async
from django.http.multipartparser import MultiPartParser

from competition.models import StoredFile, Upload
from competition.uploads import http, links, receiving, storing, uploads
from games.models import Stage
from messaging.models import PlayerMessage
from players.models import Player
from protocol import dates
from tests.competition.uploads.conftest import BOUNDARY, Answer, Form, call, unreachable

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "http://game.example.com"
StoredFiles = Callable[[], list[bytes]]


@pytest.fixture
def upload(stage: Stage, ana: Player) -> Upload:
    return uploads.expect(stage.pk, ana.pk, [{"fileId": "ABC.12345", "origFileName": "x"}])


@pytest.fixture
def url(upload: Upload) -> str:
    return links.upload_url(BASE, upload.pk)


@sync_to_async
def told() -> list[dict[str, Any]]:
    return [json.loads(row.document) for row in PlayerMessage.objects.order_by("id")]


@sync_to_async
def download_url_of(upload: Upload) -> str:
    found = uploads.find(upload.stage_id, upload.pk)
    assert found.file
    return links.download_url(BASE, found.file, found.name)


async def post(url: str, form: Form | bytes, **options: Any) -> Answer:
    return await call("POST", url, form if isinstance(form, bytes) else form.encode(), **options)


async def fails(url: str, form: Form | bytes, status: int, stored_files: StoredFiles, **options: Any) -> None:
    """Refused with this status, and neither a message nor bytes are left."""
    answer = await post(url, form, **options)
    assert (answer.status, await told(), stored_files()) == (status, [], [])


async def test_what_arrives_is_stored_and_its_player_told(
    url: str, upload: Upload, stored_files: StoredFiles
) -> None:
    content = b"thirty bytes of my document..\n"
    answer = await post(url, Form(content, "My Document.txt"), piece=7)
    assert (answer.status, json.loads(answer.body)) == (200, {"uploadId": upload.pk})
    assert stored_files() == [content]
    (message,) = await told()
    assert (message["@class"], message["uploadId"]) == (".UploadCompleteMessage", upload.pk)
    assert message["uploadData"] == {
        "fileId": "ABC.12345",
        "origFileName": "My Document.txt",
        "fileName": f"{upload.pk}-My Document.txt",
        "fileSize": 30,
        "playerId": upload.player_id,
        "uploadId": upload.pk,
    }


async def test_no_metadata_overrides_what_is_known(stage: Stage, ana: Player) -> None:
    false = {"fileName": 1, "origFileName": 2, "fileSize": 3, "playerId": "4", "uploadId": "5", "own": "6"}
    upload = await sync_to_async(uploads.expect)(stage.pk, ana.pk, [false, {"own": "7"}])
    await post(links.upload_url(BASE, upload.pk), Form(b"abc", "a.txt"))
    (message,) = await told()
    assert message["uploadData"] == {
        "fileName": f"{upload.pk}-a.txt",
        "origFileName": "a.txt",
        "fileSize": 3,
        "playerId": ana.pk,
        "uploadId": upload.pk,
        "own": "7",
    }


async def test_a_second_use_is_gone(url: str, stored_files: StoredFiles) -> None:
    assert (await post(url, Form(b"first"))).status == 200
    assert (await post(url, Form(b"second"))).status == 410
    assert (len(await told()), stored_files()) == (1, [b"first"])


async def test_of_uses_at_one_moment_exactly_one_wins(
    url: str, upload: Upload, stored_files: StoredFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are written before any of them is taken for the upload's."""
    everybody = threading.Barrier(4)
    write = storing.write

    def write_together(*arguments: Any) -> None:
        write(*arguments)
        everybody.wait(10)

    monkeypatch.setattr(storing, "write", write_together)
    answers = await asyncio.gather(*[post(url, Form(b"%d" % number)) for number in range(4)])
    assert sorted(answer.status for answer in answers) == [200, 410, 410, 410]
    winner = next(number for number, answer in enumerate(answers) if answer.status == 200)
    assert (len(await told()), stored_files()) == (1, [b"%d" % winner])
    assert await sync_to_async(StoredFile.objects.count)() == 1


async def test_a_url_is_valid_for_ten_minutes(
    url: str, upload: Upload, stored_files: StoredFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, upload.expires_ms)
    await fails(url, Form(), 410, stored_files)
    set_clock(monkeypatch, upload.expires_ms - 1)
    assert (await post(url, Form())).status == 200
    assert upload.expires_ms == upload.created_ms + 10 * 60_000


def set_clock(monkeypatch: pytest.MonkeyPatch, ms: int) -> None:
    for module in (uploads, links):
        monkeypatch.setattr(module, "now_ms", lambda: ms)


@pytest.mark.parametrize(
    "id", ["0" * 32, "0" * 31, "../../etc/passwd", "%00", "\0", "", "A" * 32, "0" * 32 + "/x"]
)
async def test_what_was_never_given_out_is_gone(id: str, db: None, stored_files: StoredFiles) -> None:
    await fails(f"{BASE}/files/upload/{id}", Form(), 410, stored_files)


async def test_the_largest_file_is_taken_and_a_byte_more_is_not(
    url: str, stored_files: StoredFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert receiving.MOST_BYTES == 3.5 * 1024 * 1024
    await fails(url, Form(b"x" * (receiving.MOST_BYTES + 1)), 413, stored_files)
    assert (await post(url, Form(b"x" * receiving.MOST_BYTES))).status == 200
    assert [len(content) for content in stored_files()] == [receiving.MOST_BYTES]


async def test_no_more_is_read_than_shows_that_it_is_too_much(url: str) -> None:
    answer = await post(url, b"x" * 8 * 1024 * 1024)
    most = (receiving.MOST_BYTES + receiving.MOST_AROUND) // 65536
    assert (answer.status, answer.unread) == (413, 128 - most - 1)


async def test_a_body_is_not_read_for_a_url_that_is_gone(url: str) -> None:
    await post(url, Form())
    assert (await post(url, b"x" * 65536 * 3)).unread == 3


async def test_a_body_is_searched_where_no_socket_waits(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    class Parser(MultiPartParser):
        def parse(self) -> Any:
            threads.append(threading.current_thread().name.partition("_")[0])
            return super().parse()

    monkeypatch.setattr(receiving, "MultiPartParser", Parser)
    assert (await post(url, Form())).status == 200
    assert threads == ["flint-files"]


async def test_a_client_that_leaves_has_used_nothing_up(url: str, stored_files: StoredFiles) -> None:
    async def leave() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "method": "POST", "path": url.removeprefix(BASE), "headers": [], "client": None}
    await http.Files(unreachable)(scope, leave, send)
    assert stored_files() == []
    assert (await post(url, Form())).status == 200


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"no multipart at all",
        Form(part="other"),
        Form(file_name=""),
        Form(file_name=".."),
        Form(file_name="/"),
        Form().encode()[:-20].replace(b"filename", b"nofilename"),
    ],
)
async def test_a_body_without_a_file_is_malformed(
    form: Form | bytes, url: str, stored_files: StoredFiles
) -> None:
    await fails(url, form, 400, stored_files)
    assert (await post(url, Form())).status == 200


@pytest.mark.parametrize(
    "type", ["", "application/json", "multipart/form-data", "multipart/form-data; boundary="]
)
async def test_another_type_of_body_is_malformed(type: str, url: str, stored_files: StoredFiles) -> None:
    await fails(url, Form(), 400, stored_files, **{"content-type": type})


async def test_only_the_first_file_of_the_field_counts(url: str, stored_files: StoredFiles) -> None:
    first = Form(b"other", part="avatar").encode().removesuffix(f"--{BOUNDARY}--\r\n".encode())
    second = Form(b"mine", before=first).encode().removesuffix(f"--{BOUNDARY}--\r\n".encode())
    assert (await post(url, Form(b"another", before=second))).status == 200
    assert stored_files() == [b"mine"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        (r"C:\Users\ana\save.dat", "save.dat"),
        ("/absolute.txt", "absolute.txt"),
        ("<script>alert(1)</script>.html", "script>.html"),
        ("a\x01b\x7f.txt", "ab.txt"),
        ("名前 😀.txt", "名前 😀.txt"),
        ("x" * 300 + ".txt", "x" * 251 + ".txt"),
        ("a\u202etxt.exe", "atxt.exe"),
    ],
)
async def test_a_hostile_name_is_a_name_and_no_path(
    said: str, kept: str, url: str, upload: Upload, folder: Path
) -> None:
    assert (await post(url, Form(b"x", said))).status == 200
    (message,) = await told()
    assert message["uploadData"]["origFileName"] == kept
    assert re.fullmatch("[0-9a-f]{32}", await sync_to_async(only_file)(folder))
    answer = await call("GET", await download_url_of(upload))
    assert (answer.status, answer.body) == (200, b"x")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-disposition"].isprintable()


def only_file(folder: Path) -> str:
    (file,) = [path for path in folder.rglob("*") if path.is_file()]
    return file.name


async def test_what_is_downloaded_is_never_run(url: str, upload: Upload) -> None:
    await post(url, Form(b"<script>alert(1)</script>", "page.html"))
    answer = await call("GET", await download_url_of(upload))
    assert answer.body == b"<script>alert(1)</script>"
    assert answer.headers == {
        "content-type": "application/octet-stream",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "private, no-store",
        "access-control-allow-origin": "*",
        "content-length": "25",
        "content-disposition": 'attachment; filename="page.html"',
    }


async def test_a_head_says_the_same_without_the_bytes(url: str, upload: Upload) -> None:
    await post(url, Form(b"abc"))
    answer = await call("HEAD", await download_url_of(upload))
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "3")


async def test_a_download_is_valid_for_fifteen_minutes(
    url: str, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post(url, Form(b"abc"))
    now = dates.now_ms()
    set_clock(monkeypatch, now)
    address = await download_url_of(upload)
    set_clock(monkeypatch, now + 15 * 60_000 - 1)
    assert (await call("GET", address)).status == 200
    set_clock(monkeypatch, now + 15 * 60_000)
    assert (await call("GET", address)).status == 410


async def test_a_changed_download_is_refused(url: str, upload: Upload) -> None:
    await post(url, Form(b"abc", "a.txt"))
    address = await download_url_of(upload)
    until = address.partition("until=")[2].partition("&")[0]
    changed = [
        address.replace("name=a.txt", "name=b.html"),
        address.replace(until, str(int(until) + 60_000)),
        address.replace("/files/download/", "/files/download/../"),
        address[:-1],
        address.partition("?")[0],
        address.replace(f"until={until}", "until=x"),
    ]
    assert [(await call("GET", each)).status for each in changed] == [403] * len(changed)


@pytest.mark.parametrize("name", ["x|a.txt", "a.txt:x"])
async def test_no_name_moves_what_was_signed_to_another_place(url: str, upload: Upload, name: str) -> None:
    await post(url, Form(b"abc", name))
    path, _, query = (await download_url_of(upload)).partition("?")
    signed = dict(parse_qsl(query))
    until, signature = signed["until"], signed["signature"]
    moved = {
        "x|a.txt": (f"{path}|{until}", {"name": "a.txt", "until": "x", "signature": signature}),
        "a.txt:x": (path, {"name": "a.txt", "until": until, "signature": f"x:{signature}"}),
    }
    asked, parts = moved[name]
    assert (await call("GET", f"{asked}?{urlencode(parts)}")).status == 403


async def test_what_was_deleted_is_not_found(url: str, upload: Upload, stored_files: StoredFiles) -> None:
    await post(url, Form(b"abc"))
    address = await download_url_of(upload)
    found = await sync_to_async(uploads.find)(upload.stage_id, upload.pk)
    await sync_to_async(uploads.delete)(found, None)
    assert (await call("GET", address)).status == 404
    assert stored_files() == []


async def test_other_methods_and_paths_are_refused(url: str) -> None:
    assert (await call("GET", url)).status == 405
    assert (await call("POST", f"{BASE}/files/download/x")).status == 405
    assert (await call("GET", f"{BASE}/files/other")).status == 404
    answer = await call("OPTIONS", url)
    assert (answer.status, answer.headers["access-control-allow-methods"]) == (204, "POST")


async def test_a_storage_that_fails_uses_nothing_up(
    url: str, stored_files: StoredFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(storing, "write", full)
        await fails(url, Form(), 503, stored_files)
    assert (await post(url, Form())).status == 200
