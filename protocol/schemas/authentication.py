"""Requests that log a player in."""

from msgspec import field

from protocol.schemas.fields import Json, Schema, Whole


class Connect(Schema):
    """What every request that links an outside account takes."""

    do_not_link_to_current_player: bool | None = None
    error_on_switch: bool | None = None
    segments: Json | None = None
    switch_if_possible: bool | None = None
    sync_display_name: bool | None = None


class AmazonConnectRequest(Connect):
    access_token: str | None = None


class AuthenticationRequest(Schema):
    password: str
    user_name: str


class DeviceAuthenticationRequest(Schema):
    device_id: str
    device_os: str = field(name="deviceOS")
    device_model: str | None = None
    device_name: str | None = None
    device_type: str | None = None
    display_name: str | None = None
    operating_system: str | None = None
    segments: Json | None = None


class FacebookConnectRequest(Connect):
    access_token: str | None = None
    code: str | None = None


class GameCenterConnectRequest(Connect):
    display_name: str | None = None
    external_player_id: str | None = None
    public_key_url: str | None = None
    salt: str | None = None
    signature: str | None = None
    timestamp: Whole | None = None


class GooglePlayConnectRequest(Connect):
    access_token: str | None = None
    code: str | None = None
    display_name: str | None = None
    google_plus_scope: bool | None = None
    profile_scope: bool | None = None
    redirect_uri: str | None = None


class GooglePlusConnectRequest(Connect):
    access_token: str | None = None
    code: str | None = None
    redirect_uri: str | None = None


class KongregateConnectRequest(Connect):
    game_auth_token: str | None = None
    user_id: str | None = None


class PSNConnectRequest(Connect):
    authorization_code: str | None = None
    redirect_uri: str | None = None


class QQConnectRequest(Connect):
    access_token: str | None = None


class RegistrationRequest(Schema):
    display_name: str
    password: str
    user_name: str
    segments: Json | None = None


class SteamConnectRequest(Connect):
    session_ticket: str | None = None


class TwitchConnectRequest(Connect):
    access_token: str | None = None


class TwitterConnectRequest(Connect):
    access_secret: str | None = None
    access_token: str | None = None


class ViberConnectRequest(Connect, kw_only=True):
    access_token: str
    do_not_register_for_push: bool | None = None


class WeChatConnectRequest(Connect):
    access_token: str | None = None
    open_id: str | None = None


class XBOXLiveConnectRequest(Connect):
    display_name: str | None = None
    sts_token_string: str | None = None


class XboxOneConnectRequest(Connect):
    sandbox: str | None = None
    token: str | None = None
