"""Why a player has no copy of a message: whether they are in its audience, looked at now."""

import json
from dataclasses import dataclass

from games.config_store import configs
from messaging.models import Broadcast, Message
from messaging.trace_facts import audience_words
from players.facts import load_recipients
from players.models import Player
from players.query_answers import Answered, answered
from players.query_fields import with_loaded


@dataclass(frozen=True, slots=True)
class Proof:
    """`answer` is the audience's segment query for this player as they are now; None where there is none."""

    sentence: str
    answer: Answered | None = None


def proof(message: Message, player: Player) -> Proof:
    """The player has no copy."""
    broadcast: Broadcast | None = getattr(message, "broadcast", None)
    if broadcast is None:
        return Proof(f"This player was not in the audience: it was sent {audience_words(message)}.")
    if not broadcast.progress.state.over and player.pk > broadcast.cursor:
        return Proof(f"Not reached yet: the audience is still being worked through ({broadcast.state}).")
    if broadcast.audience == Broadcast.Audience.QUERY:
        return _of_query(broadcast, player)
    if broadcast.audience == Broadcast.Audience.ALL:
        return Proof(_after_all(broadcast, player))
    return Proof(_of_list(broadcast, player))


def _of_query(broadcast: Broadcast, player: Player) -> Proof:
    code = broadcast.query
    query = configs.current(broadcast.stage_id).sections["segmentQueries"].get(code)
    if query is None:
        return Proof(f"This player was not in the audience: the segment query {code}, which is gone by now.")
    found = load_recipients(broadcast.stage_id, [player.pk])
    recipient = with_loaded(found, query.loads)[player.pk] if query.loads else found[player.pk]
    answer = answered(query.tree, recipient)
    was = f"This player was not in the audience, the segment query {code}"
    now = ", and matches it only now." if answer.holds else ", and does not match it now either."
    return Proof(f"{was}{now}", answer)


def _after_all(broadcast: Broadcast, player: Player) -> str:
    if broadcast.last_id and player.pk > broadcast.last_id:
        return "It was sent to all players; this one came after they had been counted."
    return f"It was sent to all players; this one's copy could not be made ({broadcast.failed:,} failed)."


def _of_list(broadcast: Broadcast, player: Player) -> str:
    """The ids are kept until the last copy is stored."""
    listed = json.loads(broadcast.player_ids) if broadcast.player_ids else []
    if player.pk in listed:
        return "This player is on the list that it was sent to, and has no copy yet."
    count = broadcast.total or broadcast.expanded
    return f"This player was not in the audience: it was sent to a list of {count:,} players by id."
