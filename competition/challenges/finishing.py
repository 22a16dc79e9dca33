"""The end of a challenge: with an outcome, or called off before it began."""

from collections.abc import Mapping
from typing import Any

from competition.challenges import scores, wagers
from competition.challenges.announcing import announce, name_of
from competition.challenges.holding import Held, Stand
from competition.challenges.outcomes import Outcome, by_ranking, won_by
from competition.challenges.states import State
from competition.goods.currencies import NUMBERS
from competition.models import ChallengePlayer

ACHIEVEMENT = "achievement"  # what such a challenge was ended by


def by_score(held: Held) -> Outcome:
    """Of the challenge's own leaderboard. Where an achievement or scripts were to decide, and did not, all
    draw (§5.8.2, §5.8.3)."""
    return by_ranking(() if held.type.achievement else scores.ranking(held), held.order)


def win_by_achievement(held: Held, player_id: str) -> None:
    """The first to earn it wins at once (§5.8.2). The caller saves."""
    finish(held, won_by(player_id, held.order), ACHIEVEMENT)


def finish(held: Held, outcome: Outcome, ended_by: str) -> None:
    """Everybody who takes part is told, and the stakes go to the winner or back (§5.8). The caller saves."""
    row = held.row
    row.state, row.ended_by, row.winner_id, row.next_player = (
        State.COMPLETE,
        ended_by,
        outcome.winner,
        "",
    )
    entries = {player_id: {"leaderboardData": entry} for player_id, entry in scores.entries(held).items()}
    won = wagers.settle(held, outcome.winner)
    winner = name_of(held, outcome.winner) if outcome.winner else None
    if outcome.winner:
        amounts = {f"currency{number}Won": won.get(number, 0) for number in NUMBERS}
        _tell(held, "Won", (outcome.winner,), entries, winnerName=winner, **amounts)
    _tell(held, "Lost", outcome.lost, entries, winnerName=winner)
    _tell(held, "Drawn", outcome.drawn, entries)


def call_off(held: Held, state: State, ended_by: str) -> None:
    """It comes to nothing: everybody has their stake back."""
    held.row.state, held.row.ended_by = state, ended_by
    wagers.give_back(held, held.accepted)


def still_challenged(held: Held) -> list[ChallengePlayer]:
    """Those challenged who have not said no."""
    return [each for each in held.standing(Stand.INVITED, Stand.ACCEPTED) if each.challenged]


def _tell(
    held: Held,
    what: str,
    player_ids: tuple[str, ...],
    entries: Mapping[str, Mapping[str, Any]],
    **fields: Any,
) -> None:
    recipients = [each for each in held.accepted if each.player_id in player_ids]
    told = {each.player_id: entries[each.player_id] for each in recipients if each.player_id in entries}
    announce(held, what, recipients, told, **fields)
