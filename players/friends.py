"""Friends: links between two players of a stage, each with the source that made it.

Two players are friends while any source links them; ending one leaves the others (competition-rules.md §7.1).
Every link is mutual: two rows. Nobody is their own friend.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet

from players.models import Friendship, Player
from protocol.errors import RequestError

INVITE = "invite"  # the players' own friend requests
SERVER = "server"  # a server-type credential, or the game document's players

LINKS_AT_ONCE = 1000


def social(system_id: str) -> str:
    """The source of friends by a network that both have connected, such as `FB`."""
    return f"social:{system_id}"


def team(team_id: str) -> str:
    """The source of friends by a social team."""
    return f"team:{team_id}"


def link(player_id: str, friend_ids: Collection[str], source: str) -> int:
    """Link the player to each, whom the caller has checked. Returns how many links are new."""
    linked = set(
        Friendship.objects.filter(player=player_id, source=source, friend__in=friend_ids).values_list(
            "friend_id", flat=True
        )
    )
    new = sorted(set(friend_ids) - linked - {player_id})
    Friendship.objects.bulk_create(
        (
            Friendship(player_id=one, friend_id=other, source=source)
            for friend_id in new
            for one, other in ((player_id, friend_id), (friend_id, player_id))
        ),
        batch_size=500,
        ignore_conflicts=True,
    )
    return len(new)


def unlink(player_id: str, friend_ids: Collection[str], sources: Iterable[str]) -> int:
    """End the links that these sources made. Returns how many links ended."""
    ended = Friendship.objects.filter(player=player_id, friend__in=friend_ids, source__in=sources)
    count = ended.count()
    ended.delete()
    Friendship.objects.filter(player__in=friend_ids, friend=player_id, source__in=sources).delete()
    return count


def unlink_all(player_id: str, source: str) -> None:
    """End one source altogether, as when a player disconnects from a network or leaves a team."""
    Friendship.objects.filter(player=player_id, source=source).delete()
    Friendship.objects.filter(friend=player_id, source=source).delete()


def end(source: str, player_ids: "QuerySet[Any] | Collection[str]") -> None:
    """End what the source linked among these players: by them, since no index leads to a source."""
    Friendship.objects.filter(player__in=player_ids, source=source).delete()


def remove(player_id: str, friend_id: str) -> None:
    """A player ends a friendship, whoever of players and server made it; networks and teams remain.

    Raises RequestError `friendId: NOT_FRIEND`.
    """
    if not are_friends(player_id, friend_id):
        raise RequestError({"friendId": "NOT_FRIEND"})
    unlink(player_id, [friend_id], [INVITE, SERVER])


def are_friends(player_id: str, friend_id: str) -> bool:
    return Friendship.objects.filter(player=player_id, friend=friend_id).exists()


def friends_of(player_id: str) -> QuerySet[Player]:
    """Each friend once, by display name."""
    linked = Friendship.objects.filter(player=player_id).values("friend")
    return Player.objects.filter(pk__in=linked).order_by("display_name", "id")


def check_players(stage_id: int, player_id: str, friend_ids: Collection[str]) -> None:
    """Raises RequestError `friendIds: INVALID` unless all are other players of the stage."""
    wanted = set(friend_ids)
    if player_id in wanted or len(wanted) > LINKS_AT_ONCE:
        raise RequestError({"friendIds": "INVALID"})
    if Player.objects.filter(stage_id=stage_id, pk__in=wanted).count() != len(wanted):
        raise RequestError({"friendIds": "INVALID"})
