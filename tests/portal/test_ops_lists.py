"""The admin's lists ask as many questions of the database for three rows as for one."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from games.models import Collaborator, User
from tests.portal.ops_world import World, make_world

# Session and user, then the page; filters by game or stage ask for their choices.
SUPERUSER = {
    "cloudcode.Script": 4,
    "cloudcode.ScriptLog": 4,
    "cloudcode.ScriptRun": 4,
    "competition.BoardEntry": 4,
    "competition.BoardInstance": 4,
    "competition.Challenge": 4,
    "competition.ChallengeChat": 3,
    "competition.ChatMessage": 3,
    "competition.PostRecord": 4,
    "competition.Holdings": 4,
    "competition.Match": 4,
    "competition.PendingMatch": 4,
    "competition.Team": 4,
    "competition.TotalRecord": 4,
    "competition.Transaction": 4,
    "competition.Upload": 4,
    "games.AuditEntry": 4,
    "games.Collaborator": 4,
    "games.Credential": 4,
    "games.Game": 3,
    "games.Snapshot": 4,
    "games.Stage": 4,
    "games.User": 3,
    "messaging.Broadcast": 4,
    "messaging.Message": 4,
    "messaging.MessageVersion": 3,
    "messaging.PlayerMessage": 4,
    "players.AnalyticsEvent": 4,
    "players.Friendship": 3,
    "players.Player": 4,
    "players.Segment": 4,
    "players.SegmentQuery": 4,
    "push.Device": 4,
    "push.OutboxPush": 4,
    "push.ProviderAccount": 4,
    "push.PushAttempt": 4,
    "push.PushCount": 4,
}
LISTS = sorted(SUPERUSER)


def list_of(label: str) -> str:
    return f"/ops/{label.lower().replace('.', '/')}/"


def queries(client: Client, url: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return [each["sql"] for each in asked.captured_queries]


def test_lists_know_every_model() -> None:
    assert {model._meta.label for model in admin.site._registry} == {
        *LISTS,
        "games.StoredSection",
        "messaging.MessageType",
    }


def test_lists_of_a_superuser_ask_as_much_for_three_rows_as_for_one(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    make_world("one")
    with_one = {label: len(queries(client, list_of(label))) for label in LISTS}
    make_world("two")
    make_world("three")
    with_three = {label: len(queries(client, list_of(label))) for label in LISTS}
    assert (with_one, with_three) == (SUPERUSER, SUPERUSER)


def test_lists_of_staff_ask_once_more_for_their_roles(db: None) -> None:
    world = make_world("one")
    client = Client()
    client.force_login(world.user)
    lists = [label for label in LISTS if label != "games.User"]
    expected = {label: SUPERUSER[label] + 1 for label in lists}
    with_one = {label: len(queries(client, list_of(label))) for label in lists}
    for name in ("two", "three"):
        other = make_world(name)
        Collaborator.objects.create(game=other.game, user=world.user, role="viewer")
    with_three = {label: len(queries(client, list_of(label))) for label in lists}
    assert (with_one, with_three) == (expected, expected)


def test_lists_count_nothing(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    make_world("one")
    counting = [
        (label, sql) for label in LISTS for sql in queries(client, list_of(label)) if "COUNT(" in sql.upper()
    ]
    assert counting == []


def test_lists_end_after_a_hundred_pages(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    make_world("one")
    statuses = [client.get(f"/ops/players/player/?p={page}").status_code for page in (1, 2, 100, 101, 10**9)]
    assert statuses == [200, 200, 200, 302, 302]


@pytest.mark.parametrize("extensions", [1, 3])
def test_message_types_take_one_question_for_all_types(db: None, extensions: int) -> None:
    from messaging.message_types import save_extension

    world: World = make_world("one")
    for number in range(1, extensions):
        save_extension(world.game, f"MORE_{number}", "", "", None)
    client = Client()
    client.force_login(world.user)
    # Session, user, roles, the user's games, the game, its types.
    assert len(queries(client, f"/ops/messaging/messagetype/?game={world.game.pk}")) == 6


@pytest.mark.parametrize("items", [1, 3])
def test_sections_take_one_question_for_all_sections(db: None, items: int) -> None:
    from games.models import StoredSection

    world: World = make_world("one")
    data = [{"shortCode": f"E{number}", "attributes": []} for number in range(items)]
    StoredSection.objects.create(game=world.game, name="events", data=data)
    client = Client()
    client.force_login(world.user)
    # Session, user, roles, the user's games, the game, its sections.
    assert len(queries(client, f"/ops/games/storedsection/?game={world.game.pk}")) == 6
    # Session, user, roles, the game, the section.
    assert len(queries(client, f"/ops/games/storedsection/game/{world.game.pk}/events/")) == 5
