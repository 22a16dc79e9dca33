"""A game's scripts: saved, refused, removed, and in the game document."""

import json

import pytest

from cloudcode.models import Script, ScriptVersion
from cloudcode.scripts import ScriptFault, remove_script, replace_all, save_script, texts_of
from games.config_store import configs
from games.documents import DocumentFaults, import_game
from games.exports import export_document
from games.models import AuditEntry, Game, Stage, User

KEY = "modules/ratings"


@pytest.fixture
def olga(db: None) -> User:
    return User.objects.create_user("olga")


def test_a_saved_script_is_a_version_with_author_and_note(game: Game, olga: User) -> None:
    save_script(game, KEY, "var a;", olga, "First")
    save_script(game, KEY, "var a;", olga, "Not again")
    save_script(game, KEY, "var b;", olga, "Second")
    rows = ScriptVersion.objects.order_by("number").values_list("number", "text", "author_name", "note")
    assert list(rows) == [(1, "var a;", "olga", "First"), (2, "var b;", "olga", "Second")]
    assert texts_of(game) == {KEY: "var b;"}
    entry = AuditEntry.objects.filter(action="script.changed").first()
    assert entry is not None
    assert (entry.target, entry.detail) == (KEY, {"version": 2, "note": "Second"})


def test_what_the_engine_cannot_read_is_refused_with_its_line(game: Game, olga: User) -> None:
    save_script(game, KEY, "var a;", olga)
    with pytest.raises(ScriptFault) as refused:
        save_script(game, KEY, "var a = 1;\n\nvar b = ;", olga)
    assert refused.value.faults == ["line 3, column 9: unexpected token in expression: ';'"]
    assert texts_of(game) == {KEY: "var a;"}


def test_a_text_has_512_kilobytes_at_most_however_it_comes(game: Game, olga: User) -> None:
    most = "//" + "é" * (256 * 1024 - 1)
    save_script(game, KEY, most, olga)
    for key in (KEY, "rtScript/any"):
        with pytest.raises(ScriptFault) as refused:
            save_script(game, key, most + " ", olga)
        assert refused.value.faults == ["the text is larger than 512 KB"]
    with pytest.raises(DocumentFaults) as faulty:
        import_game(json.dumps({**export_document(game), "scripts": {KEY: most + " "}}), olga)
    assert faulty.value.faults == [f'scripts["{KEY}"]: the text is larger than 512 KB']
    assert texts_of(game) == {KEY: most}


def test_nothing_of_a_script_runs_while_it_is_checked(game: Game, olga: User) -> None:
    save_script(game, KEY, "while (true) {} function f() { for (;;); }", olga)
    assert KEY in texts_of(game)


def test_a_removed_script_keeps_its_versions_and_may_come_back(game: Game, olga: User) -> None:
    save_script(game, KEY, "var a;", olga)
    remove_script(Script.objects.get(), olga)
    assert texts_of(game) == {}
    assert save_script(game, KEY, "var a;", olga).number == 2


def test_a_saved_script_is_in_previews_next_configuration(
    game: Game, stage: Stage, django_capture_on_commit_callbacks: object
) -> None:
    assert configs.current(stage.pk).sections["scripts"].requests == {}
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        save_script(game, "request/LogEventRequest", "var a;", None)
    bound = configs.current(stage.pk).sections["scripts"].requests["LogEventRequest"]
    assert bound.before.name == "request/LogEventRequest"


def test_the_document_holds_the_scripts_and_makes_them(game: Game, olga: User) -> None:
    replace_all(game, {KEY: "var a;", "modules/old": "var c;"}, olga, "")
    document = {**export_document(game), "scripts": {KEY: "var b;"}}
    import_game(json.dumps(document), olga)
    assert export_document(game)["scripts"] == {KEY: "var b;"}


def test_an_import_names_every_faulty_script_and_changes_nothing(game: Game, olga: User) -> None:
    scripts = {"modules/a": "var = 1;", "modules/b": "\n\n}", "modules/c": "fine();", "event/NONE": "var a;"}
    with pytest.raises(DocumentFaults) as refused:
        import_game(json.dumps({**export_document(game), "scripts": scripts}), olga)
    assert refused.value.faults == ['scripts["event/NONE"]: unknown event "NONE"']
    del scripts["event/NONE"]
    with pytest.raises(DocumentFaults) as refused:
        import_game(json.dumps({**export_document(game), "scripts": scripts}), olga)
    assert [fault.partition(": ")[0] for fault in refused.value.faults] == [
        'scripts["modules/a"]',
        'scripts["modules/b"]',
    ]
    assert "line 3" in refused.value.faults[1]
    assert texts_of(game) == {}
