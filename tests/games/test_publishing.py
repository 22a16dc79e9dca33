from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoCaptureOnCommitCallbacks

from games.config import compile_stage
from games.conflicts import Conflict
from games.models import AuditEntry, Collaborator, Credential, Game, Snapshot, Stage, StoredSection, User
from games.publishing import create_game, new_api_key, publish, publish_snapshot, unpublish
from games.sections import all_sections
from games.signals import game_published
from games.validation import DocumentFaults


def apply(game: Game, name: str, data: Any) -> None:
    next(each for each in all_sections() if each.name == name).apply(game, data, None)


def test_game_has_its_stages_and_an_empty_published_live_one(owner: User) -> None:
    game = create_game("Duel of Dice", owner)
    assert [(stage.name, stage.snapshot is not None) for stage in game.stages.order_by("pk")] == [
        ("preview", False),
        ("live", True),
    ]


def test_game_has_the_system_credentials(owner: User) -> None:
    game = create_game("Duel of Dice", owner)
    rows = Credential.objects.filter(game=game)
    assert [(row.short_code, row.player, row.listener, row.rest_policy, row.admin) for row in rows] == [
        ("debug", True, True, "token", False),
        ("device", True, True, "forbidden", False),
        ("server", False, True, "allowed", False),
        ("server-send", False, False, "allowed", False),
    ]
    assert [(row.allow, row.deny) for row in rows] == [(["*"], [])] * 4
    assert len({row.secret for row in rows}) == 4
    assert [row for row in rows if len(row.secret) != 32 or not row.secret.isalnum()] == []


def test_game_belongs_to_its_owner_and_is_audited(owner: User) -> None:
    game = create_game("Duel of Dice", owner)
    assert [(row.user, row.role) for row in Collaborator.objects.filter(game=game)] == [(owner, "owner")]
    assert [
        (entry.action, entry.target, entry.actor_name) for entry in AuditEntry.objects.filter(game=game)
    ] == [
        ("game.published", "Empty", "olga"),
        ("game.created", game.api_key, "olga"),
    ]


@pytest.mark.django_db
def test_game_made_by_a_command_has_no_owner() -> None:
    game = create_game("Duel of Dice", None)
    assert Collaborator.objects.filter(game=game).count() == 0
    assert AuditEntry.objects.filter(game=game, action="game.created").get().actor_name == "console"


def test_api_key_is_lower_case_letters_and_digits() -> None:
    keys = {new_api_key() for _ in range(100)}
    assert len(keys) == 100
    assert [key for key in keys if len(key) != 12 or not key.isalnum() or key != key.lower()] == []


def test_taken_api_key_is_refused_whatever_its_case(game: Game, owner: User) -> None:
    with pytest.raises(ValidationError, match="The API key DUEL0000DICE is taken"):
        create_game("Another", owner, "DUEL0000DICE")
    assert Game.objects.count() == 1


def test_unfit_name_and_api_key_are_refused_together(owner: User) -> None:
    with pytest.raises(ValidationError) as refused:
        create_game("", owner, "a/b")
    assert set(refused.value.message_dict) == {"name", "api_key"}


def test_publish_makes_a_snapshot_live(
    game: Game, owner: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    told: list[tuple[int, Snapshot]] = []

    def receive(sender: Any, stage: Stage, snapshot: Snapshot, **_: Any) -> None:
        told.append((stage.pk, snapshot))

    game_published.connect(receive)
    try:
        before = game.stage("live").version
        with django_capture_on_commit_callbacks(execute=True):
            snapshot = publish(game, owner, "First duel")
            assert told == []
    finally:
        game_published.disconnect(receive)
    live = game.stage("live")
    assert (live.snapshot, live.version, told) == (snapshot, before + 1, [(live.pk, snapshot)])
    assert (snapshot.author, snapshot.description) == (owner, "First duel")
    entry = AuditEntry.objects.filter(game=game).first()
    assert entry is not None
    assert (entry.action, entry.target, entry.detail) == (
        "game.published",
        "First duel",
        {"snapshot": snapshot.pk},
    )


def test_publish_refuses_rows_that_do_not_fit_together(game: Game, owner: User) -> None:
    StoredSection.objects.create(
        game=game, name="propertySets", data=[{"shortCode": "A", "properties": ["X"]}]
    )
    before = game.stage("live").snapshot
    with pytest.raises(DocumentFaults, match=r'propertySets\[0\].properties\[0\]: unknown property "X"'):
        publish(game, owner)
    assert game.stage("live").snapshot == before


def test_change_after_a_publish_leaves_the_snapshot(game: Game, owner: User) -> None:
    apply(game, "teams", [{"shortCode": "CLAN"}])
    snapshot = publish(game, owner)
    document = snapshot.document
    apply(game, "teams", [])
    snapshot.refresh_from_db()
    assert snapshot.document == document
    assert '"CLAN"' in document


def test_unpublishing_leaves_what_was_published(game: Game, owner: User) -> None:
    snapshot = publish(game, owner, "First duel")
    before = game.stage("live").version
    unpublish(game, owner, snapshot.pk)
    live = game.stage("live")
    assert (live.snapshot, live.version) == (None, before + 1)
    assert compile_stage(live).published is False
    assert compile_stage(game.stage("preview")).published is True
    entry = AuditEntry.objects.filter(game=game).first()
    assert entry is not None
    assert (entry.action, entry.target, entry.detail) == (
        "game.unpublished",
        "First duel",
        {"snapshot": snapshot.pk},
    )
    publish_snapshot(snapshot, owner, None)
    assert game.stage("live").snapshot == snapshot


def test_unpublishing_what_somebody_replaced_meanwhile_is_refused(game: Game, owner: User) -> None:
    seen = publish(game, owner, "First")
    current = publish(game, owner, "Second")
    with pytest.raises(Conflict):
        unpublish(game, owner, seen.pk)
    assert game.stage("live").snapshot == current
    unpublish(game, owner, current.pk)
    with pytest.raises(Conflict):
        unpublish(game, owner, current.pk)
