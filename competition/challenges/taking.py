"""Turns and attempts taken in a held challenge (competition-rules.md §5.7)."""

from competition.challenges.announcing import announce
from competition.challenges.holding import Held, save_players
from competition.challenges.states import State
from competition.challenges.turns import player_after
from competition.models import ChallengePlayer
from protocol.errors import RequestError

_TAKEN = "challenge turns"  # in what a run remembers


def take(held: Held, player: ChallengePlayer, silent: bool = False) -> None:
    """One more turn of the player's, and the next player's turn. The caller advances and saves.

    What checks whether it may be taken is `check`, or `has_turn`.
    """
    row = held.row
    player.turns += 1
    save_players([player], "turns")
    if held.type.turn_based:
        row.next_player = player_after(player.player_id, held.order, held.turns, row.max_turns)
    _taken(held).add((row.pk, player.player_id))
    if not silent:
        announce(held, "TurnTaken", held.accepted, who=player.player.display_name)


def has_turn(held: Held, player_id: str) -> bool:
    """Whether it is the player's turn in a running turn-based challenge."""
    return held.state is State.RUNNING and held.type.turn_based and held.row.next_player == player_id


def check(held: Held, player: ChallengePlayer) -> None:
    """Whether the player may take a turn or an attempt now.

    Raises RequestError `challengeInstanceId: NO_ATTEMPTS_LEFT` or `NOT_YOUR_TURN`.
    """
    most = held.row.max_turns
    if most is not None and player.turns >= most:
        raise RequestError({"challengeInstanceId": "NO_ATTEMPTS_LEFT"})
    if held.type.turn_based and held.row.next_player != player.player_id:
        raise RequestError({"challengeInstanceId": "NOT_YOUR_TURN"})


def was_taken(held: Held, player: ChallengePlayer) -> bool:
    """Whether a script of this very run took the player's turn already: it is not counted twice (§5.7.3)."""
    return (held.row.pk, player.player_id) in _taken(held)


def _taken(held: Held) -> set[tuple[str, str]]:
    taken: set[tuple[str, str]] = held.act.run.loaded.setdefault(_TAKEN, set())
    return taken
