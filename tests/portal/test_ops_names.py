"""The operators' pages are called what the navigation calls them, and say so when they are empty."""

import re

import pytest
from django.apps import apps
from django.test import Client

from competition.models import BoardInstance, Challenge, PostRecord, TotalRecord
from portal.ops import GROUPS
from push.models import OutboxPush
from tests.portal.ops_client import client, competition_page, world

__all__ = ["client", "world"]

PAGES = [
    (model, label)
    for _, pages in GROUPS
    for model, label, _ in pages
    if model.startswith(("competition.", "push.")) or model == "games.StoredSection"
]


@pytest.mark.parametrize(("model", "label"), PAGES, ids=[model for model, _ in PAGES])
def test_a_page_is_called_as_in_the_navigation(model: str, label: str) -> None:
    assert str(apps.get_model(model)._meta.verbose_name_plural).capitalize() == label


def test_an_empty_list_says_whether_anything_is_looked_for(client: Client) -> None:
    assert "No posts fit the search and the filters." in competition_page(client, "postrecord/?q=nobody")
    PostRecord.objects.all().delete()
    shown = competition_page(client, "postrecord/")
    assert re.search(r"<title>\s*Posts \|", shown)
    assert "No posts yet." in shown
    assert "Create a new item" not in shown


def test_what_counts_in_a_challenge_leads_to_it(client: Client) -> None:
    challenge = Challenge.objects.get()
    link = f'href="/ops/competition/challenge/{challenge.pk}/change/"'
    for kind, model in (
        ("postrecord", PostRecord),
        ("totalrecord", TotalRecord),
        ("boardinstance", BoardInstance),
    ):
        row = model.objects.get()
        page = f"{kind}/{row.pk}/change/"
        assert link not in competition_page(client, page)
        model.objects.update(scope=challenge.pk)
        assert link in competition_page(client, page)


def test_a_push_leads_to_its_player_and_names_one_who_is_gone_by_the_id(client: Client) -> None:
    push = OutboxPush.objects.get()
    address = f"/ops/push/outboxpush/{push.pk}/change/"
    link = f'href="/ops/players/player/{push.player_id}/change/"'
    assert link in client.get(address).content.decode()
    OutboxPush.objects.update(player_id="gone")
    shown = client.get(address).content.decode()
    assert link not in shown
    assert re.search(r">\s*gone\s*<", shown)
