import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from games.documents import export_game
from games.models import Credential, Game
from tests.games.duel import TEXT, duel

pytestmark = pytest.mark.django_db


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command(*(str(each) for each in arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "duel.json"
    path.write_text(TEXT)
    return path


def test_import_creates_then_updates(document: Path) -> None:
    first = run("import_game", document).splitlines()
    assert "teams: added CLAN" in first
    assert first[-1] == f"Created Duel of Dice (K370851a5ql7), {len(first) - 1} changes."
    document.write_text(json.dumps(duel(name="Dice")))
    assert run("import_game", document, "--publish") == (
        "name: changed\nUpdated Dice (K370851a5ql7), 1 change, published.\n"
    )
    assert Game.objects.get().stage("live").snapshot is not None


def test_import_reads_standard_input(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(document.read_bytes())))
    run("import_game", "-")
    assert Game.objects.get().name == "Duel of Dice"


def test_dry_run_says_what_would_be(document: Path) -> None:
    last = run("import_game", document, "--dry-run").splitlines()[-1]
    assert last.startswith("Dry run, nothing changed. Would be: Created Duel of Dice (K370851a5ql7), ")
    assert Game.objects.count() == 0


def test_import_lists_every_fault_and_fails(document: Path) -> None:
    document.write_text(json.dumps(duel(teams=[{"shortCode": "CLAN", "size": 1}], weather=1)))
    with pytest.raises(CommandError) as refused:
        run("import_game", document)
    assert (str(refused.value), refused.value.returncode) == (
        "Nothing was imported: 2 faults.\n  weather: unknown key\n  teams[0].size: unknown key",
        1,
    )
    assert Game.objects.count() == 0


def test_unreadable_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"gone.json cannot be read: No such file or directory.$"):
        run("import_game", tmp_path / "gone.json")
    (tmp_path / "latin.json").write_bytes(b'{"name": "\xe9"}')
    with pytest.raises(CommandError, match=r"latin.json is not UTF-8: byte 10.$"):
        run("import_game", tmp_path / "latin.json")


def test_export_writes_the_document(document: Path) -> None:
    run("import_game", document, "--publish")
    game = Game.objects.get()
    secret = Credential.objects.get(short_code="device").secret
    assert run("export_game", "K370851a5ql7") == export_game(game)
    assert run("export_game", "k370851A5QL7", "--stage", "live") == export_game(game, "live")
    assert secret not in run("export_game", "K370851a5ql7")
    assert secret in run("export_game", "K370851a5ql7", "--with-secrets")


def test_publish_makes_live(document: Path) -> None:
    run("import_game", document)
    printed = run("publish_game", "K370851a5ql7", "--description", "First")
    snapshot = Game.objects.get().stage("live").snapshot
    assert snapshot is not None
    assert snapshot.description == "First"
    assert printed == f"Duel of Dice (K370851a5ql7): snapshot {snapshot.pk} is live.\n"


@pytest.mark.parametrize("command", ["export_game", "publish_game"])
def test_unknown_key_is_one_sentence(command: str) -> None:
    with pytest.raises(CommandError, match=r"^No game has the API key nope\.$"):
        run(command, "nope")


def test_live_export_of_an_unpublished_game_is_refused(document: Path) -> None:
    run("import_game", document)
    with pytest.raises(CommandError, match=r"^K370851a5ql7: the live stage is not published yet\.$"):
        run("export_game", "K370851a5ql7", "--stage", "live")
