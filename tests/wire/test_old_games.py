"""Games in the style of old ones (tests/cloudcode/projects), imported as folders and played to the end."""

import asyncio
from pathlib import Path
from typing import Any

from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.driven import DrivenServer
from tests.wire_client import Frame, WireClient
from tests.wire_games import WireGame

PROJECTS = Path(__file__).parents[1] / "cloudcode" / "projects"


async def import_project(server: DrivenServer, name: str) -> tuple[WireGame, list[str]]:
    """The game, and what the import of its scripts said."""
    folder = PROJECTS / name
    game = WireGame.read(folder / "game.json")
    await server.command("import_game", str(game.document))
    printed = await server.command("import_scripts", game.api_key, str(folder / "scripts"))
    return game, printed.splitlines()


async def log_in(connect: Connect, game: WireGame, *names: str) -> list[WireClient]:
    clients = []
    for name in names:
        client = await connect(game=game)
        assert "error" not in await client.device_log_in(unique(name), displayName=name)
        clients.append(client)
    return clients


# --- noughts: scripts begin, accept, judge and end each game ------------------------------------------------


class Noughts:
    """One game between two clients, the first of whom began it."""

    def __init__(self, first: WireClient, second: WireClient, challenge_id: str) -> None:
        self.first, self.second, self.id = first, second, challenge_id

    @classmethod
    async def begin(cls, first: WireClient, second: WireClient) -> "Noughts":
        answer = await first.request("LogEventRequest", eventKey="PLAY", **{"with": second.user_id})
        game = cls(first, second, answer["scriptData"]["game"])
        for client in (first, second):
            started = await game.hears(client, "Started")
            assert started["challenge"]["scriptData"] == {"board": [""] * 9}
        return game

    async def hears(self, client: WireClient, what: str) -> Frame:
        return await client.expect_message(
            f"Challenge{what}Message", where=lambda frame: frame["challenge"]["challengeId"] == self.id
        )

    async def put(self, client: WireClient, field: int) -> Any:
        """The board in lines, or the error."""
        answer = await client.request(
            "LogChallengeEventRequest", challengeInstanceId=self.id, eventKey="PUT", field=field
        )
        return answer.get("error") or answer["scriptData"]["lines"]

    async def play(self, *fields: int) -> Any:
        """In turns, the first client's first; the last answer."""
        for number, field in enumerate(fields):
            lines = await self.put((self.first, self.second)[number % 2], field)
        return lines


async def test_noughts_is_begun_accepted_judged_and_ended_by_scripts(
    server: DrivenServer, connect: Connect
) -> None:
    noughts, printed = await import_project(server, "noughts")
    assert printed[-1] == (
        "Imported into Noughts (noughts00001): 11 added, 0 changed, 0 removed, 0 unchanged, 0 skipped."
    )
    xenia, otto = await log_in(connect, noughts, "Xenia", "Otto")
    refused = await xenia.request("LogEventRequest", eventKey="PLAY", **{"with": "nobody"})
    assert list(refused["error"]) == ["PLAY"]

    game = await Noughts.begin(xenia, otto)
    assert await game.put(otto, 0) == {"PUT": "NOT_YOUR_TURN"}
    assert await game.put(xenia, 4) == ["...", ".X.", "..."]
    assert await game.put(xenia, 0) == {"PUT": "NOT_YOUR_TURN"}
    assert await game.put(otto, 4) == {"PUT": "TAKEN"}
    assert (await game.hears(otto, "TurnTaken"))["who"] == "Xenia"
    assert await game.put(otto, 0) == ["O..", ".X.", "..."]
    assert await game.play(2, 1, 6) == ["OOX", ".X.", "X.."]
    assert (await game.hears(xenia, "Won"))["winnerName"] == "Xenia"
    await game.hears(otto, "Lost")
    over = await otto.expect_message("ScriptMessage")
    assert (over["extCode"], over["summary"]) == ("OVER", "Xenia has won 1")
    assert await game.put(otto, 8) == {"PUT": "NOT_RUNNING"}
    assert (await xenia.request("AccountDetailsRequest"))["scriptData"] == {"wins": 1}

    game = await Noughts.begin(otto, xenia)
    assert await game.play(0, 1, 2, 4, 3, 5, 7, 6, 8) == ["XOX", "XOO", "OXX"]
    for client in (xenia, otto):
        await game.hears(client, "Drawn")
    sql = "SELECT text FROM cloudcode_scriptlog WHERE level = 'ERROR' AND stage_id = ?"
    assert server.rows(sql, server.stage_id(noughts)) == []


