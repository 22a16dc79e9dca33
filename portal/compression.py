"""Answers that browsers read are sent compressed, where they take that: pages, styles, scripts."""

import gzip
import re
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

KINDS = {
    "application/json",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/plain",
}
MOST = 2_000_000  # bytes: more would hold up the others while it is compressed
FILES = 256
_takes_gzip = re.compile(r"\bgzip\b")


class CompressedPages(GZipMiddleware):
    """Django's, which adds a random number of bytes to each page, so that lengths tell no secrets."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, HttpResponse) and _is_text(response) and len(response.content) <= MOST:
            return super().process_response(request, response)
        return response


def compress_file(request: HttpRequest, response: HttpResponse) -> None:
    """A static file, whole: once a process, since it stays as it is."""
    if response.status_code != 200 or not response.content or not _is_text(response):
        return
    patch_vary_headers(response, ("Accept-Encoding",))
    if _takes_gzip.search(request.headers.get("Accept-Encoding", "")):
        response.content = _compressed(response.content)
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))


def _is_text(response: HttpResponse) -> bool:
    return response.get("Content-Type", "").partition(";")[0] in KINDS


@lru_cache(FILES)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
