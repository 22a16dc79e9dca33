"""Snapshots: what is kept, going back, publishing an old one, uploads, and that live's own stays."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from games.config import compile_stage
from games.conflicts import Conflict
from games.credentials import save_credential
from games.documents import import_game
from games.exports import export_document
from games.models import AuditEntry, Credential, Game, Snapshot, User
from games.publishing import publish, publish_snapshot
from games.snapshots import (
    delete,
    describe,
    document_of,
    revert,
    snapshot_changes,
    take,
    upload,
    working_document,
)
from games.validation import DocumentFaults

EVENT = {"shortCode": "SCORE", "name": "Score"}


def change(game: Game, **sections: Any) -> None:
    import_game(json.dumps({"format": "flint.game/1", "apiKey": game.api_key, **sections}), None)
    game.refresh_from_db()


def codes(document: Any, section: str = "events") -> list[str]:
    return [item["shortCode"] for item in document[section]]


def live(game: Game) -> Snapshot:
    found = game.stage("live").snapshot
    assert found is not None
    return found


def test_a_snapshot_keeps_the_working_copy_and_no_secret(game: Game, owner: User) -> None:
    change(game, events=[EVENT])
    taken = take(game, owner, "Before the season", "Ask Bo")
    assert codes(document_of(taken)) == ["SCORE"]
    assert (taken.source, taken.note, str(taken)) == ("manual", "Ask Bo", "Before the season")
    assert live(game) != taken
    secrets = Credential.objects.filter(game=game)
    assert [row.short_code for row in secrets if row.secret in taken.document] == []
    entry = AuditEntry.objects.filter(game=game).first()
    assert entry is not None
    assert (entry.action, entry.target, entry.actor_name) == ("snapshot.taken", "Before the season", "olga")


def test_going_back_restores_everything_but_credentials(game: Game, owner: User) -> None:
    change(game, events=[EVENT], description="First")
    taken = take(game, owner, "First")
    change(game, events=[], description="Second")
    save_credential(game, "tool", {}, owner)
    version = game.stage("preview").version
    kept = revert(taken, owner)
    assert codes(working_document(game)) == ["SCORE"]
    assert Game.objects.get(pk=game.pk).description == "First"
    assert Credential.objects.filter(game=game, short_code="tool").exists()
    assert game.stage("preview").version > version
    assert kept is not None
    assert (kept.source, kept.description) == ("autosave", "Before going back to First")
    assert codes(document_of(kept)) == []


def test_what_is_stored_already_is_not_kept_once_more(game: Game, owner: User) -> None:
    change(game, events=[EVENT])
    first = take(game, owner, "First")
    change(game, events=[])
    second = take(game, owner, "Second")
    assert revert(first, owner) is None
    assert revert(second, owner) is None
    assert codes(working_document(game)) == []


def test_an_old_snapshot_goes_live_again(game: Game, owner: User) -> None:
    change(game, events=[EVENT])
    first = publish(game, owner, "First")
    change(game, events=[])
    second = publish(game, owner, "Second")
    publish_snapshot(first, owner, second.pk)
    assert live(game) == first
    assert set(compile_stage(game.stage("live")).sections["events"]) == {"SCORE"}
    assert codes(working_document(game)) == []
    entry = AuditEntry.objects.filter(game=game).first()
    assert entry is not None
    assert (entry.action, entry.detail) == ("game.published", {"snapshot": first.pk})


def test_publishing_does_not_pass_over_somebody_elses(game: Game, owner: User) -> None:
    seen = live(game).pk
    taken = take(game, owner, "Mine")
    theirs = publish(game, owner, "Theirs")
    with pytest.raises(Conflict):
        publish_snapshot(taken, owner, seen)
    assert live(game) == theirs


def test_a_snapshot_with_faults_is_not_published(game: Game, owner: User) -> None:
    taken = take(game, owner, "Broken")
    document = document_of(taken) | {"matches": [{"shortCode": "M"}]}
    Snapshot.objects.filter(pk=taken.pk).update(document=json.dumps(document))
    with pytest.raises(DocumentFaults):
        publish_snapshot(Snapshot.objects.get(pk=taken.pk), owner, live(game).pk)
    assert live(game) != taken


def test_what_live_runs_is_not_deleted(game: Game, owner: User) -> None:
    taken, current = take(game, owner, "Other"), live(game)
    with pytest.raises(ValidationError, match="Live runs this snapshot"):
        delete(current, owner)
    delete(taken, owner)
    assert list(Snapshot.objects.filter(game=game)) == [current]


def test_a_name_and_a_note_are_changed_once(game: Game, owner: User) -> None:
    taken = take(game, owner, "Name")
    describe(taken, owner, "Other", "Words")
    before = AuditEntry.objects.count()
    describe(taken, owner, "Other", "Words")
    assert AuditEntry.objects.count() == before
    found = Snapshot.objects.get(pk=taken.pk)
    assert (found.description, found.note) == ("Other", "Words")


def test_an_upload_of_another_game_becomes_this_games(game: Game, owner: User) -> None:
    change(game, teams=[{"shortCode": "CLUB", "name": "Club"}])
    secret = "a secret of the other game, which nobody keeps"
    given = {
        "format": "flint.game/1",
        "apiKey": "otherGame",
        "name": "Other",
        "events": [EVENT],
        "credentials": [{"shortCode": "spy", "name": "Spy", "secret": secret, "player": False}],
        "players": [{"userName": "ada", "password": secret}],
    }
    made = upload(game, owner, json.dumps(given), "From the other")
    document = document_of(made)
    assert (document["apiKey"], codes(document), codes(document, "teams")) == (
        game.api_key,
        ["SCORE"],
        ["CLUB"],
    )
    assert secret not in made.document
    assert "spy" not in made.document
    assert codes(working_document(game)) == []
    revert(made, owner)
    assert codes(working_document(game)) == ["SCORE"]
    with pytest.raises(ValidationError, match="working copy first"):
        publish_snapshot(made, owner, live(game).pk)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "document: no JSON"),
        ("[]", "expected a JSON object"),
        ('{"format": "flint.game/1"}', ""),
        ('{"format": "flint.game/2"}', "format: expected"),
        ('{"format": "flint.game/1", "colour": 1}', "colour: unknown key"),
        ('{"format": "flint.game/1", "leaderboards": [{}]}', "leaderboards[0]"),
    ],
)
def test_an_upload_with_faults_is_not_kept(game: Game, owner: User, text: str, fault: str) -> None:
    before = Snapshot.objects.count()
    if not fault:  # what it leaves out is as it is: nothing is
        assert snapshot_changes(export_document(game), document_of(upload(game, owner, text, "All"))) == []
        return
    with pytest.raises(DocumentFaults) as refused:
        upload(game, owner, text, "Broken")
    assert fault in str(refused.value)
    assert Snapshot.objects.count() == before


def test_changes_name_what_both_documents_have(game: Game) -> None:
    one = {"name": "A", "events": [EVENT], "credentials": [1], "old": [EVENT]}
    other = {"name": "A", "events": [], "credentials": [2], "new": {"a": 1}}
    found = [str(each) for each in snapshot_changes(one, other)]
    assert found == ["events: removed SCORE", "new: added a", "old: removed SCORE"]


def test_the_working_copy_is_read_once_until_it_changes(game: Game, django_assert_num_queries: Any) -> None:
    change(game, events=[EVENT], teams=[])
    first = working_document(game)
    with django_assert_num_queries(1):
        assert working_document(game) is first
    change(game, events=[])
    assert (codes(first), codes(working_document(game))) == (["SCORE"], [])


def test_sections_that_are_kept_whole_are_exported_by_one_statement(
    game: Game, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(7):
        bare = export_document(game)
    change(game, events=[EVENT], teams=[{"shortCode": "CLUB", "name": "Club"}])
    with django_assert_num_queries(7):
        full = export_document(game)
    assert {name for name in full if full[name] != bare[name]} == {"events", "teams"}
