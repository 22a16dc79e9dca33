"""The messages of challenges: who hears of what (message-triggers.md)."""

from collections.abc import Iterable, Mapping
from typing import Any

from competition.challenges.documents import challenge_document
from competition.challenges.holding import Held, Stand
from competition.models import ChallengePlayer
from games.events import PlatformEvent
from games.signals import platform_event

# What a player says with these, who has blocked that player does not hear. The rest is the game's.
SPOKEN = frozenset({"Issued", "Accepted", "Declined", "Joined", "Withdrawn", "Chat"})


def announce(
    held: Held,
    what: str,
    recipients: Iterable[ChallengePlayer],
    per_player: Mapping[str, Mapping[str, Any]] | None = None,
    **fields: Any,
) -> None:
    """A `Challenge<what>Message` with the challenge as it is now. Fields that are None are left out."""
    player_ids = tuple(each.player_id for each in recipients)
    if not player_ids:
        return
    act, document = held.act, challenge_document(held.row, held.players, held.type)
    given = {key: value for key, value in fields.items() if value is not None}
    sender = {"playerId": act.player_id} if what in SPOKEN and act.player_id else {}
    event = PlatformEvent(
        stage_id=held.row.stage_id,
        message_class=f"Challenge{what}Message",
        data={"challenge": document, **given},
        player_ids=player_ids,
        per_player=per_player or {},
        origin={"request": act.name, "challengeId": held.row.pk, **sender},
    )
    platform_event.send(sender=act.name, run=act.run, event=event)


def involved(held: Held) -> list[ChallengePlayer]:
    """Who takes part, and who still may."""
    return [*held.accepted, *held.standing(Stand.INVITED)]


def name_of(held: Held, player_id: str | None) -> str:
    found = held.player(player_id)
    return "" if found is None else found.player.display_name
