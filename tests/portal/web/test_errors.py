"""Pages about what did not work: in the portal's look, with the way back; the 500 page needs nothing."""

import pytest
from django.test import Client, RequestFactory

from portal.web import often
from portal.web.views import errors
from protocol.limiter import Limiter, Rate
from protocol.log_context import doing
from tests.portal.web.people import People

pytestmark = pytest.mark.django_db
STYLES = '<link rel="stylesheet" href="/static/portal/portal.css">'


def shown(client: Client, path: str, status: int) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize(
    ("path", "status", "title", "sentence"),
    [
        ("/g/ours/audit/", 403, "Not allowed", "Your role in this game does not allow this."),
        ("/nowhere/", 404, "Not found", "There is no such page"),
        ("/g/theirs/messages/", 404, "Not found", "or it belongs to a game that you do not work on."),
    ],
)
def test_refusals_are_pages_of_the_portal(
    people: People, path: str, status: int, title: str, sentence: str
) -> None:
    page = shown(people.client("viewer"), path, status)
    assert f"<h1>{title}</h1>" in page
    assert sentence in page
    assert STYLES in page
    assert "Your games</a>" in page
    assert "Sign out" in page


def test_too_many_requests_are_a_page_for_a_form_and_json_for_a_script(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(often, "ASKED", Rate(0.001, 1))
    monkeypatch.setattr(often, "_asked", Limiter("none left"))
    client = people.client("editor")
    assert client.get("/palette/").status_code == 200
    page = client.get("/palette/", headers={"Accept": "text/html,application/xhtml+xml"})
    assert (page.status_code, page["Retry-After"]) == (429, "1")
    assert "<h1>Too many requests</h1>" in page.content.decode()
    assert STYLES in page.content.decode()
    script = client.get("/palette/", headers={"Accept": "*/*"})
    assert (script.status_code, script["Retry-After"]) == (429, "1")
    assert script.json() == {"error": "Too many requests; try again in a second."}


def test_a_part_of_a_page_is_not_answered_with_the_sign_in_page(people: People) -> None:
    answer = people.client("anonymous").get("/palette/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


class Call:
    def log_fields(self) -> dict[str, str]:
        return {"request": "4<2"}


def test_the_page_about_a_fault_needs_no_script_and_names_the_request() -> None:
    before = doing.set(Call())
    try:
        answer = errors.failed(RequestFactory().get("/"))
    finally:
        doing.reset(before)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "<h1>Something failed</h1>" in page
    assert "<p>Request <code>4&lt;2</code></p>" in page
    assert STYLES in page
    assert "<script" not in page
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_fault_outside_of_a_named_call_names_none() -> None:
    assert "Request <code>" not in errors.failed(RequestFactory().get("/")).content.decode()
