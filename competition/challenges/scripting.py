"""What scripts do with any challenge of their stage (competition-rules.md §5.7.3, §5.8.5).

Each is quiet about what cannot be done: it changes nothing, and says so by its result. Each runs in its
caller's transaction.
"""

from collections.abc import Callable
from typing import Any, Literal

from competition.challenges import advancing, finishing, leaving, taking
from competition.challenges.holding import Act, Held, Stand, hold
from competition.challenges.outcomes import all_drawn, won_by
from competition.challenges.states import LEAST_PLAYERS, State, Step

SCRIPT = "script"  # what such a challenge was started or ended by
_ENDED = "challenges that a script ended"  # of a run's facts
Data = Literal["script_data", "private_data"]


def start(act: Act, stage_id: int, challenge_id: str) -> bool:
    """Before its time, or whatever it waits for; with two players at least (§5.3)."""
    return _change(act, stage_id, challenge_id, _start)


def win(act: Act, stage_id: int, challenge_id: str, player_id: str) -> bool:
    """The player wins. Nothing happens for who does not take part, or once it is over."""
    return _change(act, stage_id, challenge_id, lambda held: _win(held, player_id))


def draw(act: Act, stage_id: int, challenge_id: str) -> bool:
    return _change(act, stage_id, challenge_id, _draw)


def take_turn(act: Act, stage_id: int, challenge_id: str, player_id: str) -> bool:
    """The player's turn is taken, and everybody hears of it. False when it is not that player's."""
    return _change(act, stage_id, challenge_id, lambda held: _take(held, player_id, silent=False))


def consume_turn(act: Act, stage_id: int, challenge_id: str, player_id: str) -> bool:
    """The same, and nobody hears of it."""
    return _change(act, stage_id, challenge_id, lambda held: _take(held, player_id, silent=True))


def remove_player(act: Act, stage_id: int, challenge_id: str, player_id: str) -> bool:
    """Out of an open challenge; one that runs does not end by that (§5.8.5), unless everybody who is left has
    used their turns: it waited for that player's."""
    return _change(act, stage_id, challenge_id, lambda held: _remove(held, player_id))


def set_data(act: Act, stage_id: int, challenge_id: str, kind: Data, name: str, value: Any) -> bool:
    """One key, so that scripts that set different ones do not undo each other; None takes it away.

    Clients see `script_data` in the challenge from then on, `private_data` never.
    """
    return _change(act, stage_id, challenge_id, lambda held: _set(held, kind, name, value))


def _change(act: Act, stage_id: int, challenge_id: str, change: Callable[[Held], bool]) -> bool:
    held = hold(act, stage_id, challenge_id)
    if held is None:
        return False
    advancing.catch_up(held)
    done = change(held)
    held.save()
    return done


def _start(held: Held) -> bool:
    can_start = held.state in (State.ISSUED, State.WAITING) and len(held.accepted) >= LEAST_PLAYERS
    if can_start:
        advancing.enter(held, Step(SCRIPT, State.RUNNING, held.act.now))
        advancing.advance(held)
    return can_start


def _win(held: Held, player_id: str) -> bool:
    if held.state is not State.RUNNING or held.participant(player_id) is None:
        return False
    finishing.finish(held, won_by(player_id, held.order), SCRIPT)
    _ended(held).add(held.row.pk)
    return True


def _draw(held: Held) -> bool:
    if held.state is not State.RUNNING:
        return False
    finishing.finish(held, all_drawn(held.order), SCRIPT)
    _ended(held).add(held.row.pk)
    return True


def was_ended(held: Held) -> bool:
    """Whether a script of this very run ended it: the event that it judged is no mistake of the client's."""
    return held.row.pk in _ended(held)


def _ended(held: Held) -> set[str]:
    ended: set[str] = held.act.run.loaded.setdefault(_ENDED, set())
    return ended


def _take(held: Held, player_id: str, silent: bool) -> bool:
    player = held.participant(player_id)
    if player is None or not taking.has_turn(held, player_id):
        return False
    taking.take(held, player, silent)
    advancing.advance(held)
    return True


def _remove(held: Held, player_id: str) -> bool:
    player = held.player(player_id)
    if held.state.is_final or player is None or player.stand not in (Stand.ACCEPTED, Stand.INVITED):
        return False
    leaving.take_out(held, player, Stand.REMOVED)
    advancing.advance(held)  # it may have waited for that answer, or that turn
    return True


def _set(held: Held, kind: Data, name: str, value: Any) -> bool:
    data = getattr(held.row, kind)
    data.pop(name, None)
    if value is not None:
        data[name] = value
    return True
