"""Who won (competition-rules.md §5.8). Pure: what each scored in, who won, drew and lost out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """Ids of players. Without a winner somebody drew, and a wager goes back to everybody."""

    winner: str = ""
    drawn: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def won_by(winner: str, players: Iterable[str]) -> Outcome:
    return Outcome(winner=winner, lost=tuple(each for each in players if each != winner))


def all_drawn(players: Iterable[str]) -> Outcome:
    """Nobody decided (§5.8.2, §5.8.3)."""
    return Outcome(drawn=tuple(players))


def by_ranking(ranking: Iterable[Sequence[str]], players: Sequence[str]) -> Outcome:
    """`ranking`: the best first, those of equal scores together. Who is no player is passed over.

    Who did not score loses; where nobody did, all draw (§5.8.1).
    """
    for tied in ranking:
        best = tuple(each for each in players if each in tied)
        if len(best) == 1:
            return won_by(best[0], players)
        if best:
            return Outcome(drawn=best, lost=tuple(each for each in players if each not in best))
    return all_drawn(players)
