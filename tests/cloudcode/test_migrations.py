"""Scripts that were kept before they were run."""

from importlib import import_module

import pytest
from django.apps import apps

from cloudcode.models import Collection, Document
from cloudcode.scripts import texts_of
from games.models import Game, StoredSection


@pytest.mark.django_db
def test_scripts_kept_as_a_section_become_rows(game: Game) -> None:
    StoredSection.objects.create(game=game, name="scripts", data={"modules/a": "var a;", "event/X": "var x;"})
    import_module("cloudcode.migrations.0002_stored_scripts").take_over(apps, None)
    assert texts_of(game) == {"event/X": "var x;", "modules/a": "var a;"}


@pytest.mark.django_db
def test_items_that_had_a_ttl_before_are_deleted_by_it(game: Game) -> None:
    stage = game.stage("preview")
    for name in ("data.hero", "script.hero"):
        held = Collection.objects.create(stage=stage, name=name)
        for key, ttl in (("a", 5), ("b", None), ("c", 1e12)):
            Document.objects.create(collection=held, key=key, text="{}", document={"ttl": ttl})
    Document.objects.create(collection=held, key="d", text="{}", document={})
    import_module("cloudcode.migrations.0006_item_expiry").take_over(apps, None)
    rows = Document.objects.order_by("pk").values_list("key", "expires_ms")
    kept = [("a", None), ("b", None), ("c", None), ("d", None)]
    assert list(rows) == [("a", 5), ("b", None), ("c", 10**12), *kept]
