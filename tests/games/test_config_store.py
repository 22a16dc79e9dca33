import json
import logging
import time

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from games.config import GameConfig
from games.config_store import ConfigStore, configs
from games.credentials import reset_secret
from games.documents import import_game
from games.jobs import EVERYWHERE
from games.models import Credential, Game, Stage, StoredSection, User
from games.publishing import create_game, publish, touch
from games.stages import set_sandbox_push
from tests.games.duel import TEXT, duel


def clans(config: GameConfig) -> list[str]:
    return list(config.sections["teams"])


def add_team(game: Game, code: str) -> None:
    import_game(
        json.dumps(duel(apiKey=game.api_key, teams=[{"shortCode": "CLAN"}, {"shortCode": code}])), None
    )


@pytest.fixture
def duel_game(owner: User) -> Game:
    return import_game(TEXT, owner, publish=True).game


def test_current_compiles_once(duel_game: Game, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    stage = duel_game.stage("preview")
    config = configs.current(stage.pk)
    with django_assert_num_queries(0):
        assert configs.current(stage.pk) is config


def test_refresh_asks_once_whatever_is_cached(
    duel_game: Game, owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        configs.refresh()
    configs.current(duel_game.stage("preview").pk)
    with django_assert_num_queries(1):
        configs.refresh()
    other = create_game("Other", owner)
    configs.current(other.stage("preview").pk)
    configs.current(other.stage("live").pk)
    with django_assert_num_queries(1):
        configs.refresh()


def test_refresh_picks_up_what_another_process_published(duel_game: Game, owner: User) -> None:
    preview, live = duel_game.stage("preview"), duel_game.stage("live")
    configs.current(preview.pk)
    before = configs.current(live.pk)
    add_team(duel_game, "SQUAD")  # its commit never comes in this test: as if elsewhere
    configs.refresh()
    assert clans(configs.current(preview.pk)) == ["CLAN", "SQUAD"]
    assert configs.current(live.pk) is before
    publish(duel_game, owner)
    configs.refresh()
    assert clans(configs.current(live.pk)) == ["CLAN", "SQUAD"]
    assert clans(before) == ["CLAN"]


def test_change_in_this_process_is_there_with_its_commit(
    duel_game: Game, owner: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    preview, live = duel_game.stage("preview"), duel_game.stage("live")
    configs.current(preview.pk)
    configs.current(live.pk)
    with django_capture_on_commit_callbacks(execute=True):
        add_team(duel_game, "SQUAD")
    assert clans(configs.current(preview.pk)) == ["CLAN", "SQUAD"]
    with django_capture_on_commit_callbacks(execute=True):
        publish(duel_game, owner)
    assert clans(configs.current(live.pk)) == ["CLAN", "SQUAD"]


def test_new_secret_reaches_both_stages(
    duel_game: Game, owner: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    stages = [duel_game.stage(name).pk for name in ("preview", "live")]
    for stage in stages:
        configs.current(stage)
    with django_capture_on_commit_callbacks(execute=True):
        secret = reset_secret(Credential.objects.get(game=duel_game, short_code="server"), owner)
    assert [configs.current(stage).credentials["server"].secret for stage in stages] == [secret, secret]


def test_sandbox_switch_reaches_its_stage(
    duel_game: Game, owner: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    live = duel_game.stage("live")
    assert configs.current(live.pk).sandbox_push is False
    with django_capture_on_commit_callbacks(execute=True):
        set_sandbox_push(live, True, owner)
    assert configs.current(live.pk).sandbox_push is True


def test_stage_that_no_longer_compiles_keeps_its_last_state(
    duel_game: Game, caplog: pytest.LogCaptureFixture
) -> None:
    live = duel_game.stage("live")
    before = configs.current(live.pk)
    assert live.snapshot is not None
    live.snapshot.document = "{"
    live.snapshot.save()
    Stage.objects.filter(pk=live.pk).update(version=live.version + 1)
    with caplog.at_level(logging.ERROR, "games.config_store"):
        configs.refresh()
        configs.refresh()
    assert configs.current(live.pk) is before
    assert len(caplog.records) == 1
    live.snapshot.document = "{}"
    live.snapshot.save()
    Stage.objects.filter(pk=live.pk).update(version=live.version + 2)
    configs.refresh()
    assert clans(configs.current(live.pk)) == []


def test_deleted_game_is_forgotten(duel_game: Game) -> None:
    preview = duel_game.stage("preview")
    configs.current(preview.pk)
    duel_game.delete()
    configs.refresh()
    with pytest.raises(Stage.DoesNotExist):
        configs.current(preview.pk)


@pytest.mark.django_db(transaction=True)
async def test_lookup_loads_off_the_loop_then_from_the_cache() -> None:
    game = create_game("Duel of Dice", None, "duel0000dice")
    store = ConfigStore()
    config = await store.lookup("duel0000dice", "preview")
    assert config is not None
    assert (config.game_id, config.stage, config.published) == (game.pk, "preview", True)

    async def never(load: object) -> None:
        raise AssertionError("a cached stage was loaded")

    store.run = never
    assert await store.lookup("DUEL0000DICE", "preview") is config


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("api_key", "stage"), [("unknown", "live"), ("duel0000dice", "beta"), ("", "live")])
async def test_lookup_of_what_is_not_there_is_none(api_key: str, stage: str) -> None:
    create_game("Duel of Dice", None, "duel0000dice")
    assert await ConfigStore().lookup(api_key, stage) is None


@pytest.mark.django_db(transaction=True)
def test_publish_by_a_command_is_live_within_a_second() -> None:
    game = create_game("Duel of Dice", None, "duel0000dice")
    store = ConfigStore()  # another process's
    live = game.stage("live")
    assert clans(store.current(live.pk)) == []
    StoredSection.objects.update_or_create(
        game=game, name="teams", defaults={"data": [{"shortCode": "CLAN"}]}
    )
    touch(game)
    call_command("publish_game", "duel0000dice", verbosity=0)
    ((_, every, _),) = EVERYWHERE
    start = time.monotonic()
    store.refresh()
    assert clans(store.current(live.pk)) == ["CLAN"]
    assert every + time.monotonic() - start < 1


def test_job_refreshes_the_store(duel_game: Game) -> None:
    preview = duel_game.stage("preview")
    before = configs.current(preview.pk)
    touch(duel_game)
    ((name, _, function),) = EVERYWHERE
    assert (name, function()) == ("games.refresh_configs", None)
    assert configs.current(preview.pk).version == before.version + 1
