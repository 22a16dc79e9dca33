"""Every address of the portal, with its view and the rights it takes."""

from django.urls import register_converter
from django.urls.converters import StringConverter

from portal.web.navigation import Entry, offer
from portal.web.page import Page
from portal.web.rights import (
    ACT_ON_PLAYERS,
    ADMINISTER,
    EDIT,
    EXPORT_PLAYERS,
    MANAGE,
    OWN,
    READ,
    SECRETS,
    SEE_PAYLOADS,
    SEND_ONE,
)
from portal.web.views import (
    account,
    audit,
    check,
    columns,
    connect,
    credentials,
    email,
    extensions,
    game_settings,
    games,
    harness,
    invite,
    message,
    message_history,
    message_texts,
    message_uses,
    messages,
    new_game,
    overview,
    palette,
    password,
    past,
    people,
    player,
    player_devices,
    player_export,
    player_inbox,
    player_search,
    player_segments,
    player_send,
    player_sessions,
    players,
    players_csv,
    preview,
    push,
    push_account,
    push_log,
    push_proof,
    queries,
    query_estimate,
    query_history,
    query_test,
    recycle_bin,
    replay,
    resend,
    reset,
    second_factor,
    second_step,
    segments,
    sessions,
    sign_in,
    snapshot_changes,
    snapshots,
    tokens,
    trace,
    trial,
)
from push.transports.registry import TRANSPORTS


class KeyConverter(StringConverter):
    regex = "[A-Za-z0-9]{4,50}"  # of a game's API key


class StageConverter(StringConverter):
    regex = "preview|live"


class MessageConverter(StringConverter):
    regex = "[A-Z][A-Za-z0-9_]{0,79}"  # a message type's key


class CodeConverter(StringConverter):
    regex = "[A-Za-z0-9_-]{1,50}"  # a short code


class IdConverter(StringConverter):
    regex = "[0-9a-f]{24}"


class ProviderConverter(StringConverter):
    regex = "|".join(TRANSPORTS)  # of pushes


class NumberConverter(StringConverter):
    regex = "[1-9][0-9]{0,17}"  # of a snapshot


class CredentialConverter(StringConverter):
    regex = "[A-Za-z0-9_-]{1,50}"  # a credential's short code


register_converter(KeyConverter, "key")
register_converter(StageConverter, "stage")
register_converter(MessageConverter, "message")
register_converter(IdConverter, "id")
register_converter(CodeConverter, "code")
register_converter(ProviderConverter, "provider")
register_converter(NumberConverter, "number")
register_converter(CredentialConverter, "credential")

app_name = "portal"
GAME = "g/<key:api_key>/"
STAGE = f"{GAME}<stage:stage>/"
MESSAGES = f"{GAME}messages/"
MESSAGE = f"{MESSAGES}<message:key>/"
PEOPLE = f"{GAME}people/"
PUSH = f"{STAGE}push/"
SNAPSHOTS = f"{GAME}snapshots/"
SNAPSHOT = f"{SNAPSHOTS}<number:number>/"
CREDENTIALS = f"{GAME}credentials/"
SETTINGS = f"{GAME}settings/"
CREDENTIAL = f"{CREDENTIALS}of/<credential:code>/"
STAGED_MESSAGE = f"{STAGE}messages/<message:key>/"
SEGMENTS = f"{GAME}segments/"
QUERIES = f"{SEGMENTS}queries/"
QUERY = f"{QUERIES}edit/<code:code>/"
PLAYERS = f"{STAGE}players/"
PLAYER = f"{PLAYERS}<id:player_id>/"

