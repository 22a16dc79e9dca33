"""Rows in bulk are as the product's own, so that what is measured over them is what it says."""

from dataclasses import replace

import psycopg
import pytest
from django.db import connection

from benchmarks.bulk import Bulk
from benchmarks.seeding import seed
from benchmarks.sizes import SMOKE
from messaging.catch_up import read_pages
from messaging.models import PlayerMessage
from messaging.pages import Page, Read
from players.models import Player

SIZES = replace(SMOKE, stored=(20, 500), stored_players=50, active=2, active_waiting=10, most_waiting=100)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_so_many_messages_are_stored_as_was_asked_for() -> None:
    ids = seed(6, 1)["ids"]
    seeded = PlayerMessage.objects.count()
    with psycopg.connect(**_parameters()) as own:
        bulk = Bulk(own, SIZES, ids)
        bulk.begin()
        bulk.fill(20)
        assert PlayerMessage.objects.count() == seeded + 30, (
            "two active players' and the first ten of the most"
        )
        bulk.fill(500)
    assert PlayerMessage.objects.count() == seeded + 500
    assert Player.objects.count() == 56
    waiting = PlayerMessage.objects.filter(state="waiting")
    assert [waiting.filter(player=player).count() for player in ids[:3]] == [10, 10, 100]
    (page,) = read_pages([Page(ids[0], [], [])])
    assert isinstance(page, Read)
    assert len(page.messages) == 10


def _parameters() -> dict[str, str]:
    settings = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {name: str(settings[key]) for name, key in names.items()}
