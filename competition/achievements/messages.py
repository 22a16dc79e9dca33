"""AchievementEarnedMessage (§4.5)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from competition.achievements.types import AchievementType
from games.events import PlatformEvent
from games.signals import platform_event
from protocol.run import Run


def tell(
    stage_id: int,
    type_: AchievementType,
    player_ids: Sequence[str],
    with_good: Collection[str],
    run: Run,
    origin: Mapping[str, Any],
) -> None:
    """Each player, those in `with_good` also of the achievement's good."""
    good = {"virtualGoodEarned": type_.good.name} if type_.good else {}
    event = PlatformEvent(
        stage_id=stage_id,
        message_class="AchievementEarnedMessage",
        data=earned_document(type_),
        player_ids=tuple(player_ids),
        per_player={player_id: good for player_id in player_ids if player_id in with_good},
        origin=origin,
    )
    platform_event.send(sender=type_.code, run=run, event=event)


def earned_document(type_: AchievementType) -> dict[str, str]:
    """Amounts are texts, as they always were on the wire; those of 0 are left out."""
    amounts = {f"currency{number}Earned": str(amount) for number, amount in type_.currencies.items()}
    return {"achievementName": type_.name, "achievementShortCode": type_.code, **amounts}
