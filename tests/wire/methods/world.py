"""The game, players and their doings that the scripts of all cases find: made once, by real requests."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.wire.challenges import accept, ahead, create, decline
from tests.wire.driven import DrivenServer, Row, register_device
from tests.wire.http_service import HttpService, http_service
from tests.wire.mail_service import Mails, mail_service
from tests.wire.methods.case import Group, script_of
from tests.wire.test_uploads import upload
from tests.wire_client import WireClient
from tests.wire_games import WireGame

FOLDER = Path(__file__).parent
METHODS = WireGame.read(FOLDER / "game.json")
PASSWORD = "secret of ana"
TOLD = {"message-global/ScriptMessage_TOLD": "Spark.setScriptData('to', Spark.getPlayerIds());"}


@dataclass
class World:
    """`ids` by name: players, teams, challenges, an upload. `results` of the cases by their names."""

    server: DrivenServer
    ids: dict[str, str] = field(default_factory=dict)
    clients: dict[str, WireClient] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    http: HttpService = field(default_factory=HttpService)
    mails: Mails = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.ids[name]

    @property
    def stage_id(self) -> int:
        """Other games of the server's have tables of the same names."""
        return self.server.stage_id(METHODS)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        return self.server.rows(sql, *values)

    def one(self, sql: str, *values: Any) -> Any:
        """The first column of the only row; None where there is none."""
        rows = self.rows(sql, *values)
        assert len(rows) <= 1, rows
        return next(iter(rows[0].values())) if rows else None


@asynccontextmanager
async def new_world(server: DrivenServer, groups: Mapping[str, Group]) -> AsyncIterator[World]:
    """With the groups' scripts, by name."""
    await server.command("import_game", str(METHODS.document), "--files", str(FOLDER / "files"))
    modules = {f"modules/{name}": script_of(group) for name, group in groups.items()}
    own = {f"modules/{name}": text for group in groups.values() for name, text in group.modules.items()}
    run = {"event/RUN": "require(Spark.getData().group);"}
    await server.set_scripts({**modules, **own, **run, **TOLD}, game=METHODS)
    world = World(server)
    try:
        await _make(world)
        async with http_service() as world.http, mail_service() as (port, world.mails):
            world.ids["http"] = world.http.url
            service = {"host": "127.0.0.1", "port": port, "timeout": 5}
            async with server.settings(FLINT_SCRIPT_HOSTS=["localhost"], FLINT_MAIL_SERVICE=service):
                yield world
    finally:
        for client in world.clients.values():
            await client.close()


async def run_group(world: World, name: str, group: Group) -> None:
    """Its results, and what its effects are then."""
    client = world.clients[group.as_player]
    answer = await client.request("LogEventRequest", eventKey="RUN", group=name, world=world.ids)
    found = answer.get("scriptData", {}).get("results")
    assert found is not None, answer
    await client.request(
        "AccountDetailsRequest"
    )  # answered once everything of the first request has gone out
    for case_name, case in group.cases.items():
        result = found.get(case_name, {"fault": f"was not reached: {answer.get('error')}"})
        result["outside"] = case.effect(world) if case.effect else None
        result["wanted"] = [each(world) if callable(each) else each for each in (case.expected, case.outside)]
        world.results[case_name] = result


async def _make(world: World) -> None:
    await _players(world)
    ana, bo, cy, dan = (world.clients[name] for name in ("ana", "bo", "cy", "dan"))
    await world.server.befriend(ana.user_id, bo.user_id, game=METHODS)
    world.ids["device"] = await register_device(ana)
    await asyncio.gather(_team(ana, "reds", "Reds", bo), _team(cy, "blues", "Blues", dan))
    said = await ana.request("SendTeamChatMessageRequest", teamId="reds", message="hello")
    assert "error" not in said, said
    world.ids["line"] = (await bo.expect_message("TeamChatMessage"))["chatMessageId"]
    await _scores(ana, bo, cy)
    await _challenges(world, ana, bo)
    world.ids["upload"] = await upload(ana, b'{"uploaded": [1]}', "data.json")
    world.ids["second upload"] = await upload(ana, b"no JSON", "data.txt")
    _bulk_job(world)


