"""Scripts from a folder into a game and back, by the commands."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cloudcode.models import Script, ScriptVersion
from cloudcode.scripts import save_script, texts_of
from games.models import Game
from games.publishing import publish
from games.section_items import add_item
from messaging.message_types import remove_extension, save_extension
from tests.cloudcode.test_trees import write

BOUND = {
    "request/AccountDetailsRequest.js": b"Spark.exit();",
    "response/AuthenticationResponse.js": b"\xef\xbb\xbf// only a comment\r\n",
    "event/SCORE.js": b"var a = 1;\r\n",
    "event-challenge/SCORE.js": b"",
    "message-global/FriendMessage.js": b"var m;",
    "message-user/ScriptMessage_GIFT.js": b"var g;",
    "system/GS_HOURLY.js": b"var h;",
    "callbacks/device.js": b"var c;",
    "modules/ANY.js": b"for each (var x in [1]) {}",
    "rtScript/script.js": b"this is not ours (",
}
UNBOUND = {
    "request/FlyRequest.js": "there is no FlyRequest",
    "response/AccountDetailsRequest.js": "there is no AccountDetailsRequest",
    "event/GONE.js": "the game has no event GONE",
    "event-challenge/GONE.js": "the game has no event GONE",
    "message-user/FlyMessage.js": "there is no FlyMessage",
    "message-global/ScriptMessage_GONE.js": "the game has no message extension GONE",
    "system/GS_SFTP.js": "there is no system script GS_SFTP",
    "callbacks/GONE.js": "the game has no credential GONE",
}


@pytest.fixture
def dice(game: Game) -> Game:
    add_item(game, "events", {"shortCode": "SCORE", "name": "Score"}, None)
    save_extension(game, "GIFT", "Gift", "", None)
    return game


def run(*arguments: object) -> tuple[str, str]:
    out, error = io.StringIO(), io.StringIO()
    call_command(*(str(each) for each in arguments), stdout=out, stderr=error)
    return out.getvalue(), error.getvalue()


def test_a_tree_comes_in_and_goes_out_the_same(dice: Game, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", BOUND)
    out, error = run("import_scripts", dice.api_key, folder)
    assert out.splitlines()[0] == "added    callbacks/device"
    assert "added    rtScript/script (kept, never run)" in out
    assert out.splitlines()[-1] == (
        "Imported into Duel of Dice (duel0000dice): 10 added, 0 changed, 0 removed, 0 unchanged, 0 skipped."
    )
    assert error == ""
    version = ScriptVersion.objects.get(script__key="event/SCORE")
    assert (version.number, version.text, version.note) == (1, "var a = 1;\r\n", "Imported from in")
    run("export_scripts", dice.api_key, tmp_path / "out")
    written = {path: (tmp_path / "out" / path).read_bytes() for path in BOUND}
    assert written == BOUND
    assert sum(each.is_file() for each in (tmp_path / "out").rglob("*")) == len(BOUND)


def test_what_nothing_runs_is_reported_and_left_out(dice: Game, tmp_path: Path) -> None:
    unbound = dict.fromkeys(UNBOUND, b"var x;")
    folder = write(tmp_path / "in", {**unbound, "modules/A.js": b"", "notes.txt": b""})
    out, error = run("import_scripts", dice.api_key, folder)
    skipped = [f"skipped  {path.removesuffix('.js')}: {reason}" for path, reason in sorted(UNBOUND.items())]
    assert sorted(error.splitlines()) == sorted([*skipped, "ignored  notes.txt: no script"])
    assert out.endswith("1 added, 0 changed, 0 removed, 0 unchanged, 8 skipped.\n")
    assert texts_of(dice) == {"modules/A": ""}


def test_a_second_import_shows_what_changes_and_keeps_the_versions(dice: Game, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {"modules/A.js": b"var a;\nvar b;\n", "modules/B.js": b"var b;"})
    run("import_scripts", dice.api_key, folder)
    save_script(dice, "modules/MINE", "var mine;", None)
    write(folder, {"modules/A.js": b"var a;\nvar c;\n"})
    told = [
        "changed  modules/A",
        "  --- modules/A.js",
        "  +++ modules/A.js",
        "  @@ -1,2 +1,2 @@",
        "   var a;",
        "  -var b;",
        "  +var c;",
    ]
    counts = "Duel of Dice (duel0000dice): 0 added, 1 changed, 0 removed, 1 unchanged, 0 skipped."
    out, _ = run("import_scripts", dice.api_key, folder, "--dry-run")
    assert out.splitlines() == [*told, f"Dry run, nothing changed. Would be: {counts}"]
    assert texts_of(dice)["modules/A"] == "var a;\nvar b;\n"
    out, _ = run("import_scripts", dice.api_key, folder, "--note", "Renamed b")
    assert out.splitlines() == [*told, f"Imported into {counts}"]
    rows = ScriptVersion.objects.filter(script__key="modules/A").order_by("number")
    assert list(rows.values_list("number", "note")) == [(1, "Imported from in"), (2, "Renamed b")]
    assert "modules/MINE" in texts_of(dice)
    out, _ = run("import_scripts", dice.api_key, folder, "--replace")
    assert out.splitlines()[0] == "removed  modules/MINE"
    assert sorted(texts_of(dice)) == ["modules/A", "modules/B"]


def test_a_script_that_is_in_the_tree_is_not_removed_although_its_message_is_gone(
    dice: Game, tmp_path: Path
) -> None:
    folder = write(tmp_path / "in", {"message-user/ScriptMessage_GIFT.js": b"var a;", "modules/A.js": b""})
    run("import_scripts", dice.api_key, folder)
    remove_extension(dice.message_types.get(key="ScriptMessage_GIFT"), None)
    out, error = run("import_scripts", dice.api_key, folder, "--replace")
    assert error == "skipped  message-user/ScriptMessage_GIFT: the game has no message extension GIFT\n"
    assert out.endswith("0 added, 0 changed, 0 removed, 1 unchanged, 1 skipped.\n")
    assert texts_of(dice) == {"message-user/ScriptMessage_GIFT": "var a;", "modules/A": ""}


def test_scripts_of_the_messages_that_every_game_has_come_in(dice: Game, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {"message-user/ScriptMessage_FLINT_FRIEND_INVITE.js": b"var a;"})
    out, error = run("import_scripts", dice.api_key, folder)
    assert (out.splitlines()[-1].partition(": ")[2], error) == (
        "1 added, 0 changed, 0 removed, 0 unchanged, 0 skipped.",
        "",
    )


def test_every_syntax_error_has_its_place_and_nothing_is_imported(dice: Game, tmp_path: Path) -> None:
    files = {
        "event/SCORE.js": b"\xef\xbb\xbfvar a = ;",
        "modules/A.js": b"var a;\r\n\r\n  if (a {",
        "modules/B.js": b"fine();",
    }
    with pytest.raises(CommandError) as refused:
        run("import_scripts", dice.api_key, write(tmp_path / "in", files))
    assert str(refused.value).splitlines() == [
        "Nothing was imported.",
        "  event/SCORE.js:1:9: unexpected token in expression: ';'",
        "  modules/A.js:3:9: Unexpected token '{'",
    ]
    assert not Script.objects.exists()


def test_what_cannot_be_done_is_one_sentence(dice: Game, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("")
    for arguments, sentence in (
        (("import_scripts", "nobody", tmp_path), "No game has the API key nobody."),
        (
            ("import_scripts", dice.api_key, tmp_path / "gone"),
            "gone cannot be read: No such file or directory.",
        ),
        (("export_scripts", "nobody", tmp_path), "No game has the API key nobody."),
        (("export_scripts", dice.api_key, tmp_path), "Nothing was written: .* is not empty."),
    ):
        with pytest.raises(CommandError, match=sentence):
            run(*arguments)


def test_live_exports_what_was_published(dice: Game, tmp_path: Path) -> None:
    save_script(dice, "modules/A", "var published;", None)
    publish(dice, None, "First")
    save_script(dice, "modules/A", "var later;", None)
    run("export_scripts", dice.api_key, tmp_path / "out", "--stage", "live")
    assert (tmp_path / "out/modules/A.js").read_text() == "var published;"
