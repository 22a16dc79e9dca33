"""A player's accounts in outside networks. Connecting them is not built; old exports bring them along."""

from players import friends
from players.models import Player
from protocol.errors import RequestError


def disconnect(player_id: str, system_id: str | None) -> None:
    """Forget the player's account in one network, and the friends it gave.

    A player whose last way of logging in it is keeps it. Raises RequestError `systemId: REQUIRED /
    NOT_CONNECTED`, `userName: CHANGE_REQUIRED`, `password: NOT_SET`.
    """
    if not system_id:
        raise RequestError({"systemId": "REQUIRED"})
    player = Player.objects.select_for_update(no_key=True).get(pk=player_id)
    if system_id not in player.external_ids:
        raise RequestError({"systemId": "NOT_CONNECTED"})
    if len(player.external_ids) == 1 and not player.device_identities.exists():
        if not player.user_name:
            raise RequestError({"userName": "CHANGE_REQUIRED"})
        if not player.password:
            raise RequestError({"password": "NOT_SET"})
    del player.external_ids[system_id]
    player.save(update_fields=["external_ids"])
    friends.unlink_all(player_id, friends.social(system_id))
