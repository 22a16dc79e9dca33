"""Pools brought up to date from rows: who is gone, what is forgotten, and two workers at once."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from competition.matches import asking, joining, open_matches, operating, pools
from competition.matches.asking import Wish
from competition.matches.bringing import bring, due_pools, next_due
from competition.matches.pools import PoolName
from competition.matches.retention import MATCHES_KEPT_MS, forget_old
from competition.models import Match, MatchPool, Participant, PendingMatch, WaitingPlayer
from games.models import Stage
from messaging.models import PlayerMessage
from players.models import Player
from protocol.dates import now_ms
from protocol.errors import RequestError
from protocol.run import Run
from tests.competition.matches.conftest import STEPS, Configure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("match_types")]

AddPlayer = Callable[..., Player]
SENDER = "MatchmakingRequest"


def ask(player: Player, code: str = "PAIR", skill: float = 5, group: str | None = None, **wish: Any) -> str:
    with transaction.atomic():
        return asking.ask(
            PoolName(player.stage_id, code, group), player.pk, Wish(skill, **wish), Run(), SENDER
        )


def bring_all(after_ms: int = 0) -> None:
    """Everything that is due by then."""
    for pool_id in due_pools(now_ms() + after_ms):
        assert bring(pool_id, now_ms() + after_ms) is not None


def told() -> list[tuple[str, str]]:
    """Who was told what, in order."""
    rows = PlayerMessage.objects.order_by("created_ms", "id").select_related("player", "message")
    return [(row.player.display_name, row.message.message_class) for row in rows]


def test_a_request_waits_for_the_next_pass_alone(ana: Player, bo: Player) -> None:
    ask(ana)
    ask(bo)
    assert (told(), PendingMatch.objects.count()) == ([], 2)
    bring_all()
    assert told() == [("Ana", "MatchFoundMessage"), ("Bo", "MatchFoundMessage")]
    assert (PendingMatch.objects.count(), WaitingPlayer.objects.count(), next_due()) == (0, 0, None)
    match = Match.objects.get()
    assert list(match.participants.order_by("peer_id").values_list("player", "peer_id")) == [
        (ana.pk, 1),
        (bo.pk, 2),
    ]


def test_a_player_has_one_request_a_pool(ana: Player) -> None:
    ask(ana, skill=1)
    ask(ana, skill=2)
    ask(ana, group="")
    ask(ana, group="g")
    rows = WaitingPlayer.objects.order_by("pool__match_group").values_list("pool__match_group", "skill")
    assert Counter(rows) == Counter([(None, 2.0), ("", 5.0), ("g", 5.0)])
    assert PendingMatch.objects.count() == 3


def test_a_member_who_is_deleted_is_missed_by_the_others(
    ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    for player in (ana, bo):
        ask(player, "FOUR")
    bring_all()
    alone = add_player("cy")
    ask(alone, "FOUR", group="alone")
    PlayerMessage.objects.all().delete()
    gone = bo.pk
    for player in (bo, alone):
        player.delete()
    bring_all(1)
    message = PlayerMessage.objects.get()
    document = json.loads(message.document)
    assert (message.player, document["removedPlayers"]) == (ana, [gone])
    assert [each["displayName"] for each in document["participants"]] == ["Ana"]
    bring_all(10_000)
    assert list(PendingMatch.objects.values_list("player_ids", flat=True)) == [json.dumps([ana.pk])]


@pytest.mark.parametrize(("most", "last"), [(3, "MatchUpdatedMessage"), (2, "MatchFoundMessage")])
def test_a_manual_join_tells_who_was_banned_since(
    most: int, last: str, ana: Player, bo: Player, add_player: AddPlayer, configure: Configure
) -> None:
    manual = {"shortCode": "MANUAL", "minPlayers": 2, "manual": True, "thresholds": STEPS}
    configure([{**manual, "maxPlayers": 3}])
    name, gone = PoolName(ana.stage_id, "MANUAL"), add_player("cy")
    for player in (ana, gone, bo):
        ask(player, "MANUAL")

    def take_in(other: Player) -> None:
        joined = WaitingPlayer.objects.get(player=other).pending_id
        with transaction.atomic():
            joining.join_pending(name, ana.pk, joined, Run(), "JoinPendingMatchRequest")

    take_in(gone)
    PlayerMessage.objects.all().delete()
    Player.objects.filter(pk=gone.pk).update(banned=True)
    configure([{**manual, "maxPlayers": most}])
    take_in(bo)
    assert told() == [("Ana", "MatchUpdatedMessage"), ("Ana", last), ("Bo", last)]
    document = json.loads(PlayerMessage.objects.order_by("created_ms", "id")[0].document)
    assert document["removedPlayers"] == [gone.pk]


def test_a_match_type_that_is_gone_finds_nobody(ana: Player, configure: Configure) -> None:
    ask(ana)
    configure([])
    bring_all()
    assert told() == [("Ana", "MatchNotFoundMessage")]
    assert PendingMatch.objects.count() == 0


def test_leaving_takes_a_member_out_of_an_open_match_and_lets_others_in(
    ana: Player, bo: Player, add_player: AddPlayer
) -> None:
    for player in (ana, bo):
        ask(player, "OPEN")
    bring_all()
    PlayerMessage.objects.all().delete()
    name = PoolName(ana.stage_id, "OPEN")
    with transaction.atomic():
        asking.cancel(name, ana.pk, Run(), SENDER)
    assert told() == [("Bo", "MatchUpdatedMessage")]
    ask(add_player("cy"), "OPEN")
    bring_all()
    peers = Participant.objects.order_by("peer_id").values_list("player__display_name", "peer_id")
    assert list(peers) == [("Cy", 1), ("Bo", 2)]
    with pytest.raises(RequestError) as refused, transaction.atomic():
        asking.cancel(name, ana.pk, Run(), SENDER)
    assert refused.value.fields == {"match": "NOT_FOUND"}


def test_who_goes_offline_does_not_put_off_the_search_of_a_match_that_somebody_left(
    ana: Player, bo: Player, configure: Configure
) -> None:
    slow = {
        "shortCode": "OPEN",
        "dropInDropOut": True,
        "disconnectDelay": 60,
        "minPlayers": 2,
        "maxPlayers": 4,
    }
    configure([{**slow, "thresholds": [{**STEPS[1], "acceptMinPlayers": True}]}])
    for player in (ana, bo):
        ask(player, "OPEN")
    bring_all()
    with transaction.atomic():
        asking.cancel(PoolName(ana.stage_id, "OPEN"), ana.pk, Run(), SENDER)
    left = now_ms()
    open_matches.note_offline([bo.pk], left)
    assert due_pools(left) == [MatchPool.objects.get().pk]
    bring_all()
    assert next_due() == left + 60_000


def test_who_was_never_seen_to_leave_is_noted_and_removed(ana: Player, bo: Player) -> None:
    for player in (ana, bo):
        ask(player, "OPEN")
    bring_all()
    assert open_matches.note_absent("", now_ms()) == ""
    assert Participant.objects.filter(offline_ms__isnull=True).count() == 0
    bring_all(open_matches.LEAST_DELAY_MS + 1)
    assert (Match.objects.count(), Participant.objects.count()) == (0, 0)


def test_old_matches_and_empty_pools_are_forgotten(ana: Player, bo: Player) -> None:
    for code in ("PAIR", "OPEN"):
        for player in (ana, bo):
            ask(player, code)
    bring_all()
    ask(ana, "FOUR")
    Match.objects.update(found_ms=now_ms() - MATCHES_KEPT_MS)
    MatchPool.objects.update(created_ms=0)
    assert forget_old() is False
    forget_old()
    assert list(Match.objects.values_list("pool__match_code", flat=True)) == ["OPEN"]
    assert sorted(MatchPool.objects.values_list("match_code", flat=True)) == ["FOUR", "OPEN"]


def test_a_pool_that_is_forgotten_meanwhile_is_one_without_anybody(ana: Player) -> None:
    ask(ana)
    pending = PendingMatch.objects.get()
    match = Match.objects.create(pool=pending.pool)
    MatchPool.objects.all().delete()
    assert pools.lock(pending.pool_id) is None
    name = PoolName(ana.stage_id, "PAIR")
    with pytest.raises(RequestError) as refused, transaction.atomic():
        asking.cancel(name, ana.pk, Run(), SENDER)
    assert refused.value.fields == {"match": "NOT_FOUND"}
    with pytest.raises(RequestError) as refused, transaction.atomic():
        joining.join_pending(name, ana.pk, pending.pk, Run(), "JoinPendingMatchRequest")
    assert refused.value.fields == {"match": "NOT_IN_PROGRESS"}
    for refuse in (lambda: operating.cancel(pending, None), lambda: operating.remove(match, None)):
        with pytest.raises(ValidationError, match="It is gone"):
            refuse()


def test_pending_matches_are_looked_at_no_further_than_they_are_asked_for(
    ana: Player, add_player: AddPlayer, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closest in skill first, on both sides, and of those of one skill the oldest."""
    monkeypatch.setattr(joining, "LOOKED_AT", 2)
    wide = [{"period": 99, "type": "relative", "min": 50, "max": 50}]
    configure([{"shortCode": "MANUAL", "minPlayers": 2, "maxPlayers": 2, "manual": True, "thresholds": wide}])
    ask(ana, "MANUAL", skill=10)
    skills = [10, 9, 12, 10, 7, 12, 14, 4, 17, 3, 10, 60, 61]
    names = {add_player(f"p{number}").pk: skill for number, skill in enumerate(skills)}
    for player_id, skill in names.items():
        ask(Player.objects.get(pk=player_id), "MANUAL", skill=skill)
    pending = {row.player_id: row.pending_id for row in WaitingPlayer.objects.all()}
    reachable = [each for each in names if names[each] <= 60]
    nearest = sorted(reachable, key=lambda each: (abs(names[each] - 10), pending[each]))

    def found(most: int) -> tuple[list[str], int]:
        """Whose, and how many rows were read of pending matches' skills."""
        with CaptureQueriesContext(connection) as asked:
            shown = joining.find_pending(PoolName(ana.stage_id, "MANUAL"), ana.pk, most)
        walks = [
            each["sql"] for each in asked.captured_queries if 'ORDER BY "competition_pending' in each["sql"]
        ]
        assert all("LIMIT 2" in sql for sql in walks)
        return [each["matchedPlayers"][0]["playerId"] for each in shown], len(walks)

    assert found(100)[0] == nearest
    shown, walks = found(2)
    assert (shown, walks <= 3) == (nearest[:2], True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_a_pool_is_not_forgotten_while_somebody_comes_to_it(ana: Player, bo: Player) -> None:
    ask(ana)
    with transaction.atomic():
        asking.cancel(PoolName(ana.stage_id, "PAIR"), ana.pk, Run(), SENDER)
    MatchPool.objects.update(created_ms=0)

    def forget() -> bool:
        try:
            return forget_old()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        ask(bo)
        assert threads.submit(forget).result() is False
    assert list(WaitingPlayer.objects.values_list("player", flat=True)) == [bo.pk]


def test_a_pass_makes_as_many_statements_for_thirty_as_for_three(add_player: AddPlayer) -> None:
    def statements(number: int, group: str) -> int:
        for place in range(number):
            ask(add_player(f"{group}{place}"), "PAIR", group=group)
            ask(add_player(f"{group}{place}b"), "PAIR", group=group)
        (pool_id,) = due_pools(now_ms())
        with CaptureQueriesContext(connection) as asked:
            bring(pool_id, now_ms())
        return len(asked.captured_queries)

    statements(1, "first")  # reads the configuration
    few, many = statements(3, "few"), statements(30, "many")
    assert few == many
    assert Match.objects.count() == 34


def test_a_request_later_than_the_moment_of_a_pass_is_left_to_the_next(ana: Player, bo: Player) -> None:
    """The moment is taken before the pool is locked and read."""
    ask(ana)
    (pool_id,), moment = due_pools(now_ms()), now_ms()
    WaitingPlayer.objects.update(since_ms=moment)
    PendingMatch.objects.update(due_ms=moment)
    ask(bo)
    WaitingPlayer.objects.filter(player=bo).update(since_ms=moment + 1)
    PendingMatch.objects.filter(waiting__player=bo).update(due_ms=moment + 1)
    bring(pool_id, moment)
    assert (told(), PendingMatch.objects.count(), WaitingPlayer.objects.count()) == ([], 2, 2)
    bring(pool_id, moment + 1)
    assert told() == [("Ana", "MatchFoundMessage"), ("Bo", "MatchFoundMessage")]


@pytest.mark.postgresql
def test_a_request_that_comes_while_a_pool_is_read_is_left_to_the_next_pass(ana: Player, bo: Player) -> None:
    """Between the statement that reads pending matches and the one that reads players."""
    ask(ana)
    came: list[str] = []

    def come(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        answer = execute(sql, *arguments)
        if not came and (
            'FROM "competition_pendingmatch"' in sql or 'FROM "competition_waitingplayer"' in sql
        ):
            came.append(sql)
            ask(bo)
        return answer

    (pool_id,) = due_pools(now_ms())
    with connection.execute_wrapper(come):
        bring(pool_id, now_ms())
    assert (len(came), told()) == (1, [])
    assert (PendingMatch.objects.count(), WaitingPlayer.objects.count()) == (2, 2)
    bring_all()
    assert told() == [("Ana", "MatchFoundMessage"), ("Bo", "MatchFoundMessage")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_workers_put_nobody_into_two_matches(stage: Stage, configure: Configure) -> None:
    players = [Player.objects.create(stage=stage, display_name=f"P{number}") for number in range(40)]

    all_came = Event()

    def work() -> None:
        while not all_came.is_set():
            for pool_id in due_pools(now_ms()):
                bring(pool_id, now_ms())
        connections.close_all()

    def come(player: Player) -> None:
        for _ in range(2):
            ask(player, "PAIR", skill=int(player.display_name[1:]) % 3)
        connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        workers = [threads.submit(work) for _ in range(2)]
        try:
            list(threads.map(come, players))
        finally:
            all_came.set()
        for worker in workers:
            worker.result()
    bring_all()
    bring_all(10_001)
    found = Counter(Participant.objects.values_list("player", flat=True))
    waiting = set(WaitingPlayer.objects.values_list("player", flat=True))
    requests = Counter(Participant.objects.values_list("pk", flat=True))
    assert set(requests.values()) == {1}
    assert set(found) | waiting == {player.pk for player in players}
    sizes = Counter(Participant.objects.values_list("match", flat=True)).values()
    assert set(sizes) == {2}
    messages = PlayerMessage.objects.filter(message__message_class="MatchFoundMessage")
    assert Counter(messages.values_list("player", flat=True)) == found
