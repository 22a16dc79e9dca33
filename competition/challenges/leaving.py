"""Players who are in a challenge no more: removed by a script, or banned and deleted."""

from collections.abc import Collection

from competition.challenges import wagers
from competition.challenges.announcing import announce, involved
from competition.challenges.holding import Held, Stand, save_players
from competition.challenges.turns import player_after
from competition.models import ChallengePlayer


def take_out(held: Held, player: ChallengePlayer, stand: Stand) -> None:
    """The turn order closes up, and a stake goes back (§5.8.5, §5.8.6). The caller advances and saves."""
    row, player_id = held.row, player.player_id
    if row.next_player == player_id:
        following = player_after(player_id, held.order, held.turns, row.max_turns)
        row.next_player = "" if following == player_id else following
    if player.stand == Stand.ACCEPTED:
        wagers.give_back(held, [player])
    player.stand = stand
    save_players([player], "stand")


def leave(held: Held, player_ids: Collection[str]) -> None:
    """Those of the players who are in it and cannot come any more: who was invited has thereby declined. The
    caller advances and saves."""
    if held.state.is_final:
        return
    gone = [(each, each.stand) for each in involved(held) if each.player_id in player_ids]
    for each, _ in gone:
        take_out(held, each, Stand.LEFT)
    for each, stand in gone:
        if stand == Stand.INVITED:
            announce(held, "Declined", held.accepted, who=each.player.display_name)


def notice_departures(held: Held) -> None:
    """An open challenge waits for nobody who cannot come, and a turn goes on."""
    if held.state.is_final:
        return
    leave(held, _banned(held))
    if _waits_for_nobody(held):
        row = held.row
        row.next_player = player_after(row.next_player, held.order, held.turns, row.max_turns)


def somebody_left(held: Held) -> bool:
    """Whether `notice_departures` has anything to do."""
    return not held.state.is_final and (bool(_banned(held)) or _waits_for_nobody(held))


def _banned(held: Held) -> list[str]:
    return [each.player_id for each in involved(held) if each.player.banned]


def _waits_for_nobody(held: Held) -> bool:
    """It is the turn of a player who was deleted: no row is left of them."""
    return bool(held.row.next_player) and held.participant(held.row.next_player) is None
