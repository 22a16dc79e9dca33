"""Flint's own requests. An old client never meets them."""

from protocol.schemas.fields import Date, Json, Number, Objects, Schema, Strings, Whole


class Sending(Schema):
    """What is sent to many players, and the message's settings that this one sending replaces."""

    segment_query: str | None = None
    ext_code: str | None = None
    data: Json | None = None
    title: str | None = None
    sub_title: str | None = None
    summary: str | None = None
    send_via_socket: bool | None = None
    send_as_push: bool | None = None
    suppress_push_on_socket_send: bool | None = None
    include_in_push_count: bool | None = None
    expire_after_hours: Whole | None = None
    device_types: Strings | None = None
    send_at: Date | None = None
    local_time: str | None = None


class SendMessageRequest(Sending):
    player_ids: Strings | None = None


class BroadcastRequest(Sending):
    all: bool | None = None
    rate: Whole | None = None
    canary: Whole | None = None
    go_on_after: Whole | None = None
    failed_share: Number | None = None
    broadcast_id: str | None = None
    action: str | None = None


class SetSegmentValueRequest(Schema):
    player_id: str
    segment: str
    value: str | None = None


class Links(Schema):
    """Friends to tie to a player or to part from them."""

    player_id: str
    friend_ids: Strings


class LinkFriendsRequest(Links):
    pass


class UnlinkFriendsRequest(Links):
    pass


class InviteFriendRequest(Schema):
    friend_id: str | None = None
    user_name: str | None = None
    display_name: str | None = None


class AcceptFriendRequest(Schema):
    invite_id: str


class DeclineFriendRequest(Schema):
    invite_id: str


class RemoveFriendRequest(Schema):
    friend_id: str


class ListFriendInvitesRequest(Schema):
    entry_count: Whole = Whole(50)
    offset: Whole = Whole(0)


class PushUnregistrationRequest(Schema):
    registration_id: str


class PushOpenedRequest(Schema):
    message_id: str | None = None
    token: str | None = None


class GetMessagePreferencesRequest(Schema):
    pass


class SetMessagePreferencesRequest(Schema):
    """`quietHours: null` clears them: only `Request.raw` tells that from its absence."""

    categories: Json | None = None
    quiet_hours: Json | None = None
    mute: Objects | None = None
    unmute: Objects | None = None


class BlockPlayerRequest(Schema):
    target_id: str


class UnblockPlayerRequest(Schema):
    target_id: str


class ListBlockedPlayersRequest(Schema):
    pass


class ReportMessageRequest(Schema):
    message_id: str
    reason: str
    comment: str | None = None


class ExportMyDataRequest(Schema):
    pass


class DeleteMyAccountRequest(Schema):
    confirm: str
    password: str | None = None
