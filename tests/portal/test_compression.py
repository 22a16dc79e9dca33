"""Pages and static files are sent compressed to who takes that, and whole to others."""

import gzip
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from portal.compression import MOST, CompressedPages
from portal.whitenoise import StaticFiles

ASKED = RequestFactory().get("/", headers={"accept-encoding": "br, gzip"})
WORDS = b"words " * 100


def answered(response: Any) -> Any:
    return CompressedPages(lambda request: response)(ASKED)


def test_static_file_is_compressed_once_and_is_the_same(settings: Any) -> None:
    settings.WHITENOISE_AUTOREFRESH = True
    files, factory = StaticFiles(lambda request: None), RequestFactory()
    whole = files(factory.get("/static/vendor/bootstrap.min.css"))
    short = files(factory.get("/static/vendor/bootstrap.min.css", headers={"accept-encoding": "br, gzip"}))
    assert "Content-Encoding" not in whole
    assert short["Content-Encoding"] == "gzip"
    assert (whole["Vary"], short["Vary"]) == ("Accept-Encoding", "Accept-Encoding")
    assert gzip.decompress(short.content) == whole.content
    assert int(short["Content-Length"]) == len(short.content)
    assert len(short.content) < len(whole.content) / 5
    assert answered(short).content == short.content


def test_fonts_and_parts_of_files_stay_as_they_are(settings: Any) -> None:
    settings.WHITENOISE_AUTOREFRESH = True
    files, factory = StaticFiles(lambda request: None), RequestFactory()
    font = files(factory.get("/static/vendor/inter-latin.woff2", headers={"accept-encoding": "gzip"}))
    part = files(
        factory.get("/static/portal/portal.css", headers={"accept-encoding": "gzip", "range": "bytes=0-3"})
    )
    assert (font.status_code, "Content-Encoding" in font) == (200, False)
    assert (part.status_code, len(part.content), "Content-Encoding" in part) == (206, 4, False)


@pytest.mark.django_db
def test_page_is_compressed_to_a_length_that_tells_nothing(client: Client) -> None:
    asked = {"accept-encoding": "gzip, deflate, br"}
    pages = [client.get("/login/", headers=asked) for _ in range(20)]
    assert {page["Content-Encoding"] for page in pages} == {"gzip"}
    assert b"<h1>Sign in" in gzip.decompress(pages[0].content)
    assert len({len(page.content) for page in pages}) > 5
    assert "Content-Encoding" not in client.get("/login/")


def test_bytes_and_what_takes_long_are_sent_as_they_are() -> None:
    for response in (
        HttpResponse(WORDS, content_type="application/octet-stream"),
        HttpResponse(b"x" * (MOST + 1), content_type="text/html"),
        StreamingHttpResponse([WORDS], content_type="text/plain"),
    ):
        assert "Content-Encoding" not in answered(response)
    assert answered(HttpResponse(WORDS))["Content-Encoding"] == "gzip"
