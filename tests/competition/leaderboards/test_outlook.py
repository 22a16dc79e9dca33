import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from competition.events.posting import Posted
from competition.leaderboards.outlook import Outlook, outlook
from competition.leaderboards.schedules import SETTLED_MS, write_down
from competition.models import BoardEntry
from games.models import Stage
from players.models import Player
from protocol.dates import parse_date
from tests.competition.events.conftest import NOW_MS
from tests.competition.leaderboards.conftest import board
from tests.competition.leaderboards.test_schedules import work

Boards = Callable[..., Stage]
Score = Callable[..., Posted]


def at(day: str) -> int:
    return parse_date(f"2026-{day}T00:00Z")


def test_what_happens_next_and_what_it_takes(boards: Boards, score: Score, ana: Player, bo: Player) -> None:
    stage = boards(
        board(code="DAY", resetFrequency="daily"),
        board(code="MONTH", updateFrequency="monthly"),
        board(code="EVER"),
    )
    score(ana, 1)
    score(bo, 2)
    assert outlook(stage.pk, NOW_MS) == [
        Outlook("DAY", "reset", "daily", at("11-28"), False, 2, 2),
        Outlook("MONTH", "build", "monthly", at("12-01"), False),
    ]


def test_a_boundary_that_nobody_has_seen_to_is_late(boards: Boards, score: Score, ana: Player) -> None:
    stage = boards(board(resetFrequency="daily"))
    write_down(stage.pk, NOW_MS)
    score(ana, 1)
    now = at("11-30") + SETTLED_MS
    assert outlook(stage.pk, now) == [Outlook("HS", "reset", "daily", at("11-28"), True, 1, 1)]
    work(now)
    assert BoardEntry.objects.count() == 0
    assert outlook(stage.pk, now) == [Outlook("HS", "reset", "daily", at("12-01"), False, 0, 0)]


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("board_schedule", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_so_and_changes_nothing(
    boards: Boards, score: Score, ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = boards(board(resetFrequency="weekly", updateFrequency="daily"), board(code="NOW"))
    score(ana, 1)
    monkeypatch.setattr("competition.management.commands.board_schedule.now_ms", lambda: NOW_MS)
    assert printed(stage.game.api_key) == (
        "preview:\n"
        "  2026-11-28T00:00Z  HS is built, daily; nothing is lost.\n"
        "  2026-11-30T00:00Z  HS is emptied, weekly: "
        "0 entries and 1 records of running totals would be lost.\n"
        "live:\n"
        "  No leaderboard is built or emptied by time.\n"
    )
    found = json.loads(printed(stage.game.api_key, "--stage", "preview", "--json"))
    assert [(each["board"], each["task"], each["totals"]) for each in found["preview"]] == [
        ("HS", "build", 0),
        ("HS", "reset", 1),
    ]
    assert BoardEntry.objects.count() == 1


def test_the_command_names_a_key_that_is_no_game_s(db: None) -> None:
    with pytest.raises(CommandError, match="No game has the API key nowhere"):
        printed("nowhere")