# --- lobby: presence, chat and segments ---------------------------------------------------------------------


async def enter(client: WireClient, room: str) -> Any:
    answer = await client.request("LogEventRequest", eventKey="ENTER", room=room)
    return answer.get("error") or answer["scriptData"]["members"]


async def say(client: WireClient, text: str) -> Any:
    return (await client.request("LogEventRequest", eventKey="SAY", text=text)).get("error")


async def hears(client: WireClient, text: str) -> tuple[Any, ...]:
    heard = await client.expect_message("TeamChatMessage", message=text)
    return heard["who"], heard["scriptData"]


async def test_lobby_knows_who_is_there_and_who_hears_what(server: DrivenServer, connect: Connect) -> None:
    lobby, printed = await import_project(server, "lobby")
    assert "12 added, 0 changed, 0 removed, 0 unchanged, 0 skipped." in printed[-1]
    ada, ben, cleo = await log_in(connect, lobby, "Ada", "Ben", "Cleo")
    hall = unique("hall")
    assert await say(ada, "Hello?") == {"SAY": "NOWHERE"}
    language = {"eventKey": "LANGUAGE", "code": "de"}
    answer = await ben.request("LogEventRequest", **language)
    assert answer["scriptData"] == {"greeting": "Willkommen, Ben"}
    answer = await ben.request("LogEventRequest", **{**language, "code": "tlh"})
    assert answer["error"] == {"code": "UNKNOWN"}
    assert (await ada.request("CreateTeamRequest", teamType="ROOM", teamName="x", teamId=hall))["error"] == {
        "teamType": "NOT_ALLOWED"
    }

    assert await enter(ada, hall) == [{"name": "Ada", "online": True, "lang": None}]
    assert await enter(ben, hall) == [
        {"name": "Ada", "online": True, "lang": None},
        {"name": "Ben", "online": True, "lang": "de"},
    ]
    assert (await ada.expect_message("ScriptMessage"))["summary"] == "Ben is here"
    await enter(cleo, hall)
    for client in (ada, ben):
        assert (await client.expect_message("ScriptMessage"))["summary"] == "Cleo is here"

    assert await say(ada, "What the heck") == {"SAY": "BAD_WORD"}
    assert await say(ada, "Hello!") is None
    assert await hears(ben, "Hello!") == ("Ada", {"to": 3, "says": "sagt"})
    assert await hears(cleo, "Hello!") == ("Ada", {"to": 3, "says": "says"})
    answer = await cleo.request("LogEventRequest", eventKey="MUTE", player=ada.user_id)
    assert answer["scriptData"] == {"muted": 1}
    assert await say(ada, "Anybody?") is None
    assert await say(ben, "Yes.") is None
    assert await hears(ben, "Anybody?") == ("Ada", {"to": 3, "says": "sagt"})
    await hears(cleo, "Yes.")
    assert [frame["message"] for frame in cleo.frames if frame["@class"] == ".TeamChatMessage"] == [
        "Hello!",
        "Yes.",
    ]

    await ben.close()
    for client in (ada, cleo):
        gone = await client.expect_message("ScriptMessage", where=lambda frame: not frame["data"]["online"])
        assert gone["summary"] == "Ben has left"
    sql = "SELECT text FROM cloudcode_scriptlog WHERE level = 'ERROR' AND stage_id = ?"
    assert server.rows(sql, server.stage_id(lobby)) == []


# --- farm: fields ripen by the clock, are kept in a collection, and found by their place --------------------

