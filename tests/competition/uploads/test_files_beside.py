"""Downloadables' files beside the game document: imported, exported, by reference in snapshots."""

import json
from collections.abc import Callable
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from competition.models import GameFile
from competition.uploads import downloadables
from games.config_store import configs
from games.models import Game
from protocol.errors import RequestError

pytestmark = pytest.mark.django_db

StoredFiles = Callable[[], list[bytes]]


def offered(code: str, content: bytes, name: str = "levels.bin") -> dict[str, Any]:
    digest = sha256(content).hexdigest()
    return {"shortCode": code, "name": "", "file": {"name": name, "sha256": digest, "size": len(content)}}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Writes a document with these downloadables; its path."""

    def written(*items: dict[str, Any]) -> str:
        head = {"format": "flint.game/1", "name": "Dice", "apiKey": "dice"}
        (tmp_path / "dice.json").write_text(json.dumps({**head, "downloadables": list(items)}))
        return str(tmp_path / "dice.json")

    return written


def run(command: str, *arguments: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def fetched(code: str, stage: str = "preview") -> GameFile:
    row = Game.objects.get().stage(stage)
    configs.clear()
    return downloadables.find(row.game_id, row.pk, code)[1]


def test_files_are_imported_and_exported(
    write: Callable[..., str], tmp_path: Path, stored_files: StoredFiles
) -> None:
    """Two files of one name lie in folders of their own; the same bytes are kept once."""
    source, target = tmp_path / "source", tmp_path / "target"
    for path, content in (("A/levels.bin", b"aa"), ("levels.bin", b"bbb"), ("other.bin", b"aa")):
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(content)
    document = write(offered("A", b"aa"), offered("B", b"bbb"), offered("C", b"aa", "other.bin"))
    assert run("import_game", document, "--files", source)[1] == ""
    assert stored_files() == [b"aa", b"bbb"]
    assert fetched("B").file.size == 3
    exported = run("export_game", "dice", "--files", target)[0]
    written = {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*.bin")}
    assert written == {"A/levels.bin": b"aa", "B/levels.bin": b"bbb", "C/other.bin": b"aa"}
    (tmp_path / "again.json").write_text(exported)
    assert "0 changes" in run("import_game", tmp_path / "again.json", "--files", target)[0]


def test_what_is_not_there_is_a_fault_and_nothing_is_imported(
    write: Callable[..., str], tmp_path: Path, stored_files: StoredFiles
) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "short.bin").write_bytes(b"a")
    (folder / "other.bin").write_bytes(b"ab")
    document = write(offered("A", b"aa"), offered("B", b"aa", "short.bin"), offered("C", b"aa", "other.bin"))
    with pytest.raises(CommandError) as refused:
        run("import_game", document, "--files", folder)
    assert str(refused.value).splitlines() == [
        "Nothing was imported: 3 faults.",
        f"  downloadables[0].file: there is no file levels.bin in {folder}",
        f"  downloadables[1].file.size: {folder}/short.bin has 1 bytes",
        f"  downloadables[2].file.sha256: {folder}/other.bin has {sha256(b'ab').hexdigest()}",
    ]
    assert (Game.objects.count(), stored_files()) == (0, [])


def test_without_files_clients_are_refused_until_they_come(write: Callable[..., str], tmp_path: Path) -> None:
    document = write(offered("A", b"aa"))
    said = run("import_game", document)[1]
    assert said == (
        "downloadables: A has no file yet: give its folder by --files, or upload it under /ops/.\n"
    )
    for code in ("A", "B"):
        with pytest.raises(RequestError) as refused:
            fetched(code)
        assert refused.value.fields == {"shortCode": "INVALID"}
    (tmp_path / "levels.bin").write_bytes(b"aa")
    run("import_game", document, "--files", tmp_path)
    assert fetched("A").file.size == 2


def test_a_dry_run_stores_no_bytes(
    write: Callable[..., str], tmp_path: Path, stored_files: StoredFiles
) -> None:
    (tmp_path / "levels.bin").write_bytes(b"aa")
    run("import_game", write(offered("A", b"aa")), "--files", tmp_path, "--dry-run")
    assert stored_files() == []


def test_a_snapshot_still_finds_the_older_file(write: Callable[..., str], tmp_path: Path) -> None:
    for content, option in ((b"old", "--publish"), (b"newer", "--files")):
        (tmp_path / "levels.bin").write_bytes(content)
        arguments = [option] if option == "--publish" else []
        run("import_game", write(offered("A", content)), "--files", tmp_path, *arguments)
    assert (fetched("A", "live").file.size, fetched("A").file.size) == (3, 5)


@pytest.mark.parametrize("name", ["..", ".", "a/b", "a\\b", "a\0", ""])
def test_a_file_s_name_leads_nowhere_else(name: str, write: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match=r"downloadables\[0\].file.name"):
        run("import_game", write(offered("A", b"aa", name)))
