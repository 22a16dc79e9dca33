import json
import os
import signal
import threading
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from games.models import AuditEntry, Stage
from messaging.management.commands import broadcast as command
from messaging.message_types import save_extension
from messaging.models import Broadcast, Message
from players.segment_settings import save_query, save_segment
from realtime import database
from tests.messaging.expanding import add_players, expand_all, receivers

KEY = "duel0000dice"


@pytest.fixture(autouse=True)
def gift(stage: Stage) -> None:
    """An extension to send, a segment query, and 20 players of whom every other is French."""
    save_extension(stage.game, "GIFT", "Gift", "", None)
    save_segment(stage.game, "COUNTRY", None, name="", values={"FR": {"name": "", "description": ""}})
    save_query(stage.game, "FRENCH", None, name="", query={"segment": "COUNTRY", "is": "FR"})
    for player in add_players(stage, 20)[::2]:
        player.segments = {"COUNTRY": "FR"}
        player.save()


def run(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("broadcast", KEY, "preview", *arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def status(*arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return answer


def test_a_message_is_queued_for_all_players() -> None:
    said = run("--message", "GIFT", "--all", "--data", '{"coins": 5}', "--rate", "7", "--canary", "3")
    row = Broadcast.objects.get()
    assert said == f"{row.pk} expanding: 0, the players are still being counted\n"
    assert (row.audience, row.rate, row.canary, row.go_on_seconds) == ("all", 7, 3, None)
    message = Message.objects.get()
    assert (message.type_code, message.data) == ("ScriptMessage_GIFT", '{"data":{"coins":5}}')
    assert AuditEntry.objects.filter(action="broadcast.start", actor_name="console").count() == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--message", "NONE", "--all"], "Duel of Dice · preview has no message extension NONE."),
        (["--message", "GIFT"], "Say for whom: --query CODE or --all."),
        (["--message", "GIFT", "--query", "NONE"], "Duel of Dice · preview has no segment query NONE."),
        (["--message", "GIFT", "--query", "FRENCH", "--all"], "not allowed with argument"),
        (["--message", "GIFT", "--all", "--data", "[]"], "argument --data: it is not a JSON object"),
        (
            ["--message", "GIFT", "--all", "--rate", "0", "--go-on-after", "5"],
            "Out of range, or of no use without --canary: --rate, --go-on-after.",
        ),
        (["--pause", "f" * 24], f"Duel of Dice · preview has no broadcast {'f' * 24}."),
        (["--pause", "f" * 24, "--rate", "5", "--all"], "Only with --message: --all, --rate."),
        ([], "one of the arguments --message --pause --resume --abort --status is required"),
    ],
)
def test_what_makes_no_sense_is_one_sentence_and_sends_nothing(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert sentence in str(refused.value)
    assert not Message.objects.exists()


def test_an_unknown_game_is_named() -> None:
    with pytest.raises(CommandError, match=r"^No game has the API key nope\.$"):
        call_command("broadcast", "nope", "live", "--message", "GIFT", "--all")


def test_a_broadcast_is_paused_resumed_and_aborted() -> None:
    started = status("--message", "GIFT", "--query", "FRENCH")
    assert (started["state"], started["total"]) == ("expanding", None)
    for action, state in [("pause", "paused"), ("resume", "expanding"), ("abort", "aborted")]:
        assert status(f"--{action}", started["id"])["state"] == state
    assert status("--status", started["id"]) == {
        "id": started["id"],
        "state": "aborted",
        "total": None,
        "expanded": 0,
        "failed": 0,
        "canary_failed": None,
        "judge_ms": None,
    }
    with pytest.raises(CommandError, match=r"^A broadcast that is aborted cannot resume\.$"):
        run("--resume", started["id"])


@pytest.mark.django_db(transaction=True)
async def test_waiting_follows_it_to_the_end() -> None:
    waiting = database.run(run, "--message", "GIFT", "--query", "FRENCH")
    assert "expanding" in await waiting
    await expand_all()
    broadcast_id = (await Broadcast.objects.aget()).pk
    assert await database.run(lambda: run("--status", broadcast_id, "--wait")) == (
        f"{broadcast_id} expanded: 10 of 10 (100 %)\n"
    )
    assert len(await database.run(receivers)) == 10


@pytest.mark.django_db(transaction=True)
async def test_waiting_ends_where_the_canary_waits_for_somebody() -> None:
    await database.run(run, "--message", "GIFT", "--all", "--canary", "5")
    await expand_all()
    broadcast_id = (await Broadcast.objects.aget()).pk
    said = await database.run(lambda: run("--status", broadcast_id, "--wait"))
    assert said == f"{broadcast_id} canary: 5 of 20 (25 %)\n"


@pytest.mark.django_db(transaction=True)
def test_ctrl_c_pauses_and_says_how_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody expands here, so that it waits; the signal comes once it has looked."""
    looked: list[float] = []

    def interrupt(seconds: float) -> None:
        looked.append(seconds)
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(10)

    monkeypatch.setattr(command.time, "sleep", interrupt)
    out = StringIO()
    arguments = [KEY, "preview", "--message", "GIFT", "--all", "--wait"]
    # Whatever started the tests may ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(CommandError, match=r"^The broadcast \w{24} is paused\.$"):
            call_command("broadcast", *arguments, stdout=out, stderr=out)
    finally:
        signal.signal(signal.SIGINT, before)
    row = Broadcast.objects.get()
    assert (row.state, looked) == ("paused", [0.5])
    assert f"It goes on with: manage.py broadcast {KEY} preview --resume {row.pk}" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_told_that_somebody_else_ended_it() -> None:
    started = status("--message", "GIFT", "--all")
    run("--abort", started["id"])
    with pytest.raises(CommandError, match="is aborted"):
        run("--status", started["id"], "--wait")