def _bulk_job(world: World) -> None:
    """One that is over."""
    world.ids["bulk"] = "b" * 24
    row: Row = {"id": world["bulk"], "stage_id": world.server.stage_id(METHODS)}
    row |= {"query": '{"online":true}', "module": "GIVE", "script": "give();", "data": '{"coins":5}'}
    row |= {"created_ms": 1000, "scheduled_ms": 2000, "started_ms": 3000, "completed_ms": 4000}
    row |= {"estimated": 9, "actual": 8, "done": 7, "errors": 6, "cursor": "", "claim": ""}
    marks = ", ".join("?" for _ in row)
    world.server.execute(f"INSERT INTO cloudcode_bulkjob ({', '.join(row)}) VALUES ({marks})", *row.values())


async def _players(world: World) -> None:
    async def open_client(name: str) -> WireClient:
        world.clients[name] = await world.server.connect(game=METHODS)
        return world.clients[name]

    ana = await open_client("ana")
    registered = await ana.request(
        "RegistrationRequest",
        userName="ana",
        password=PASSWORD,
        displayName="Ana",
        segments={"COUNTRY": "FR"},
    )
    assert "error" not in registered, registered
    again = await (await open_client("ana again")).request(
        "AuthenticationRequest", userName="ana", password=PASSWORD
    )
    assert "error" not in again, again
    for name in ("bo", "cy", "dan", "gone"):
        await (await open_client(name)).device_log_in(f"methods-{name}", displayName=name.title())
    await world.clients["gone"].close()
    bo = world.clients["bo"].user_id
    world.server.execute("UPDATE players_player SET external_ids = ? WHERE id = ?", '{"FB": "fb-bo"}', bo)
    world.ids |= {name: client.user_id for name, client in world.clients.items()}


async def _team(owner: WireClient, team_id: str, name: str, member: WireClient) -> None:
    made = await owner.request("CreateTeamRequest", teamType="SQUAD", teamName=name, teamId=team_id)
    assert "error" not in made, made
    joined = await member.request("JoinTeamRequest", teamId=team_id)
    assert "error" not in joined, joined


async def _scores(ana: WireClient, bo: WireClient, cy: WireClient) -> None:
    posts = (
        *(
            (ana, "EV_SCORE", {"SCORE": 100}),
            (bo, "EV_SCORE", {"SCORE": 300}),
            (cy, "EV_SCORE", {"SCORE": 200}),
        ),
        (ana, "EV_COUNTRY", {"SCORE": 10, "COUNTRY": "UK"}),
        (bo, "EV_COUNTRY", {"SCORE": 20, "COUNTRY": "UK"}),
        (cy, "EV_COUNTRY", {"SCORE": 30, "COUNTRY": "FR"}),
        (ana, "EV_CAR", {"LAPS": 5, "CAR": "red"}),
        (ana, "EV_CAR", {"LAPS": 9, "CAR": "blue"}),
        (bo, "EV_CAR", {"LAPS": 7, "CAR": "red"}),
    )
    for client, key, attributes in posts:
        posted = await client.request("LogEventRequest", eventKey=key, **attributes)
        assert "error" not in posted, posted


async def _challenges(world: World, ana: WireClient, bo: WireClient) -> None:
    """`moves` and `draw` run and are Ana's turn, `scores` has a score of each, `issued` waits for Bo."""
    wanted = (
        *(("moves", "MOVES"), ("draw", "MOVES"), ("win", "MOVES"), ("start", "SCORES"), ("issued", "MOVES")),
        *(("scores", "SCORES"), ("declined", "MOVES")),
    )
    for name, code in wanted:
        fields: dict[str, Any] = {"accessType": "PRIVATE", "usersToChallenge": [bo.user_id]}
        if name == "start":
            fields |= {"startTime": ahead(20), "expiryTime": ahead(10)}
        world.ids[name] = await create(ana, code, **fields)
        if name == "declined":
            await decline(bo, world.ids[name])
        elif name != "issued":
            answer = await accept(bo, world.ids[name])
            assert "error" not in answer, answer
    for client, score in ((ana, 50), (bo, 70)):
        posted = await client.request(
            "LogChallengeEventRequest",
            eventKey="CH_SCORE",
            challengeInstanceId=world.ids["scores"],
            SCORE=score,
        )
        assert "error" not in posted, posted