PARIS, MONTMARTRE, LYON = [2.3522, 48.8566], [2.3431, 48.8867], [4.8357, 45.764]


def scripts_in(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.js")}


class Farmer:
    """A client, and what it does on its fields."""

    def __init__(self, client: WireClient) -> None:
        self.client = client

    async def plant(self, crop: str, at: list[float]) -> Any:
        """The field's id, or the error."""
        answer = await self.client.request("LogEventRequest", eventKey="PLANT", crop=crop, at=at)
        return answer.get("error") or answer["scriptData"]["field"]

    async def work(self, event: str, field: str) -> Any:
        answer = await self.client.request("LogEventRequest", eventKey=event, field=field)
        return answer.get("error") or answer["scriptData"]

    async def near(self, at: list[float]) -> Any:
        answer = await self.client.request("LogEventRequest", eventKey="NEAR", at=at)
        return answer["scriptData"]["fields"]


async def test_farm_ripens_by_the_clock_and_sells_to_a_shop_on_the_web(
    server: DrivenServer, connect: Connect, tmp_path: Path
) -> None:
    farm, printed = await import_project(server, "farm")
    assert printed[-1] == (
        "Imported into Farm (farm000000001): 7 added, 0 changed, 0 removed, 0 unchanged, 0 skipped."
    )
    fay, gus = map(Farmer, await log_in(connect, farm, "Fay", "Gus"))
    planned = (
        "SELECT module FROM cloudcode_scheduleditem WHERE stage_id = ? ORDER BY id",
        server.stage_id(farm),
    )

    assert await fay.plant("wheat", PARIS) == {"crop": "UNKNOWN"}
    corn = await fay.plant("corn", PARIS)
    oak, vine = await gus.plant("oak", MONTMARTRE), await gus.plant("oak", LYON)
    assert await gus.work("HARVEST", oak) == {"field": "NOT_RIPE"}
    assert await gus.near(PARIS) == ["Fay: corn", "Gus: oak"]
    assert await gus.near(MONTMARTRE) == ["Gus: oak", "Fay: corn"]
    assert await gus.near(LYON) == ["Gus: oak"]

    ripe = await fay.client.expect_message("ScriptMessage")
    assert (ripe["extCode"], ripe["summary"]) == ("RIPE", "Your corn is ripe")
    assert ripe["data"] == {"field": corn, "crop": "corn"}
    assert await gus.work("HARVEST", corn) == {"field": "NOT_RIPE"}  # it is Fay's
    assert await fay.work("HARVEST", corn) == {"field": {"state": "EMPTY", "harvests": 1}, "coins": 5}
    assert await fay.work("HARVEST", corn) == {"field": "NOT_RIPE"}

    assert len(await server.await_rows(*planned, count=2)) == 2  # the oaks alone ripen yet
    assert await gus.work("DIG_UP", vine) == {"left": 1}
    assert len(server.rows(*planned)) == 1
    assert await gus.work("DIG_UP", oak) == {"left": 0}
    assert server.rows(*planned) == []
    assert await gus.near(LYON) == []

    shop = f"/preview/callback/{farm.api_key}/shop/{farm.secrets['shop']}"
    for order, answer in (
        (f"player={fay.client.user_id}&coins=20", {"balance": 25}),
        ("player=nobody&coins=20", {"error": {"player": "UNKNOWN"}}),
    ):
        assert await asyncio.to_thread(server.post, f"{shop}?{order}") == (200, answer)
    assert (await fay.client.request("AccountDetailsRequest"))["currency1"] == 25

    await server.command("export_scripts", farm.api_key, str(tmp_path))
    texts = scripts_in(PROJECTS / "farm" / "scripts")
    assert scripts_in(tmp_path) == texts
    assert all(b"\r\n" in text for text in texts.values())
    assert sum(text.startswith(b"\xef\xbb\xbf") for text in texts.values()) == 3
    sql = "SELECT text FROM cloudcode_scriptlog WHERE level = 'ERROR' AND stage_id = ?"
    assert server.rows(sql, server.stage_id(farm)) == []
