"""What is kept of a post, and how it is told: in rows, in the trace, in the admin."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from competition.events import post_records
from competition.events.posting import Posted
from competition.events.stories import PassedOver, Story, Told, Tried
from competition.events.wording import lines, sentence
from competition.models import PostRecord
from games.models import Stage
from players.models import Player
from protocol.dates import now_ms
from protocol.ids import first_id
from tests.competition.events.configured import event
from tests.competition.events.conftest import NOW_MS

Configure = Callable[..., Stage]
Log = Callable[..., Posted]


def board(code: str, **more: Any) -> dict[str, Any]:
    field = {"runningTotal": "SCORE", "collector": "S", "sort": "desc"}
    return {"shortCode": code, "highScoreNotifications": True, "fields": [field], **more}


@pytest.fixture
def played(configure: Configure) -> Stage:
    """A board of scores, one with high scores above 5 alone, and one that is built daily."""
    above = {"runningTotal": "SCORE", "collector": "S", "sort": "desc", "filter": {"op": "gt", "value": 5}}
    boards = [board("HS"), board("ABOVE", fields=[above]), board("DAY", updateFrequency="daily")]
    return configure(events=[event(("S", "number", "max")), {"shortCode": "PING"}], leaderboards=boards)


def story(record_id: str) -> Story:
    return post_records.read(PostRecord.objects.get(pk=record_id))


@pytest.mark.django_db
def test_a_post_leaves_what_came_of_it(played: Stage, log: Log, ana: Player) -> None:
    first, second = (log(ana, "SCORE", {"S": score}).record_id for score in (3, 2))
    why = "A filter refused the post, a sorted field has no value yet, or the list is archived."
    over = (PassedOver("ABOVE", why), PassedOver("DAY", "It is built daily, not at each post."))
    told = Told("HS", ana.pk, None, {"S": 3}, ("NewHighScoreMessage",))
    assert story(first) == Story('{"S":3}', ("SCORE",), (told,), over)
    told = Told("HS", ana.pk, {"S": 3}, {"S": 3}, (), "The entry is not better than before.")
    assert story(second) == Story('{"S":2}', ("SCORE",), (told,), over)
    row = PostRecord.objects.get(pk=first)
    assert (row.stage, row.player, row.event, row.scope, row.at_ms) == (played, ana, "SCORE", "", NOW_MS)


@pytest.mark.django_db
def test_a_challenges_post_passes_over_its_own_board_alone(played: Stage, log: Log, ana: Player) -> None:
    posted = log(ana, "SCORE", {"S": 3}, scope="c1", board="ABOVE")
    assert [each.board for each in story(posted.record_id).passed_over] == ["ABOVE"]
    assert PostRecord.objects.get().scope == "c1"


@pytest.mark.django_db
def test_large_values_are_cut_in_the_record(configure: Configure, log: Log, ana: Player) -> None:
    configure(events=[event(("S", "string", "script"))])
    posted = log(ana, "SCORE", {"S": "x" * 100_000})
    assert story(posted.record_id).values == '{"S":"' + "x" * 1994 + "…"
    assert len(PostRecord.objects.get().story) < 2200


def test_a_story_is_told_in_words() -> None:
    told = Told("HS", "p1", {"S": 1}, {"S": 2}, ("NewHighScoreMessage", "SocialRankChangedMessage"))
    quiet = Told("LOW", "t1", None, {"S": 2}, (), "Nobody is concerned.")
    full = Story(
        "{}",
        ("A", "B"),
        (told, quiet),
        (PassedOver("D", "Daily."),),
        (Tried("ACH", True), Tried("NO", False, "held")),
    )
    assert lines(full) == [
        "counted in A, B",
        'HS of p1: {"S":1} became {"S":2}; sent NewHighScoreMessage, SocialRankChangedMessage',
        'LOW of t1: nothing became {"S":2}; sent nothing: Nobody is concerned.',
        "D is as it was: Daily.",
        "achievement ACH awarded",
        "achievement NO not awarded: held",
    ]
    assert sentence(full) == "sent NewHighScoreMessage, SocialRankChangedMessage and awarded ACH"
    assert sentence(Story("{}", ("A",), (quiet,), (PassedOver("D", "Daily."),))) == (
        "sent nothing. LOW: Nobody is concerned. D: Daily."
    )
    assert sentence(Story("{}")) == "sent nothing. No leaderboard stands on what it counts in."
    assert lines(Story("{}")) == ["no running total counts it"]


@pytest.mark.django_db
def test_posts_are_forgotten_in_batches_after_their_time(
    played: Stage, log: Log, ana: Player, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.FLINT_RETENTION_POST_DAYS = 2
    monkeypatch.setattr(post_records, "BATCH", 2)
    kept = log(ana, "PING", {}).record_id
    end = now_ms() - 2 * 86_400_000
    for number in range(3):
        fields = {"stage": played, "player": ana, "event": "PING", "at_ms": 0, "story": "{}"}
        PostRecord.objects.create(id=first_id(end - 1000 - number), **fields)
    young = PostRecord.objects.create(id=first_id(end + 60_000), **fields).pk
    assert [post_records.delete_old_posts() for _ in range(2)] == [True, False]
    assert set(PostRecord.objects.values_list("pk", flat=True)) == {kept, young}


def traced(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("trace", "duel0000dice", "preview", *arguments)
    return capsys.readouterr().out


@pytest.mark.django_db
def test_trace_says_why_a_post_sent_nothing(
    played: Stage, log: Log, ana: Player, capsys: pytest.CaptureFixture[str]
) -> None:
    log(ana, "SCORE", {"S": 3})
    record_id = log(ana, "SCORE", {"S": 2}).record_id
    log(ana, "PING", {})
    said = traced("--player", ana.pk, "--event", "SCORE", capsys=capsys)
    assert said == traced(record_id, capsys=capsys)
    assert [line.strip() for line in said.splitlines()] == [
        "SCORE posted by Ana sent nothing. HS: The entry is not better than before. ABOVE: A filter refused"
        " the post, a sorted field has no value yet, or the list is archived."
        " DAY: It is built daily, not at each post.",
        "",
        '+0 ms  posted {"S":2}',
        "counted in SCORE",
        f'HS of {ana.pk}: {{"S":3}} became {{"S":3}}; sent nothing: The entry is not better than before.',
        "ABOVE is as it was: A filter refused the post, a sorted field has no value yet,"
        " or the list is archived.",
        "DAY is as it was: It is built daily, not at each post.",
    ]
    (document,) = json.loads(traced(record_id, "--json", capsys=capsys))
    assert (document["message_id"], document["player"]) == (record_id, f"Ana ({ana.pk})")


@pytest.mark.django_db
def test_trace_of_what_is_not_there_says_so(played: Stage, log: Log, ana: Player) -> None:
    other = played.game.stage("live")
    PostRecord.objects.create(stage=other, player=ana, event="SCORE", at_ms=0, story='{"values": ""}')
    for arguments in ((PostRecord.objects.get().pk,), ("--player", ana.pk, "--event", "SCORE")):
        with pytest.raises(CommandError, match="No such thing on this stage"):
            call_command("trace", "duel0000dice", "preview", *arguments)
    with pytest.raises(CommandError, match="Name an id, or --player and --class or --event"):
        call_command("trace", "duel0000dice", "preview", "--player", ana.pk)
