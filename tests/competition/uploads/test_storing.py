"""No bytes are left over for ever, whatever was interrupted or deleted."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files import File
from pytest_django import DjangoCaptureOnCommitCallbacks

from competition.models import GameFile, StoredFile, Upload
from competition.uploads import downloadables, jobs, storing, uploads
from games.models import AuditEntry, Stage
from players.models import Player
from protocol.dates import now_ms
from protocol.errors import RequestError
from protocol.run import Run

pytestmark = pytest.mark.django_db

StoredFiles = Callable[[], list[bytes]]


def bytes_of(content: bytes) -> "File[bytes]":
    return File(BytesIO(content), "content")


def uploaded(player: Player, content: bytes = b"abc") -> Upload:
    upload = uploads.expect(player.stage_id, player.pk, [])
    uploads.arrived(upload.pk, storing.store(bytes_of(content)), "a.txt", Run())
    return uploads.find(player.stage_id, upload.pk)


def later() -> None:
    """An hour passes for all files."""
    StoredFile.objects.update(created_ms=now_ms() - storing.GRACE_MS)


def test_what_nobody_refers_to_is_removed_after_an_hour(ana: Player, stored_files: StoredFiles) -> None:
    uploaded(ana, b"kept")
    downloadables.keep(ana.stage.game, bytes_of(b"offered"))
    storing.store(bytes_of(b"interrupted"))
    storing.announce(9)  # never written
    assert storing.Leftovers().remove_some() is False
    assert stored_files() == [b"interrupted", b"kept", b"offered"]
    later()
    assert storing.Leftovers().remove_some() is False
    assert (stored_files(), StoredFile.objects.count()) == ([b"kept", b"offered"], 2)


def test_files_go_with_their_player_and_their_game(ana: Player, stored_files: StoredFiles) -> None:
    uploaded(ana)
    downloadables.keep(ana.stage.game, bytes_of(b"offered"))
    later()
    ana.delete()
    storing.Leftovers().remove_some()
    assert (stored_files(), Upload.objects.count()) == ([b"offered"], 0)
    ana.stage.game.delete()
    storing.Leftovers().remove_some()
    assert (stored_files(), StoredFile.objects.count(), GameFile.objects.count()) == ([], 0, 0)


def test_files_are_gone_through_in_batches(
    stage: Stage, stored_files: StoredFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "BATCH", 2)
    for number in range(5):
        storing.store(bytes_of(b"%d" % number))
    later()
    leftovers = storing.Leftovers()
    assert [leftovers.remove_some() for _ in range(3)] == [True, True, False]
    assert stored_files() == []


def test_what_the_storage_will_not_remove_keeps_nothing_else(
    stage: Stage, folder: Path, stored_files: StoredFiles, caplog: pytest.LogCaptureFixture
) -> None:
    stuck = storing.announce(1)
    (folder / stuck.name / "in the way").mkdir(parents=True)
    storing.store(bytes_of(b"interrupted"))
    later()
    assert storing.Leftovers().remove_some() is False
    assert (stored_files(), StoredFile.objects.get()) == ([], stuck)
    assert "a left-over file was not removed" in caplog.text


def test_urls_that_nobody_used_are_forgotten(ana: Player) -> None:
    kept = {uploaded(ana).pk, uploads.expect(ana.stage_id, ana.pk, []).pk}
    Upload.objects.filter(file__isnull=False).update(expires_ms=1)
    old = uploads.expect(ana.stage_id, ana.pk, [])
    Upload.objects.filter(pk=old.pk).update(expires_ms=now_ms())
    assert jobs.delete_expired() is False
    assert set(Upload.objects.values_list("pk", flat=True)) == kept


def test_an_upload_is_found_on_its_stage_once_it_has_arrived(ana: Player) -> None:
    upload = uploaded(ana)
    awaited = uploads.expect(ana.stage_id, ana.pk, [])
    live = ana.stage.game.stage("live")
    for stage_id, id in ((live.pk, upload.pk), (ana.stage_id, awaited.pk), (ana.stage_id, "")):
        with pytest.raises(RequestError) as refused:
            uploads.find(stage_id, id)
        assert refused.value.fields == {"uploadId": "INVALID"}


def test_deleting_an_upload_is_written_down(
    ana: Player, stored_files: StoredFiles, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    upload = uploaded(ana)
    id = upload.pk
    with django_capture_on_commit_callbacks(execute=True):
        uploads.delete(upload, None)
    assert (stored_files(), StoredFile.objects.count(), Upload.objects.count()) == ([], 0, 0)
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.target, entry.detail) == ("upload.deleted", id, {"name": "a.txt"})


def test_what_could_not_be_removed_at_once_is_left_over(
    ana: Player, folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    upload = uploaded(ana)
    assert upload.file
    path = folder / upload.file.name
    path.unlink()
    (path / "in the way").mkdir(parents=True)
    with django_capture_on_commit_callbacks(execute=True):
        uploads.delete(upload, None)
    assert Upload.objects.count() == 0
    (path / "in the way").rmdir()
    later()
    storing.Leftovers().remove_some()
    assert (path.exists(), StoredFile.objects.count()) == (False, 0)


def test_a_game_keeps_bytes_once(stage: Stage, stored_files: StoredFiles) -> None:
    first = downloadables.keep(stage.game, bytes_of(b"level"))
    assert downloadables.keep(stage.game, bytes_of(b"level")).pk == first.pk
    assert (stored_files(), first.file.size) == ([b"level"], 5)
