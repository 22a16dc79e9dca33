"""Players, push accounts, the outbox and message settings: what operators change through the forms."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client

from games.models import AuditEntry, Game
from messaging.models import Broadcast, MessageType, MessageVersion, PlayerMessage
from players.models import AuthToken, Player, Segment, SegmentQuery
from players.tokens import issue
from protocol.dates import now_ms
from push.accounts import public_part
from push.models import OutboxPush, PendingCredentials, ProviderAccount, PushAttempt
from push.pending import pending_document
from tests.portal.ops_client import client, world
from tests.portal.ops_world import World

__all__ = ["client", "world"]

NO_DEVICES = {"device_identities-TOTAL_FORMS": "0", "device_identities-INITIAL_FORMS": "0"}


def said(client: Client, url: str, form: Any) -> str:
    return client.post(url, form, follow=True).content.decode()


def newest(game: Game) -> tuple[str, str, str]:
    return AuditEntry.objects.filter(game=game).values_list("actor_name", "action", "target")[0]


# --- players ---------------------------------------------------------------------------------------------


def test_a_players_segment_is_set_and_cleared(world: World, client: Client) -> None:
    player = Player.objects.filter(stage=world.stage)[0]
    url = f"/ops/players/player/{player.pk}/change/"
    client.post(url, {"segment_AURELIA": "FR", **NO_DEVICES})
    player.refresh_from_db()
    assert player.segments == {"AURELIA": "FR"}
    assert newest(world.game) == ("aurelia-staff", "player.segment", player.pk)
    client.post(url, {"segment_AURELIA": "", **NO_DEVICES})
    player.refresh_from_db()
    assert player.segments == {}


def test_disconnecting_players_revokes_their_tokens_and_is_audited(world: World, client: Client) -> None:
    players = list(Player.objects.filter(stage=world.stage))
    for player in players:
        issue(player.pk)
    form = {"action": "disconnect_players", "_selected_action": [player.pk for player in players]}
    assert "Disconnected 2." in said(client, "/ops/players/player/", form)
    assert AuthToken.objects.count() == 0
    entries = AuditEntry.objects.filter(action="player.disconnect").values_list("actor_name", "target")
    assert sorted(entries) == sorted(("aurelia-staff", player.pk) for player in players)


def test_banning_is_offered_to_the_unbanned_and_lifting_to_the_banned(world: World, client: Client) -> None:
    player = Player.objects.filter(stage=world.stage)[0]
    url = f"/ops/players/player/{player.pk}"
    page = client.get(f"{url}/change/").content.decode()
    assert (f"{url}/ban/" in page, f"{url}/unban/" in page) == (True, False)
    assert "The player was banned." in said(client, f"{url}/ban/", {})
    page = client.get(f"{url}/change/").content.decode()
    assert (f"{url}/ban/" in page, f"{url}/unban/" in page) == (False, True)


def test_segments_and_queries_are_saved_through_their_domain_functions(world: World, client: Client) -> None:
    form = {"game": world.game.pk, "short_code": "TIER", "name": "Tier", "values": "GOLD Gold\nTIN"}
    client.post("/ops/players/segment/add/", form)
    values = Segment.objects.get(game=world.game, short_code="TIER").values
    assert list(values.order_by("short_code").values_list("short_code", "name")) == [
        ("GOLD", "Gold"),
        ("TIN", ""),
    ]
    assert newest(world.game) == ("aurelia-staff", "segment.save", "TIER")
    form = {"game": world.game.pk, "short_code": "RICH", "query": '{"segment": "TIER", "is": "GOLD"}'}
    client.post("/ops/players/segmentquery/add/", form)
    assert SegmentQuery.objects.get(short_code="RICH").query == {"segment": "TIER", "is": "GOLD"}
    page = said(client, "/ops/players/segmentquery/add/", {**form, "short_code": "BAD", "query": "{}"})
    assert "Please correct the error" in page
    assert not SegmentQuery.objects.filter(short_code="BAD").exists()


# --- push ------------------------------------------------------------------------------------------------


def pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_an_account_keeps_the_key_that_its_form_leaves_empty(world: World, client: Client) -> None:
    live = world.game.stage("live")
    key = pem()
    form = {"stage": live.pk, "provider": "apns", "p8": key, "key_id": "ABCDE12345", "team_id": "TEAM123456"}
    form |= {"topic": "org.example.duel"}
    client.post("/ops/push/provideraccount/add/", form)
    account = ProviderAccount.objects.get(stage=live)
    url = f"/ops/push/provideraccount/{account.pk}/change/"
    client.post(url, {**form, "p8": "", "topic": "org.example.dice"})
    assert pending_document(account)["credentials"] == {
        "p8": key,
        "keyId": "ABCDE12345",
        "teamId": "TEAM123456",
        "topic": "org.example.dice",
    }
    assert newest(world.game)[:2] == ("aurelia-staff", "push_account.set")
    refused = said(client, url, {**form, "p8": "a wrong key", "key_id": "short"})
    assert "is the text of a .p8 file" in refused
    assert "a wrong key" not in refused


def test_new_credentials_wait_and_the_page_says_why_and_forgets_them(world: World, client: Client) -> None:
    live = world.game.stage("live")
    form = {"stage": live.pk, "provider": "adm", "client_id": "old", "client_secret": "canary-old"}
    client.post("/ops/push/provideraccount/add/", form)
    account = ProviderAccount.objects.get(stage=live)
    url = f"/ops/push/provideraccount/{account.pk}/change/"
    said_at_once = said(client, url, {**form, "client_id": "new", "client_secret": "canary-new"})
    assert "The new credentials are being tried; the old ones send on" in said_at_once
    PendingCredentials.objects.update(error="invalid_client: It is wrong. Set the account again.")
    page = client.get(url).content.decode()
    assert "not in use, the old ones send on: invalid_client: It is wrong. Set the account again." in page
    assert "canary" not in page + said_at_once
    # A change of something else leaves the new credentials waiting.
    client.post(url, {**form, "client_id": "new", "client_secret": "", "daily_cap": "7"})
    account.refresh_from_db()
    assert (account.secrets["clientSecret"], account.daily_cap) == ("canary-old", 7)
    assert pending_document(account)["credentials"] == {"clientId": "new", "clientSecret": "canary-new"}
    client.post(f"/ops/push/provideraccount/{account.pk}/discard_new/")
    assert not PendingCredentials.objects.filter(account=account).exists()
    assert newest(world.game)[:2] == ("aurelia-staff", "push_account.new_discarded")


def test_a_kindle_s_account_shows_its_id_and_never_its_secret(world: World, client: Client) -> None:
    live = world.game.stage("live")
    form = {"stage": live.pk, "provider": "adm", "client_id": "amzn1.client", "client_secret": "canary"}
    client.post("/ops/push/provideraccount/add/", form)
    account = ProviderAccount.objects.get(stage=live)
    assert account.secrets == {"clientId": "amzn1.client", "clientSecret": "canary"}
    page = client.get(f"/ops/push/provideraccount/{account.pk}/change/").content.decode()
    assert ("amzn1.client" in page, "canary" in page) == (True, False)


def test_a_web_account_shows_what_browsers_subscribe_with(world: World, client: Client) -> None:
    live = world.game.stage("live")
    key = pem()
    form = {"stage": live.pk, "provider": "web", "vapid_key": key, "subject": "mailto:a@example.org"}
    client.post("/ops/push/provideraccount/add/", form)
    account = ProviderAccount.objects.get(stage=live)
    page = client.get(f"/ops/push/provideraccount/{account.pk}/change/").content.decode()
    shown = public_part(account)["applicationServerKey"]
    assert (shown in page, key.splitlines()[1] in page) == (True, False)


def test_a_service_account_that_is_no_json_is_not_shown(world: World, client: Client) -> None:
    form = {"stage": world.game.stage("live").pk, "provider": "fcm", "service_account": "{canary"}
    page = said(client, "/ops/push/provideraccount/add/", form)
    assert "It is not JSON." in page
    assert "canary" not in page


def test_requeued_pushes_are_due_now_and_claimed_ones_left_alone(world: World, client: Client) -> None:
    waiting = OutboxPush.objects.get(stage=world.stage)
    copy = {
        field.attname: getattr(waiting, field.attname)
        for field in OutboxPush._meta.fields
        if field.name != "id"
    }
    claimed = OutboxPush.objects.create(**{**copy, "claim": "somebody"})
    form = {"action": "requeue", "_selected_action": [waiting.pk, claimed.pk]}
    assert "Due now: 1." in said(client, "/ops/push/outboxpush/", form)
    waiting.refresh_from_db()
    claimed.refresh_from_db()
    assert waiting.due_ms <= now_ms() < claimed.due_ms
    assert newest(world.game) == ("aurelia-staff", "push.requeue", "1 pushes")


# --- messages --------------------------------------------------------------------------------------------


def edit_url(world: World, key: str = "FriendMessage") -> str:
    return f"/ops/messaging/messagetype/game/{world.game.pk}/{key}/"


def settings_form(*variants: dict[str, str], **fields: str) -> dict[str, str]:
    form = {
        "send_via_socket": "on",
        "send_as_push": "on",
        "expire_after_hours": "60",
        "variants-TOTAL_FORMS": str(len(variants)),
        "variants-INITIAL_FORMS": "0",
    }
    for number, variant in enumerate(variants):
        form |= {f"variants-{number}-{name}": value for name, value in variant.items()}
    return form | fields


def test_saving_makes_a_version_with_author_and_note(world: World, client: Client) -> None:
    variant = {"query": "FRENCH_aurelia", "template": "Bonjour ${who}", "ORDER": "1"}
    page = said(
        client, edit_url(world), settings_form(variant, title="Hello", note="why", json_ios='{"aps": {}}')
    )
    assert "Saved as version 2" in page
    version = MessageVersion.objects.get(message_type__game=world.game, number=2)
    assert (version.author_name, version.note, version.title) == ("aurelia-staff", "why", "Hello")
    assert version.json == {"ios": {"aps": {}}}
    assert version.variants == [
        {
            "segmentQuery": "FRENCH_aurelia",
            "template": "Bonjour ${who}",
            "title": "",
            "subTitle": "",
            "json": {},
        }
    ]
    assert newest(world.game) == ("aurelia-staff", "message.changed", "FriendMessage")
    again = settings_form(variant, title="Hello", json_ios='{"aps": {}}') | {"variants-INITIAL_FORMS": "1"}
    assert "Nothing had changed." in said(client, edit_url(world), again)


def test_faults_stand_beside_their_fields_with_their_position(world: World, client: Client) -> None:
    variant = {"query": "FRENCH_aurelia", "template": "{% for x in y %}", "ORDER": "1"}
    form = settings_form(variant, title="ok ${", json_ios='{"aps": ')
    response = client.post(edit_url(world), form)
    assert "Not JSON" in response.context["form"].errors["json_ios"][0]
    response = client.post(edit_url(world), {**form, "json_ios": ""})
    assert response.context["form"].errors["title"][0].startswith("line 1, column ")
    assert response.context["variants"].forms[0].errors["template"][0].startswith("line 1, column ")
    assert MessageVersion.objects.filter(message_type__game=world.game, number=2).count() == 0


def test_a_class_that_nobody_touched_is_shown_without_making_a_row(world: World, client: Client) -> None:
    before = MessageType.objects.count()
    assert client.get(edit_url(world, "TeamChatMessage")).status_code == 200
    preview = client.post(f"{edit_url(world, 'TeamChatMessage')}preview/", settings_form(title="Hi ${who}"))
    assert preview.json()["title"] == "Hi Ada"
    assert MessageType.objects.count() == before
    assert "Saved as version 1" in said(client, edit_url(world, "TeamChatMessage"), settings_form(title="Hi"))


def test_every_stored_class_has_an_editor(world: World, client: Client) -> None:
    from messaging.overview import configurable

    statuses = {key: client.get(edit_url(world, key)).status_code for key in configurable()}
    assert (len(statuses), set(statuses.values())) == (28, {200})
    assert client.get(edit_url(world, "SessionTerminatedMessage")).status_code == 404


def test_the_preview_renders_the_chosen_variant_and_stores_nothing(world: World, client: Client) -> None:
    variants = (
        {"query": "FRENCH_aurelia", "template": "Bonjour ${who}", "ORDER": "2"},
        {"own_query": '{"segment": "AURELIA", "is": "FR"}', "template": "Salut ${nobody}", "ORDER": "1"},
    )
    form = settings_form(*variants, title="Hello ${who}", preview_variant="0", sample='{"who": "Zoé"}')
    before = MessageVersion.objects.count()
    answer = client.post(f"{edit_url(world)}preview/", form).json()
    assert (answer["title"], answer["summary"], answer["variants"]) == (
        "Hello Zoé",
        "Salut ",
        ["own query", "FRENCH_aurelia"],
    )
    assert answer["warnings"] == [
        "template: line 1, column 9: `nobody` is not a field of this message",
        'template: "nobody" is not in the message',
    ]
    assert '"body": "Salut "' in answer["payloads"]["ios"]["text"]
    answer = client.post(f"{edit_url(world)}preview/", {**form, "preview_variant": "1"}).json()
    assert answer["summary"] == "Bonjour Zoé"
    assert client.get(f"{edit_url(world)}preview/").status_code == 405
    assert MessageVersion.objects.count() == before


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"sample": "["}, "Sample data: Not JSON"),
        ({"sample": "[]"}, "Sample data: an object is expected."),
        ({"sample": "1" * 30_000}, "Sample data: at most 20,000 characters."),
        ({"expire_after_hours": "many"}, "Expires after (hours): Enter a whole number."),
        ({"title": "${"}, "title: line 1"),
    ],
)
def test_the_preview_says_what_is_wrong(
    world: World, client: Client, fields: dict[str, str], fault: str
) -> None:
    answer = client.post(f"{edit_url(world)}preview/", settings_form(**fields)).json()
    assert [line[: len(fault)] for line in answer["faults"]] == [fault]


def test_an_older_version_is_restored_as_the_newest(world: World, client: Client) -> None:
    first = MessageVersion.objects.get(message_type__game=world.game, message_type__key="FriendMessage")
    said(client, edit_url(world), settings_form(title="Second"))
    page = said(client, f"/ops/messaging/messageversion/{first.pk}/restore/", {})
    assert "Restored version 1." in page
    current = MessageType.objects.select_related("current").get(pk=first.message_type_id).current
    assert current is not None
    assert (current.number, current.title, current.note) == (3, "Title aurelia", "Restored version 1")


def test_extensions_are_added_and_removed(world: World, client: Client) -> None:
    form = {"game": world.game.pk, "key": "DAILY", "name": "Daily"}
    assert "The extension DAILY was added." in said(client, "/ops/messaging/messagetype/add/", form)
    assert "has an extension of this short code" in said(client, "/ops/messaging/messagetype/add/", form)
    assert "a letter first" in said(client, "/ops/messaging/messagetype/add/", {**form, "key": "daily"})
    row = MessageType.objects.get(key="ScriptMessage_DAILY")
    assert "was removed." in said(client, f"/ops/messaging/messagetype/{row.pk}/remove/", {})
    assert client.get(edit_url(world, row.key)).status_code == 404
    assert newest(world.game) == ("aurelia-staff", "extension.removed", "ScriptMessage_DAILY")


def test_an_inbox_row_says_why_it_is_where_it_is(world: World, client: Client) -> None:
    copy = PlayerMessage.objects.get(message__stage=world.stage)
    page = client.get(f"/ops/messaging/playermessage/{copy.pk}/change/").content.decode()
    assert "The player is away; it waits for the next log-in." in page
    assert "push to ios by apns: BadDeviceToken" in page
    assert "the account is for another app; else the device registers again" in page


def test_an_attempt_says_what_its_code_means_and_what_to_do(world: World, client: Client) -> None:
    attempt = PushAttempt.objects.get(stage=world.stage)
    sentence = "The token is not one of this environment."
    assert sentence in client.get("/ops/push/pushattempt/").content.decode()
    page = client.get(f"/ops/push/pushattempt/{attempt.pk}/change/").content.decode()
    assert sentence in page
    assert "If every device says so, the account is for another app" in page


# --- broadcasts ------------------------------------------------------------------------------------------


def test_a_broadcast_is_paused_resumed_and_aborted_with_a_question_first(
    world: World, client: Client
) -> None:
    row = Broadcast.objects.get(stage=world.stage)
    url = f"/ops/messaging/broadcast/{row.pk}"
    Broadcast.objects.filter(pk=row.pk).update(total=4000, expanded=1500)
    page = client.get(f"{url}/change/").content.decode()
    assert "1,500 of 4,000" in page
    assert "Nobody more gets it until it is resumed. Pause?" in client.get(f"{url}/pause/").content.decode()
    for action, done, state in [
        ("pause", "paused", "paused"),
        ("resume", "resumed", "expanding"),
        ("abort", "aborted", "aborted"),
    ]:
        assert f"The broadcast was {done}." in said(client, f"{url}/{action}/", {})
        row.refresh_from_db()
        assert row.state == state
        assert newest(world.game) == ("aurelia-staff", f"broadcast.{action}", row.pk)
    assert "A broadcast that is aborted cannot resume." in said(client, f"{url}/resume/", {})


def test_a_message_leads_to_its_broadcast_and_counts_its_recipients(world: World, client: Client) -> None:
    row = Broadcast.objects.get(stage=world.stage)
    Broadcast.objects.filter(pk=row.pk).update(expanded=1234)
    page = client.get(f"/ops/messaging/message/{row.pk}/change/").content.decode()
    assert f"/ops/messaging/broadcast/{row.pk}/change/" in page
    assert "1234" in page
