"""Files lie in a folder of the test's own. Requests reach the ASGI application without a server."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

BOUNDARY = "----flint"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    unread: int = 0  # pieces of the request that nobody asked for


@dataclass
class Form:
    """A multipart body. `file_name` stands in the header as it is given."""

    content: bytes = b"x"
    file_name: str = "a.txt"
    part: str = "file"
    before: bytes = b""

    def encode(self) -> bytes:
        head = f'Content-Disposition: form-data; name="{self.part}"; filename="{self.file_name}"'
        start = f"--{BOUNDARY}\r\n{head}\r\nContent-Type: text/html\r\n\r\n"
        return self.before + start.encode() + self.content + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    from portal import environment

    settings.STORAGES = {**settings.STORAGES, "default": environment.storage(f"file://{tmp_path}/files")}
    return tmp_path / "files"


@pytest.fixture
def stored_files(folder: Path) -> Callable[[], list[bytes]]:
    """What lies in the storage."""
    return lambda: sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def call(method: str, url: str, body: bytes = b"", *, piece: int = 65536, **headers: str) -> Answer:
    """What the application answers to a URL, whose host does not matter; the body comes in pieces."""
    from competition.uploads.http import Files

    path, _, query = url.removeprefix("http://game.example.com").partition("?")
    pieces = [body[at : at + piece] for at in range(0, len(body), piece)] or [b""]
    inbound = [{"type": "http.request", "body": each, "more_body": True} for each in pieces]
    inbound[-1]["more_body"] = False
    sent: list[Any] = []

    async def receive() -> Any:
        return inbound.pop(0) if inbound else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    named = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "client": ("127.0.0.1", 50000),
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }
    await Files(unreachable)(scope, receive, send)
    start, *rest = sent
    answered = {name.decode(): value.decode() for name, value in start["headers"]}
    content = b"".join(each["body"] for each in rest)
    assert method == "HEAD" or start["status"] == 204 or answered["content-length"] == str(len(content))
    return Answer(start["status"], answered, content, len(inbound))


async def unreachable(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError(f"{scope['path']} is none of files'")
