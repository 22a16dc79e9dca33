"""Posts and running totals in the operators' admin."""

from django.test import Client

from competition.models import PostRecord, TotalRecord
from tests.portal.ops_client import client, world
from tests.portal.ops_client import competition_page as page

__all__ = ["client", "world"]


def test_a_post_says_what_came_of_it(client: Client) -> None:
    told = '{"board":"HS","owner":"p1","old":null,"new":{"S":1},"sent":["NewHighScoreMessage"],"why":""}'
    PostRecord.objects.update(story=f'{{"values": "{{}}", "totals": ["SCORE"], "boards": [{told}]}}')
    post = PostRecord.objects.get()
    assert "sent NewHighScoreMessage" in page(client, "postrecord/")
    shown = page(client, f"postrecord/{post.pk}/change/")
    assert "counted in SCORE" in shown
    assert "HS of p1: nothing became {&quot;S&quot;:1}; sent NewHighScoreMessage" in shown
    assert 'name="_save"' not in shown


def test_a_record_shows_what_is_counted_and_a_long_one_is_cut_in_the_list(client: Client) -> None:
    row = TotalRecord.objects.get()
    TotalRecord.objects.update(grouped='{"G":"' + "x" * 150 + '"}')
    listed, shown = page(client, "totalrecord/"), page(client, f"totalrecord/{row.pk}/change/")
    assert "x" * 60 not in listed
    assert "x" * 150 in shown
    assert "BY &quot;aurelia&quot;" in shown
    assert 'name="_save"' not in shown
