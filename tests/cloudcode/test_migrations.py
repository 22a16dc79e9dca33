"""Scripts that were kept before they were run."""

from importlib import import_module

import pytest
from django.apps import apps

from cloudcode.scripts import texts_of
from games.models import Game, StoredSection


@pytest.mark.django_db
def test_scripts_kept_as_a_section_become_rows(game: Game) -> None:
    StoredSection.objects.create(game=game, name="scripts", data={"modules/a": "var a;", "event/X": "var x;"})
    import_module("cloudcode.migrations.0002_stored_scripts").take_over(apps, None)
    assert texts_of(game) == {"event/X": "var x;", "modules/a": "var a;"}
