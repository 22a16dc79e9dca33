"""Sockets of the test harness end with the session that signed them: one process has the pages, another the
sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from tests.live_server import LiveServer
from tests.portal.browser.portal_server import portal_server
from tests.portal.web.visitor import Visitor, shake_hands
from tests.server_template import ServerTemplate
from tests.wire_client import WireClient
from tests.wire_games import GAME

WITHIN = 5.0  # seconds
SIGNED_OUT = 4403
ROLE_OF = """
from games.collaborators import remove, set_role
from games.models import Collaborator, Game, User
game, user = Game.objects.get(api_key={key!r}), User.objects.get(username={name!r})
"""
Opened = Callable[..., Awaitable[WireClient]]


@pytest.fixture(scope="module")
def pages(server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with portal_server(server_template, tmp_path_factory.mktemp("pages")) as server:
        yield server


@pytest.fixture(scope="module")
def sockets(
    server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory, pages: LiveServer
) -> Iterator[LiveServer]:
    server = server_template.server(LiveServer, tmp_path_factory.mktemp("sockets"), beside=pages)
    try:
        server.start()
        yield server
    finally:
        server_template.end([server])


@pytest.fixture
async def opened(sockets: LiveServer) -> AsyncIterator[Opened]:
    """`await opened(visitor)`: a socket of the harness, connected."""
    clients: list[WireClient] = []

    async def open_socket(visitor: Visitor, stage: str = "preview") -> WireClient:
        client = await WireClient.open(sockets.url(stage))
        clients.append(client)
        nonce = (await client.next_response())["nonce"]
        answer = await shake_hands(client, await asyncio.to_thread(visitor.sign, nonce, stage))
        assert answer["sessionId"]
        return client

    yield open_socket
    await asyncio.gather(*(client.close() for client in clients), return_exceptions=True)


async def assert_ends(client: WireClient) -> None:
    assert await asyncio.wait_for(client.wait_closed(), WITHIN) == SIGNED_OUT


async def assert_stays(client: WireClient) -> None:
    """After another's end: one look at all of the process' sockets ends those that may not stay."""
    assert "error" not in await client.register(f"stays-{id(client)}")


def change_role(server: LiveServer, role: str, change: str) -> None:
    """By a command, as an operator would, in a third process."""
    setup = ROLE_OF.format(key=GAME.api_key, name=f"{GAME.api_key}-{role}")
    server.manage("shell", "-c", setup + change)


async def test_signing_out_ends_the_sockets_of_that_browser_alone(pages: LiveServer, opened: Opened) -> None:
    here, there = Visitor(pages, "editor"), Visitor(pages, "editor")
    mine, theirs = await opened(here), await opened(there)
    await asyncio.to_thread(here.send, "/account/", {}, "/logout/")
    await assert_ends(mine)
    await assert_stays(theirs)


async def test_a_session_that_is_ended_elsewhere_ends_its_sockets(pages: LiveServer, opened: Opened) -> None:
    here, there = Visitor(pages, "admin"), Visitor(pages, "admin")
    mine, theirs = await opened(here), await opened(there)
    await asyncio.to_thread(here.send, "/account/sessions/", {"end": "others"})
    await assert_ends(theirs)
    await assert_stays(mine)


async def test_a_new_password_ends_the_other_browsers_sockets(pages: LiveServer, opened: Opened) -> None:
    here, there = Visitor(pages, "owner"), Visitor(pages, "owner")
    mine, theirs = await opened(here), await opened(there)
    fields = {"old_password": "right", "new_password1": "a new one 1!", "new_password2": "a new one 1!"}
    answer = await asyncio.to_thread(here.send, "/account/password/", fields)
    assert "Your password is changed" in answer
    await assert_ends(theirs)
    await assert_stays(mine)


async def test_who_is_made_a_viewer_or_removed_has_no_sockets(pages: LiveServer, opened: Opened) -> None:
    visitor = Visitor(pages, "editor")
    try:
        client = await opened(visitor)
        await asyncio.to_thread(
            change_role, pages, "editor", "set_role(game, user, Collaborator.Role.VIEWER, None)"
        )
        await assert_ends(client)
        change_role(pages, "editor", "set_role(game, user, Collaborator.Role.EDITOR, None)")
        client = await opened(visitor)
        await asyncio.to_thread(
            change_role, pages, "editor", "remove(game.collaborators.get(user=user), None)"
        )
        await assert_ends(client)
    finally:
        change_role(pages, "editor", "set_role(game, user, Collaborator.Role.EDITOR, None)")


async def test_a_password_that_an_operator_sets_ends_the_sockets(pages: LiveServer, opened: Opened) -> None:
    visitor = Visitor(pages, "admin")
    client = await opened(visitor)
    await asyncio.to_thread(change_role, pages, "admin", "user.set_password('right'); user.save()")
    await assert_ends(client)


async def test_a_signature_names_its_session_and_counts_for_no_other(
    pages: LiveServer, sockets: LiveServer
) -> None:
    visitor = Visitor(pages, "editor")
    for change in ({"portalSession": ""}, {"portalSession": "1234567"}):
        client = await WireClient.open(sockets.url())
        nonce = (await client.next_response())["nonce"]
        fields = await asyncio.to_thread(visitor.sign, nonce)
        assert fields["portalSession"].isdigit()
        answer = await shake_hands(client, fields | change)
        assert answer["error"] == {"hmac": "INVALID"}
        await client.close()
