"""Static files as the server answers them, from where they are installed."""

from typing import Any

import pytest
from django.test import AsyncClient, RequestFactory

from portal.whitenoise import StaticFiles


@pytest.fixture(autouse=True)
def with_files(settings: Any) -> None:
    settings.MIDDLEWARE = ["portal.whitenoise.StaticFiles"]
    settings.WHITENOISE_AUTOREFRESH = True  # looks for what is asked for alone


async def test_static_file_is_answered_whole_under_asgi() -> None:
    answer = await AsyncClient().get("/static/ops/flint.svg")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<svg")
    assert not answer.streaming


def test_static_file_answers_what_browsers_ask_for() -> None:
    files = StaticFiles(lambda request: None)
    factory = RequestFactory()
    whole = files(factory.get("/static/ops/flint.svg"))
    same = files(factory.get("/static/ops/flint.svg", headers={"if-modified-since": whole["Last-Modified"]}))
    part = files(factory.get("/static/ops/flint.svg", headers={"range": "bytes=0-3"}))
    head = files(factory.head("/static/ops/flint.svg"))
    assert (same.status_code, same.content) == (304, b"")
    assert (part.status_code, part.content) == (206, b"<svg")
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(whole.content)))
    assert files(factory.post("/static/ops/flint.svg")).status_code == 405


def test_settings_name_no_folder_that_has_to_be_filled() -> None:
    from django.conf import settings

    assert settings.STATIC_ROOT is None
