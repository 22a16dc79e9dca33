"""Friends, segments, networks and analytics through the real dispatch."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from players import friends
from players.models import AnalyticsEvent, Friendship, Player
from protocol.session import Session
from realtime import presence

Ask = Callable[..., Awaitable[dict[str, Any]]]
MakeSession = Callable[..., Session]
AddPlayer = Callable[..., Player]


@pytest.fixture
def ana(ask: Ask, add_player: AddPlayer) -> Player:
    return add_player("ana")


@pytest.fixture
def bo(ask: Ask, add_player: AddPlayer) -> Player:
    return add_player("bo", external_ids={"FB": "7"}, script_data={"level": 3})


@pytest.fixture
def socket(session: MakeSession, ana: Player) -> Session:
    return session(player_id=ana.pk, player_name="Ana")


class BoIsOnline:
    def __init__(self, online: set[str]) -> None:
        self._online = online

    async def online(self, player_ids: Any) -> set[str]:
        return self._online & set(player_ids)


async def test_game_friends_are_listed_with_their_presence(
    ask: Ask, socket: Session, ana: Player, bo: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    cy = await Player.objects.acreate(stage_id=ana.stage_id, display_name="Cy")
    for friend in (bo, cy):
        await Friendship.objects.acreate(player=ana, friend=friend, source=friends.SERVER)
        await Friendship.objects.acreate(player=ana, friend=friend, source=friends.INVITE)
    monkeypatch.setattr(presence, "_presence", BoIsOnline({bo.pk}))
    answer = await ask(socket, "ListGameFriendsRequest")
    assert answer["friends"] == [
        {
            "id": bo.pk,
            "displayName": "Bo",
            "online": True,
            "externalIds": {"FB": "7"},
            "scriptData": {"level": 3},
        },
        {"id": cy.pk, "displayName": "Cy", "online": False, "externalIds": {}},
    ]


async def test_nobody_can_be_invited_from_outside_networks(ask: Ask, socket: Session) -> None:
    assert (await ask(socket, "ListInviteFriendsRequest"))["friends"] == []


async def test_invite_accept_and_remove(ask: Ask, socket: Session, session: MakeSession, bo: Player) -> None:
    other = session(player_id=bo.pk, player_name="Bo")
    invite_id = (await ask(socket, "InviteFriendRequest", userName="bo"))["inviteId"]
    (received,) = (await ask(other, "ListFriendInvitesRequest"))["received"]
    assert (received["inviteId"], received["playerId"]) == (invite_id, socket.player_id)
    (sent,) = (await ask(socket, "ListFriendInvitesRequest"))["sent"]
    assert (sent["inviteId"], sent["playerId"]) == (invite_id, bo.pk)
    assert "error" not in await ask(other, "AcceptFriendRequest", inviteId=invite_id)
    assert [each["id"] for each in (await ask(socket, "ListGameFriendsRequest"))["friends"]] == [bo.pk]
    assert "error" not in await ask(socket, "RemoveFriendRequest", friendId=bo.pk)
    assert (await ask(other, "ListGameFriendsRequest"))["friends"] == []
    answer = await ask(socket, "RemoveFriendRequest", friendId=bo.pk)
    assert answer["error"] == {"friendId": "NOT_FRIEND"}


async def test_invite_needs_somebody_and_decline_an_invitation(ask: Ask, socket: Session) -> None:
    assert (await ask(socket, "InviteFriendRequest"))["error"] == {"friendId": "REQUIRED"}
    answer = await ask(socket, "InviteFriendRequest", friendId=socket.player_id)
    assert answer["error"] == {"friendId": "SELF"}
    answer = await ask(socket, "DeclineFriendRequest", inviteId="x")
    assert answer["error"] == {"inviteId": "INVALID"}


async def test_a_server_links_and_unlinks_friends(
    ask: Ask, server_session: MakeSession, ana: Player, bo: Player
) -> None:
    fields = {"playerId": ana.pk, "friendIds": bo.pk}
    assert (await ask(server_session(), "LinkFriendsRequest", **fields))["linked"] == 1
    assert (await ask(server_session(), "LinkFriendsRequest", **fields))["linked"] == 0
    assert (await ask(server_session(), "UnlinkFriendsRequest", **fields))["linked"] == 1
    answer = await ask(server_session(), "LinkFriendsRequest", playerId=ana.pk, friendIds=[bo.pk, "x"])
    assert answer["error"] == {"friendIds": "INVALID"}
    assert not await Friendship.objects.aexists()


async def test_players_may_not_link_friends(ask: Ask, socket: Session, bo: Player) -> None:
    answer = await ask(socket, "LinkFriendsRequest", playerId=socket.player_id, friendIds=[bo.pk])
    assert answer["error"] == {"@class": "NOT_ALLOWED"}
    assert not await Friendship.objects.aexists()


async def test_a_server_sets_and_clears_a_segment_value(
    ask: Ask, server_session: MakeSession, ana: Player, country: None
) -> None:
    socket = server_session()
    assert "error" not in await ask(
        socket, "SetSegmentValueRequest", playerId=ana.pk, segment="COUNTRY", value="FR"
    )
    await ana.arefresh_from_db()
    assert ana.segments == {"COUNTRY": "FR"}
    for segment, value, error in (
        ("COUNTRY", "XX", {"value": "INVALID"}),
        ("NONE", "FR", {"segment": "INVALID"}),
    ):
        answer = await ask(socket, "SetSegmentValueRequest", playerId=ana.pk, segment=segment, value=value)
        assert answer["error"] == error
    await ask(socket, "SetSegmentValueRequest", playerId=ana.pk, segment="COUNTRY")
    await ana.arefresh_from_db()
    assert ana.segments == {}


async def test_analytics_are_stored(ask: Ask, socket: Session, ana: Player) -> None:
    await ask(socket, "AnalyticsRequest", key="level", data={"n": 1}, start=True)
    event = await AnalyticsEvent.objects.aget()
    assert (event.player_id, event.stage_id) == (ana.pk, ana.stage_id)
    assert (event.key, event.data, event.start, event.end) == ("level", {"n": 1}, True, False)
    answer = await ask(socket, "AnalyticsRequest", key="x" * 256)
    assert answer["error"] == {"key": "INVALID"}


async def test_social_status_names_connected_networks(
    ask: Ask, session: MakeSession, socket: Session, bo: Player
) -> None:
    assert (await ask(socket, "SocialStatusRequest"))["statuses"] == []
    answer = await ask(session(player_id=bo.pk), "SocialStatusRequest")
    assert answer["statuses"] == [{"systemId": "FB", "active": True}]


async def test_social_disconnect_forgets_the_network_and_its_friends(
    ask: Ask, session: MakeSession, ana: Player, bo: Player
) -> None:
    await Friendship.objects.acreate(player=ana, friend=bo, source="social:FB")
    await Friendship.objects.acreate(player=bo, friend=ana, source="social:FB")
    await Player.objects.filter(pk=bo.pk).aupdate(password="set")
    socket = session(player_id=bo.pk)
    assert "error" not in await ask(socket, "SocialDisconnectRequest", systemId="FB")
    await bo.arefresh_from_db()
    assert bo.external_ids == {}
    assert not await Friendship.objects.aexists()


@pytest.mark.parametrize(
    ("system", "fields", "error"),
    [
        (None, {}, {"systemId": "REQUIRED"}),
        ("TW", {}, {"systemId": "NOT_CONNECTED"}),
        ("FB", {"user_name": None}, {"userName": "CHANGE_REQUIRED"}),
        ("FB", {}, {"password": "NOT_SET"}),
    ],
)
async def test_social_disconnect_keeps_the_last_way_to_log_in(
    ask: Ask,
    session: MakeSession,
    bo: Player,
    system: str | None,
    fields: dict[str, Any],
    error: dict[str, str],
) -> None:
    await Player.objects.filter(pk=bo.pk).aupdate(**fields)
    answer = await ask(session(player_id=bo.pk), "SocialDisconnectRequest", systemId=system)
    assert answer["error"] == error
