"""Friend invitations between players. The other is told by an extension message (interfaces.md)."""

from collections.abc import Sequence
from typing import Any

from games.events import PlatformEvent
from games.signals import platform_event
from players import friends
from players.models import FriendInvite, Player
from protocol.dates import format_date
from protocol.errors import RequestError
from protocol.run import Run

INVITED = "FLINT_FRIEND_INVITE"
ACCEPTED = "FLINT_FRIEND_ACCEPTED"
OPEN_AT_MOST = 100
LISTED_AT_MOST = 100


def find_invited(stage_id: int, player_id: str, **named: str) -> Player:
    """The other player, by `pk`, `user_name` or `display_name`; display names are not unique.

    Raises RequestError `friendId: NOT_FOUND / AMBIGUOUS / SELF`.
    """
    found = list(Player.objects.filter(stage_id=stage_id, **named)[:3])
    others = [player for player in found if player.pk != player_id]
    if len(others) == 1:
        return others[0]
    if others:
        raise RequestError({"friendId": "AMBIGUOUS"})
    raise RequestError({"friendId": "SELF" if found else "NOT_FOUND"})


def invite(sender: Player, recipient: Player, run: Run) -> str:
    """The invitation's id; asking again changes nothing and tells nobody.

    Raises RequestError `friend: ALREADY`, or `invite: LIMIT` with 100 open ones.
    """
    if friends.are_friends(sender.pk, recipient.pk):
        raise RequestError({"friend": "ALREADY"})
    already = FriendInvite.objects.filter(sender=sender, recipient=recipient).first()
    if already is not None:
        return already.pk
    if FriendInvite.objects.filter(sender=sender).count() >= OPEN_AT_MOST:
        raise RequestError({"invite": "LIMIT"})
    made = FriendInvite.objects.create(stage_id=sender.stage_id, sender=sender, recipient=recipient)
    _tell(INVITED, made, recipient.pk, sender, "InviteFriendRequest", run)
    return made.pk


def accept(player_id: str, invite_id: str, run: Run) -> None:
    """Become friends and close what either had asked. Raises RequestError `inviteId: INVALID`."""
    accepted = _received(player_id, invite_id)
    sender, recipient = accepted.sender, accepted.recipient
    friends.link(recipient.pk, [sender.pk], friends.INVITE)
    FriendInvite.objects.filter(sender=sender, recipient=recipient).delete()
    FriendInvite.objects.filter(sender=recipient, recipient=sender).delete()
    _tell(ACCEPTED, accepted, sender.pk, recipient, "AcceptFriendRequest", run)


def decline(player_id: str, invite_id: str) -> None:
    """Close an invitation without telling its sender. Raises RequestError `inviteId: INVALID`."""
    _received(player_id, invite_id).delete()


def received(player_id: str, offset: int, limit: int) -> list[dict[str, Any]]:
    """Newest first, as `{inviteId, playerId, displayName, when}` with the sender."""
    rows = FriendInvite.objects.filter(recipient=player_id).select_related("sender")
    return [_item(row, row.sender) for row in _page(rows, offset, limit)]


def sent(player_id: str, offset: int, limit: int) -> list[dict[str, Any]]:
    """The same with the recipient."""
    rows = FriendInvite.objects.filter(sender=player_id).select_related("recipient")
    return [_item(row, row.recipient) for row in _page(rows, offset, limit)]


def _page(rows: Any, offset: int, limit: int) -> Sequence[FriendInvite]:
    start = max(offset, 0)
    newest: Sequence[FriendInvite] = rows.order_by("-created_ms", "-id")
    return newest[start : start + min(max(limit, 0), LISTED_AT_MOST)]


def _item(row: FriendInvite, other: Player) -> dict[str, Any]:
    return {
        "inviteId": row.pk,
        "playerId": other.pk,
        "displayName": other.display_name,
        "when": format_date(row.created_ms),
    }


def _received(player_id: str, invite_id: str) -> FriendInvite:
    rows = FriendInvite.objects.select_related("sender", "recipient")
    rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=invite_id, recipient=player_id).first()
    if found is None:
        raise RequestError({"inviteId": "INVALID"})
    return found


def _tell(code: str, about: FriendInvite, told: str, by: Player, request: str, run: Run) -> None:
    data = {"inviteId": about.pk, "playerId": by.pk, "displayName": by.display_name}
    event = PlatformEvent(
        stage_id=by.stage_id,
        message_class="ScriptMessage",
        ext_code=code,
        data=data,
        player_ids=(told,),
        origin={"request": request, "playerId": by.pk},
    )
    platform_event.send(sender=__name__, run=run, event=event)
