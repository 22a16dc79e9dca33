"""Which list of entries a request means: a board's, a partition's, a build's or a challenge's (§3.6.6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from competition.challenges.types import challenge_types
from competition.leaderboards import builds, instances
from competition.leaderboards.types import BoardType, board_type, boards
from competition.models import BoardInstance, ChallengePlayer
from protocol.dates import now_ms
from protocol.errors import RequestError

_EITHER = "leaderboardShortCode|challengeInstanceId"
_Stand = ChallengePlayer.Stand
_Rows = Mapping[str, list[BoardInstance]]


@dataclass(frozen=True, slots=True)
class Addressed:
    """`code` is a leaderboard's as it was asked for. `instance` None: nobody has an entry there."""

    board: BoardType
    code: str
    instance: BoardInstance | None


def addressed(stage_id: int, player_id: str, code: str | None, challenge_id: str | None) -> Addressed:
    """Raises RequestError `leaderboardShortCode|challengeInstanceId: ONLY_ONE` or `REQUIRED`,
    `leaderboardShortCode: INVALID`, `challengeInstanceId: INVALID` or `NO_LEADERBOARD`."""
    if code is not None and challenge_id is not None:
        raise RequestError({_EITHER: "ONLY_ONE"})
    if challenge_id is not None:
        return of_challenges(stage_id, player_id, [challenge_id])[challenge_id]
    if code is None:
        raise RequestError({_EITHER: "REQUIRED"})
    found = find(stage_id, [code])
    if code not in found:
        raise RequestError({"leaderboardShortCode": "INVALID"})
    return found[code]


def find(stage_id: int, codes: Collection[str]) -> dict[str, Addressed]:
    """Those there are, by code: at most two statements. A board that is not kept in real time means its
    latest build (§3.5.1); a partitioned one stays empty itself (§3.4.2)."""
    configured = boards(stage_id)
    typed = {code: configured[name] for code in codes if (name := code.partition(".")[0]) in configured}
    dates = builds.latest(stage_id, {board.code for board in typed.values() if not board.is_real_time})
    built = {
        code: builds.code_of(code, dates[board.code]) for code, board in typed.items() if board.code in dates
    }
    rows: dict[str, list[BoardInstance]] = {}
    wanted = {*typed, *built.values()}
    for row in BoardInstance.objects.filter(stage_id=stage_id, scope="", code__in=wanted, ready=True):
        rows.setdefault(row.code, []).append(row)
    found = {code: _meant(code, board, rows, built.get(code, "")) for code, board in typed.items()}
    return {code: each for code, each in found.items() if each is not None}


def _meant(code: str, board: BoardType, rows: _Rows, built_code: str) -> Addressed | None:
    own = rows.get(code, [])
    for row in own:
        if row.build:
            return Addressed(board, code, row)
    kept = own if board.is_real_time else rows.get(built_code, [])
    if not kept and code != board.code:
        return None
    period = instances.current_period(board, now_ms()) if board.is_real_time else ""
    return Addressed(board, code, next((row for row in kept if row.period == period), None))


def of_challenges(stage_id: int, player_id: str, challenge_ids: Collection[str]) -> dict[str, Addressed]:
    """By id, each of which the player takes part in or was asked to (§3.7): two statements.

    Raises RequestError `challengeInstanceId: INVALID` or `NO_LEADERBOARD`.
    """
    mine = ChallengePlayer.objects.filter(
        challenge__in=challenge_ids, challenge__stage=stage_id, player=player_id
    ).exclude(stand__in=(_Stand.REMOVED, _Stand.LEFT))
    types = dict(mine.values_list("challenge", "challenge__short_code"))
    if types.keys() != set(challenge_ids):
        raise RequestError({"challengeInstanceId": "INVALID"})
    rows = BoardInstance.objects.filter(stage_id=stage_id, scope__in=challenge_ids)
    by_key = {(row.scope, row.code): row for row in rows}
    found = {}
    for challenge_id, type_code in types.items():
        board = _board_of(stage_id, type_code)
        if board is None:
            raise RequestError({"challengeInstanceId": "NO_LEADERBOARD"})
        found[challenge_id] = Addressed(board, board.code, by_key.get((challenge_id, board.code)))
    return found


def _board_of(stage_id: int, type_code: str) -> BoardType | None:
    type_ = challenge_types(stage_id).get(type_code)
    return board_type(stage_id, type_.leaderboard) if type_ is not None and type_.leaderboard else None
