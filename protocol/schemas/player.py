"""The player, messages and friends."""

from protocol.schemas.fields import Date, Schema, Strings, Whole


class AccountDetailsRequest(Schema):
    pass


class ChangeUserDetailsRequest(Schema):
    display_name: str | None = None
    language: str | None = None
    new_password: str | None = None
    old_password: str | None = None
    user_name: str | None = None


class DismissMessageRequest(Schema):
    message_id: str


class DismissMultipleMessagesRequest(Schema):
    message_ids: Strings


class GetMessageRequest(Schema):
    message_id: str


class ListAchievementsRequest(Schema):
    pass


class ListGameFriendsRequest(Schema):
    pass


class ListInviteFriendsRequest(Schema):
    pass


class ListMessageDetailRequest(Schema):
    entry_count: Whole = Whole(50)
    include: str | None = None
    offset: Whole = Whole(0)
    status: str | None = None


class ListMessageRequest(Schema):
    entry_count: Whole = Whole(50)
    include: str | None = None
    offset: Whole = Whole(0)


class ListMessageSummaryRequest(Schema):
    entry_count: Whole = Whole(50)
    offset: Whole = Whole(0)


class ListTransactionsRequest(Schema):
    date_from: Date | None = None
    date_to: Date | None = None
    entry_count: Whole = Whole(50)
    include: str | None = None
    offset: Whole = Whole(0)


class LogEventRequest(Schema):
    event_key: str


class SendFriendMessageRequest(Schema):
    friend_ids: Strings
    message: str


class SocialDisconnectRequest(Schema):
    system_id: str | None = None


class UpdateMessageRequest(Schema):
    message_id: str
    status: str
