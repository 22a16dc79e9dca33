import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from games.config import compile_stage
from games.credentials import save_credential
from games.documents import import_game
from games.models import Game, Stage, User
from games.publishing import create_game
from games.sections import all_sections
from tests.games.duel import TEXT


def test_config_names_its_stage(game: Game) -> None:
    stage = game.stage("live")
    config = compile_stage(stage)
    assert (config.game_id, config.game_name, config.api_key) == (game.pk, "Duel of Dice", "duel0000dice")
    assert (config.stage_id, config.stage, config.version) == (stage.pk, "live", stage.version)


def test_live_without_a_snapshot_is_not_published(owner: User) -> None:
    game = create_game("Duel of Dice", owner, published=False)
    assert compile_stage(game.stage("live")).published is False
    assert compile_stage(game.stage("preview")).published is True


def test_every_section_is_compiled_also_of_an_empty_game(owner: User) -> None:
    game = create_game("Duel of Dice", owner, published=False)
    names = {section.name for section in all_sections()}
    for stage in game.stages.all():
        assert set(compile_stage(stage).sections) == names


def test_live_compiles_its_snapshot_and_preview_the_rows(owner: User) -> None:
    game = import_game(TEXT, owner, publish=True).game
    import_game(TEXT.replace('"function rate() {}\\n"', '"changed"'), owner)
    scripts = {stage.name: compile_stage(stage).sections["scripts"] for stage in game.stages.all()}
    assert scripts["live"].modules["ratings"].text == "function rate() {}\n"
    assert scripts["preview"].modules["ratings"].text == "changed"


def test_credentials_come_with_their_rights_on_both_stages(game: Game, owner: User) -> None:
    fields = {
        "player": False,
        "listener": False,
        "callback": True,
        "rest_policy": "token",
        "allow": ["SendMessageRequest"],
        "deny": ["LogEventRequest"],
        "admin": True,
        "listen_all": True,
        "secret": "a secret",
    }
    save_credential(game, "partner", fields, owner)
    for stage in game.stages.all():
        credential = compile_stage(stage).credentials["partner"]
        rights = credential.rights
        assert (credential.secret, rights.short_code, rights.player, rights.listener) == (
            "a secret",
            "partner",
            False,
            False,
        )
        assert (rights.callback, rights.rest_policy, rights.admin, rights.listen_all) == (
            True,
            "token",
            True,
            True,
        )
        assert (rights.allow, rights.deny) == ({"SendMessageRequest"}, {"LogEventRequest"})


def test_secret_is_not_in_the_repr(game: Game) -> None:
    config = compile_stage(game.stage("preview"))
    assert config.credentials["device"].secret not in repr(config)


def test_config_cannot_be_changed(game: Game) -> None:
    config = compile_stage(Stage.objects.get(game=game, name="preview"))
    with pytest.raises(AttributeError):
        config.version = 7  # type: ignore[misc]
    with pytest.raises(TypeError):
        config.sections["teams"] = []  # type: ignore[index]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_stage_is_compiled_as_of_one_moment_whoever_imports_meanwhile(owner: User) -> None:
    """Between the running totals and the leaderboards comes a document with one more of each."""
    stage = import_game(TEXT, owner).game.stage("preview")
    document = json.loads(TEXT)
    total = {"shortCode": "NEW", "event": "SCORE", "collectors": [{"attribute": "S", "calculation": "sum"}]}
    document["runningTotals"].append(total)
    field = {"runningTotal": "NEW", "collector": "S", "sort": "desc"}
    document["leaderboards"].append({"shortCode": "NEW", "fields": [field]})
    came: list[str] = []

    def change() -> None:
        try:
            import_game(json.dumps(document), owner)
        finally:
            connections.close_all()

    def meanwhile(execute: Callable[..., Any], sql: str, params: Any, *arguments: Any) -> Any:
        answer = execute(sql, params, *arguments)
        if "runningTotals" in (params or ()) and not came:
            came.append(sql)
            with ThreadPoolExecutor(1) as threads:
                threads.submit(change).result()
        return answer

    with connection.execute_wrapper(meanwhile):
        compiled = compile_stage(stage)
    assert (len(came), set(compiled.sections["leaderboards"])) == (1, {"HS", "BY_LEVEL"})
    assert set(compile_stage(stage).sections["leaderboards"]) == {"HS", "BY_LEVEL", "NEW"}
