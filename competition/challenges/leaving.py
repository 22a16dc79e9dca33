"""Players who are in a challenge no more: removed by a script, or banned and deleted."""

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


def notice_departures(held: Held) -> None:
    """An open challenge waits for nobody who cannot come: an invited player has thereby declined, and a turn
    goes on."""
    if held.state.is_final:
        return
    for each in involved(held):
        if each.player.banned:
            was_invited = each.stand == Stand.INVITED
            take_out(held, each, Stand.LEFT)
            if was_invited:
                announce(held, "Declined", held.accepted, who=each.player.display_name)
    row = held.row
    if row.next_player and held.participant(row.next_player) is None:  # deleted: no row is left of them
        row.next_player = player_after(row.next_player, held.order, held.turns, row.max_turns)
