"""A preview stage is emptied of its players' data; its configuration and the live stage stay."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from games.models import AuditEntry, Game, Stage, User
from players.models import Friendship, Player
from portal.demo.game import load
from portal.preview_data import EMPTIED, KEPT, STAGE_OF

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> Game:
    return load(User.objects.create_user("admin")).game


def test_players_of_preview_are_gone_and_nothing_else(demo: Game) -> None:
    live = set(Player.objects.filter(stage=demo.stage("live")).values_list("pk", flat=True))
    assert Player.objects.filter(stage=demo.stage("preview")).count() == 3
    before = demo.stored_sections.count()
    out = StringIO()
    call_command("reset_preview", demo.api_key, stdout=out)
    assert out.getvalue() == "Duel of Dice (K370851a5ql7): preview is empty, 3 players are gone.\n"
    assert set(Player.objects.values_list("pk", flat=True)) == live
    assert not Friendship.objects.exclude(player__in=live).exists()
    assert demo.stored_sections.count() == before
    entry = AuditEntry.objects.get(action="preview.emptied")
    assert entry.detail == {"players": 3}


def test_unknown_game_is_named() -> None:
    with pytest.raises(CommandError, match=r"No game has the API key nobody\."):
        call_command("reset_preview", "nobody")


def test_every_table_of_a_stage_is_emptied_or_kept() -> None:
    of_stage = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Stage
    }
    assert sorted([*of_stage, *STAGE_OF]) == sorted({*EMPTIED, *KEPT})
