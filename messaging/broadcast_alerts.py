"""What a game's people are told of its broadcasts; part of the transaction in which it happens.

Of broadcasts alone that somebody started as such: the large audiences of other messages are nobody's news.
"""

from games import alerts
from messaging.broadcast_states import State
from messaging.models import Broadcast


def tell_of_end(row: Broadcast, by: str = "") -> None:
    """It is finished, or was aborted `by` somebody. Of other states nothing is told."""
    if not row.is_told:
        return
    if row.state == State.EXPANDED:
        missed = f" {_players(row.failed)} could not be given it." if row.failed else ""
        done = f"is finished: {_players(row.expanded)} got it.{missed}"
        _tell(row, State.EXPANDED, f"{done} What became of the copies is in its trace.")
    elif row.state == State.ABORTED:
        done = f"was aborted by {by}: {_players(row.expanded)} got it, nobody more does."
        _tell(row, State.ABORTED, f"{done} If the others are to get it, start a new one.")


def tell_of_canary(row: Broadcast) -> None:
    """Its canary failed, and it goes no further by itself."""
    if row.is_told:
        failed = f"{row.canary_failed} of {_players(row.canary)} got no copy, or no push"
        done = f"stopped after its canary: {failed}. See why in its trace, then resume or abort it."
        _tell(row, State.CANARY, done)


def _players(number: int) -> str:
    return f"{number:,} player{'' if number == 1 else 's'}"


def _tell(row: Broadcast, what: State, words: str) -> None:
    text = f"The broadcast of {row.message.type_code} {words}"
    alerts.tell(row.stage, alerts.Kind.BROADCAST, row.pk, what, text)
