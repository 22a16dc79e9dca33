"""What players say to a challenge: yes, no, or its challenger: never mind (competition-rules.md §5.5.1-2)."""

from competition.challenges import advancing, finishing, wagers
from competition.challenges.announcing import announce, name_of
from competition.challenges.holding import Act, Held, Stand, hold_named, invalid, save_players
from competition.challenges.states import State, decide
from competition.models import ChallengePlayer


def accept(act: Act, stage_id: int, challenge_id: str, message: str | None = None) -> None:
    """Raises RequestError `challengeInstanceId: INVALID`, for a full challenge too, or a wager's."""
    held = hold_named(act, stage_id, challenge_id)
    player = _invited(held)
    if held.situation().full:
        raise invalid()
    let_in(held, player)
    announce(held, "Accepted", held.accepted, message=message, who=player.player.display_name)
    advancing.advance(held)


def decline(act: Act, stage_id: int, challenge_id: str, message: str | None = None) -> None:
    """The last one's message shows the challenge declined. Raises RequestError as `accept`."""
    held = hold_named(act, stage_id, challenge_id)
    player = _invited(held)
    player.stand = Stand.DECLINED
    save_players([player], "stand")
    step = decide(held.situation())
    if step is not None and step.target is State.DECLINED:
        advancing.enter(held, step)
    announce(held, "Declined", held.accepted, message=message, who=player.player.display_name)
    advancing.advance(held)


def withdraw(act: Act, stage_id: int, challenge_id: str, message: str | None = None) -> None:
    """By the challenger, while it is issued, whoever has accepted. Raises RequestError as `accept`."""
    held = hold_named(act, stage_id, challenge_id)
    advancing.catch_up(held)
    if held.state is not State.ISSUED or held.row.challenger_id != act.player_id:
        raise invalid()
    call_back(held, "withdrawn", message)


def call_back(held: Held, ended_by: str, message: str | None = None) -> None:
    """It is withdrawn, by its challenger or by an operator."""
    finishing.call_off(held, State.WITHDRAWN, ended_by)
    who = name_of(held, held.row.challenger_id)
    announce(held, "Withdrawn", finishing.still_challenged(held), message=message, who=who)
    held.save()


def let_in(held: Held, player: ChallengePlayer) -> None:
    """From now on takes part, with a stake where there is a wager. Raises RequestError as a wager does."""
    player.place = 1 + max(each.place for each in held.players)
    player.stand = Stand.ACCEPTED
    if player.pk is None:
        player.save()
        held.players.append(player)
    else:
        save_players([player], "stand", "place")
    wagers.stake(held, player.player_id)


def _invited(held: Held) -> ChallengePlayer:
    """Who acts, as one who may still answer."""
    advancing.catch_up(held)
    player = held.player(held.act.player_id)
    if player is None or player.stand != Stand.INVITED or held.state is not State.ISSUED:
        raise invalid()
    return player
