"""The storage of buckets, against a server that speaks as much of S3 as it takes."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.files import File
from django.core.files.storage import default_storage
from pytest_django import Settings

from competition.models import StoredFile
from competition.uploads import links, storing
from portal import environment

pytestmark = pytest.mark.django_db


class FakeS3(BaseHTTPRequestHandler):
    """Keeps objects by path. Whoever does not sign is refused."""

    objects: dict[str, bytes]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.objects[self.key] = _unchunked(body) if "aws-chunked" in self.encoding else body
        self.answer(200)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        found = self.objects.get(self.key)
        self.answer(404 if found is None else 200, found or b"")

    def do_DELETE(self) -> None:
        self.objects.pop(self.key, None)
        self.answer(204)

    def answer(self, status: int, body: bytes = b"") -> None:
        if not (self.headers["Authorization"] or "").startswith("AWS4-HMAC-SHA256 Credential=key-of-s3/"):
            status, body = 403, b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"0"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path)

    @property
    def encoding(self) -> str:
        return self.headers["Content-Encoding"] or ""

    def log_message(self, *arguments: object) -> None:
        pass


def _unchunked(body: bytes) -> bytes:
    content = b""
    while True:
        head, _, body = body.partition(b"\r\n")
        size = int(head.partition(b";")[0], 16)
        if not size:
            return content
        content, body = content + body[:size], body[size + 2 :]


@pytest.fixture
def bucket(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """What lies in the bucket that is the storage now."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-of-s3")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-s3")
    handler = type("Handler", (FakeS3,), {"objects": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"s3://files/flint?endpoint=http://127.0.0.1:{server.server_port}&region=eu-1&addressing=path"
    settings.STORAGES = {**settings.STORAGES, "default": environment.storage(url)}
    yield handler.objects
    server.shutdown()
    server.server_close()


def test_files_are_kept_in_the_bucket(bucket: dict[str, bytes]) -> None:
    stored = storing.store(File(BytesIO(b"abc"), "name"))
    assert bucket == {f"/files/flint/{stored.name}": b"abc"}
    with default_storage.open(stored.name) as content:
        assert content.read() == b"abc"
    StoredFile.objects.update(created_ms=0)
    storing.Leftovers().remove_some()
    assert bucket == {}


def test_clients_fetch_from_the_bucket_itself(bucket: dict[str, bytes]) -> None:
    stored = storing.announce(3)
    url = links.download_url("https://games.example.com", stored, 'My "Document" 😀.txt')
    parts, query = urlsplit(url), parse_qs(urlsplit(url).query)
    assert (parts.hostname, parts.path) == ("127.0.0.1", f"/files/flint/{stored.name}")
    assert query["X-Amz-Expires"] == ["900"]
    assert query["response-content-type"] == ["application/octet-stream"]
    assert re.match(r"attachment; filename\*=utf-8''My%20%22Doc", query["response-content-disposition"][0])
    assert "secret-of-s3" not in url
