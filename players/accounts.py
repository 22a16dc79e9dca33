"""Making players, logging them in, changing their details. Passwords arrive hashed (players.passwords).

Every function here runs inside its caller's transaction.
"""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from players import new_players, tokens
from players.models import DeviceIdentity, Player
from players.segments import accepted
from protocol.dates import now_ms
from protocol.errors import RequestError

LONGEST_NAME = 255


def register(
    stage_id: int, user_name: str, encoded: str, display_name: str, segments: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A new player with a user name, logged in. Raises RequestError `USERNAME: TAKEN`."""
    ensure_free(stage_id, user_name)
    player = Player(
        stage_id=stage_id,
        user_name=user_name,
        password=encoded,
        display_name=display_name,
        segments=accepted(stage_id, segments),
    )
    _save_named(player)
    new_players.made(player)
    return logged_in(player, new=True)


def log_in_by_password(player_id: str, encoded: str) -> dict[str, Any]:
    """Log in the player whose password was found right. `encoded` is the hash that was checked."""
    found = Player.objects.filter(pk=player_id, banned=False, password=encoded)
    player = found.select_for_update(no_key=True).first()
    if player is None:  # changed or banned since the check
        raise RequestError({"DETAILS": "UNRECOGNISED"})
    if player.failed_logins or player.locked_until_ms:
        unlock(player_id)
    return logged_in(player)


def unlock(player_id: str) -> None:
    """Wrong passwords so far count no more."""
    Player.objects.filter(pk=player_id).update(failed_logins=0, failed_since_ms=0, locked_until_ms=0)


def log_in_by_device(
    stage_id: int,
    device: Mapping[str, str],
    display_name: str | None,
    segments: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Log in the device's player, making one for a device never seen.

    `device` holds DeviceIdentity's fields. Name and segments are for a new player only: an old client that
    sends its default name each time must not undo a name the player chose.
    """
    known = DeviceIdentity.objects.select_related("player").filter(
        stage_id=stage_id, device_id=device["device_id"]
    )
    identity = known.first()
    if identity is None:
        player = Player.objects.create(
            stage_id=stage_id,
            display_name=device.get("device_name", "") if display_name is None else display_name,
            segments=accepted(stage_id, segments),
        )
        DeviceIdentity.objects.create(stage_id=stage_id, player=player, **device)
        new_players.made(player)
        return logged_in(player, new=True)
    if identity.player.banned:
        raise RequestError({"DETAILS": "LOCKED"})
    return logged_in(identity.player)


def logged_in(player: Player, new: bool = False) -> dict[str, Any]:
    """A fresh token, as the fields of an AuthenticationResponse."""
    return login_answer(player.pk, player.display_name, tokens.issue(player.pk), new)


def login_answer(player_id: str, display_name: str, token: str, new: bool = False) -> dict[str, Any]:
    return {"authToken": token, "displayName": display_name, "newPlayer": new, "userId": player_id}


def change_details(
    player_id: str,
    *,
    display_name: str | None = None,
    language: str | None = None,
    user_name: str | None = None,
    encoded: str | None = None,
) -> str | None:
    """Set what is given. A new password kills all tokens; its sender's new one is returned.

    With a user name and a password the player no longer logs in by device (the old protocol's "upgrade").
    Raises RequestError `USERNAME: TAKEN`.
    """
    player = Player.objects.select_for_update(no_key=True).get(pk=player_id)
    if user_name is not None and user_name != player.user_name:
        ensure_free(player.stage_id, user_name)
        player.user_name = user_name
    player.display_name = player.display_name if display_name is None else display_name
    player.language = player.language if language is None else language
    player.password = player.password if encoded is None else encoded
    _save_named(player)
    if player.password and player.user_name and (user_name is not None or encoded is not None):
        DeviceIdentity.objects.filter(player=player).delete()
    if encoded is None:
        return None
    tokens.revoke_all(player_id)
    return tokens.issue(player_id, now_ms())


def ensure_free(stage_id: int, user_name: str) -> None:
    if Player.objects.filter(stage_id=stage_id, user_name=user_name).exists():
        raise RequestError({"USERNAME": "TAKEN"})


def _save_named(player: Player) -> None:
    """Another transaction may take the name between the look and the write."""
    try:
        with transaction.atomic():
            player.save()
    except IntegrityError:
        raise RequestError({"USERNAME": "TAKEN"}) from None