PAGES = (
    Page("login/", "sign-in", sign_in.sign_in, change=READ, anonymous=True),
    Page("login/2fa/", "second-step", second_step.second_step, change=READ, anonymous=True),
    Page("login/reset/", "reset", reset.ask, change=READ, anonymous=True),
    Page("login/reset/<slug:user>/<slug:token>/", "reset-choose", reset.choose, change=READ, anonymous=True),
    Page("invite/<slug:token>/", "invite", invite.invite, change=READ, anonymous=True),
    Page("logout/", "sign-out", sign_in.sign_out, read=None, change=READ),
    Page("account/", "account", account.account, change=READ),
    Page("account/columns/", "columns", columns.columns, read=None, change=READ),
    Page("account/password/", "password", password.password, change=READ),
    Page("account/email/", "email", email.email, change=READ),
    Page("account/email/<str:token>/", "email-confirm", email.confirm, change=READ),
    Page("account/second-step/", "second-factor", second_factor.second_factor, change=READ),
    Page("account/sessions/", "sessions", sessions.sessions, change=READ),
    Page("account/tokens/", "tokens", tokens.tokens, change=READ),
    Page("account/tokens/revoke/", "token-revoke", tokens.revoke, read=None, change=READ),
    Page("", "games", games.games),
    Page("recycle-bin/", "recycle-bin", recycle_bin.recycle_bin, change=READ),
    Page("palette/", "palette", palette.palette),
    Page(f"{STAGE}palette/", "palette-of-game", palette.palette_of_game),
    Page("new/", "new-game", new_game.name, change=READ),
    Page("new/platforms/", "new-game-platforms", new_game.platforms, change=READ),
    Page("new/push/", "new-game-push", new_game.push, change=READ),
    Page(STAGE, "overview", overview.overview, entry=("Overview", "Overview")),
    Page(f"{STAGE}overview/tiles/", "overview-tiles", overview.tiles),
    Page(f"{STAGE}overview/charts/", "overview-charts", overview.charts),
    Page(MESSAGES, "messages", messages.standard, change=EDIT, entry=("Messaging", "Messages")),
    Page(f"{MESSAGES}undo/", "messages-undo", messages.undo, read=None, change=EDIT),
    Page(f"{MESSAGES}extensions/", "extensions", extensions.extensions, change=EDIT),
    Page(f"{MESSAGES}extensions/new/", "extension-new", extensions.new, read=EDIT, change=EDIT),
    Page(MESSAGE, "message", message.message, change=EDIT),
    Page(f"{MESSAGE}switch/", "message-switch", messages.switch, read=None, change=EDIT),
    Page(f"{MESSAGE}outcome/", "message-outcome", message.outcome_words, read=None, change=READ),
    Page(f"{MESSAGE}newest/", "message-newest", message.newest),
    Page(f"{MESSAGE}texts/", "message-texts", message_texts.message_texts, change=EDIT),
    Page(f"{MESSAGE}texts.csv", "message-texts-csv", message_texts.message_texts_csv),
    Page(f"{MESSAGE}history/", "message-history", message_history.message_history, change=EDIT),
    Page(f"{MESSAGE}uses/", "message-uses", message_uses.message_uses),
    Page(f"{MESSAGE}extension/", "extension", extensions.change, read=EDIT, change=EDIT),
    Page(f"{MESSAGE}check/", "message-check", check.check, read=None, change=READ),
    Page(f"{MESSAGE}preview/", "message-preview", preview.preview, read=None, change=READ),
    Page(f"{STAGED_MESSAGE}past/", "message-past", past.past),
    Page(f"{STAGED_MESSAGE}replay/", "message-replay", replay.replay, read=None, change=SEE_PAYLOADS),
    Page(f"{STAGED_MESSAGE}test/", "message-trial", trial.trial, read=None, change=SEND_ONE),
    Page(f"{STAGE}tests/<id:message_id>/", "message-follow", trial.follow),
    Page(
        f"{STAGE}queries/estimate/", "query-estimate", query_estimate.query_estimate, read=None, change=READ
    ),
    Page(f"{STAGE}harness/", "harness", harness.harness, read=EDIT, entry=("Code", "Test harness")),
    Page(f"{STAGE}harness/sign/", "harness-sign", harness.sign, read=None, change=SEND_ONE),
    Page(f"{STAGE}harness/token/", "harness-token", harness.token, read=None, change=SEND_ONE),
    Page(f"{STAGE}harness/scenarios/", "harness-scenarios", harness.scenarios, read=None, change=EDIT),
    Page(f"{PLAYERS}search/", "player-search", player_search.player_search),
    Page(PLAYERS, "players", players.players, entry=("Players", "Players")),
    Page(f"{STAGE}players.csv", "players-csv", players_csv.players_csv, read=EXPORT_PLAYERS),
    Page(PLAYER, "player", player.player, change=ACT_ON_PLAYERS),
    Page(f"{PLAYER}export/", "player-export", player_export.player_export, read=None, change=ACT_ON_PLAYERS),
    Page(f"{PLAYER}inbox/", "player-inbox", player_inbox.player_inbox, change=ACT_ON_PLAYERS),
    Page(f"{PLAYER}devices/", "player-devices", player_devices.player_devices, change=ACT_ON_PLAYERS),
    Page(f"{PLAYER}sessions/", "player-sessions", player_sessions.player_sessions, change=ACT_ON_PLAYERS),
    Page(f"{PLAYER}segments/", "player-segments", player_segments.player_segments, change=ACT_ON_PLAYERS),
    Page(f"{PLAYER}send/", "player-send", player_send.player_send, read=SEND_ONE, change=SEND_ONE),
    Page(SEGMENTS, "segments", segments.segments, entry=("Players", "Segments")),
    Page(f"{SEGMENTS}new/", "segment-new", segments.new, read=EDIT, change=EDIT),
    Page(f"{SEGMENTS}edit/<code:code>/", "segment", segments.segment, change=EDIT),
    Page(QUERIES, "queries", queries.queries),
    Page(f"{QUERIES}new/", "query-new", queries.new, read=EDIT, change=EDIT),
    Page(QUERY, "query", queries.query, change=EDIT),
    Page(f"{QUERY}history/", "query-history", query_history.query_history, change=EDIT),
    Page(f"{STAGE}queries/test/", "query-test", query_test.query_test, read=None, change=READ),
    Page(f"{GAME}connect/", "connect", connect.connect, change=SECRETS, entry=("Settings", "Connect")),
    Page(f"{GAME}connect/seen/", "connect-seen", connect.seen),
    Page(f"{STAGE}trace/", "trace", trace.trace, entry=("Messaging", "Message trace")),
    Page(f"{STAGE}trace/<id:copy_id>/resend/", "resend", resend.resend, read=None, change=SEND_ONE),
    Page(PEOPLE, "people", people.people, change=ADMINISTER, entry=("Settings", "People")),
    Page(f"{PEOPLE}leave/", "people-leave", people.leave, read=None, change=READ),
    Page(f"{GAME}audit/", "audit", audit.audit, read=ADMINISTER, entry=("Settings", "Audit log")),
    Page(f"{GAME}audit.csv", "audit-csv", audit.audit_csv, read=ADMINISTER),
    Page(PUSH, "push", push.push, entry=("Settings", "Push")),
    Page(f"{PUSH}log/", "push-log", push_log.push_log, entry=("Messaging", "Push log")),
    Page(f"{PUSH}log.csv", "push-csv", push_log.push_csv, read=EXPORT_PLAYERS),
    Page(f"{PUSH}log/tail/", "push-tail", push_log.push_tail),
    Page(f"{PUSH}log/codes/", "push-codes", push_log.push_codes),
    Page(f"{PUSH}<provider:provider>/", "push-account", push_account.account, change=MANAGE),
    Page(f"{PUSH}<provider:provider>/verify/", "push-verify", push_proof.verify, read=None, change=MANAGE),
    Page(f"{PUSH}<provider:provider>/test/", "push-test", push_proof.test_push, read=None, change=SEND_ONE),
    Page(SNAPSHOTS, "snapshots", snapshots.snapshots, change=EDIT, entry=("Release", "Snapshots")),
    Page(f"{SNAPSHOTS}diff/", "snapshot-diff", snapshot_changes.diff),
    Page(f"{SNAPSHOTS}upload/", "snapshot-upload", snapshots.upload, read=MANAGE, change=MANAGE),
    Page(f"{SNAPSHOTS}working.json", "snapshot-working", snapshots.download_working),
    Page(f"{SNAPSHOTS}unpublish/", "unpublish", snapshot_changes.take_off, read=MANAGE, change=MANAGE),
    Page(SNAPSHOT, "snapshot", snapshots.snapshot, change=EDIT),
    Page(f"{SNAPSHOT}document.json", "snapshot-download", snapshots.download),
    Page(f"{SNAPSHOT}delete/", "snapshot-delete", snapshots.delete, read=None, change=MANAGE),
    Page(f"{SNAPSHOT}publish/", "snapshot-publish", snapshot_changes.publish, read=MANAGE, change=MANAGE),
    Page(f"{SNAPSHOT}revert/", "snapshot-revert", snapshot_changes.revert, read=MANAGE, change=MANAGE),
    Page(CREDENTIALS, "credentials", credentials.credentials, entry=("Settings", "Credentials")),
    Page(f"{CREDENTIALS}new/", "credential-new", credentials.new, read=SECRETS, change=SECRETS),
    Page(CREDENTIAL, "credential", credentials.credential, change=SECRETS),
    Page(SETTINGS, "settings", game_settings.settings, MANAGE, MANAGE, entry=("Settings", "Game")),
    Page(f"{SETTINGS}history/", "settings-history", game_settings.history, MANAGE, MANAGE),
    Page(f"{SETTINGS}transfer/", "game-transfer", game_settings.transfer, read=None, change=OWN),
    Page(f"{SETTINGS}delete/", "game-delete", game_settings.delete, read=None, change=OWN),
    Page(f"{CREDENTIAL}reset/", "credential-reset", credentials.reset, read=None, change=SECRETS),
)

offer(Entry(*page.entry, page.name, page.of_stage, page.read or READ) for page in PAGES if page.entry)
urlpatterns = [page.pattern() for page in PAGES]
