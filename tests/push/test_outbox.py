import pytest
from django.db import transaction
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from games.models import Stage
from messaging.message_types import EXTENSION_PREFIX
from protocol.dates import now_ms
from push.models import OutboxPush, PushAttempt, PushCount
from push.outbox import enqueue
from tests.push.recorder import make_device, push_to


def test_enqueue_stores_what_it_was_given(preview: Stage):
    device = make_device(preview)
    item = push_to(device, badge=True)
    before = now_ms()
    enqueue(preview.pk, [item])
    row = OutboxPush.objects.get()
    assert (row.player_message_id, row.player_id, row.device_id) == (
        item.player_message_id,
        device.player_id,
        device.pk,
    )
    assert (row.provider, row.device_os, row.message_class) == ("apns", "ios", "FriendMessage")
    assert (row.payload, row.badge, row.expires_ms) == (item.payload, True, item.expires_ms)
    assert row.collapse_key == item.player_message_id
    assert (row.claim, row.tries) == ("", 0)
    assert before <= row.created_ms == row.due_ms <= now_ms()


def test_enqueue_is_part_of_the_transaction(preview: Stage):
    with transaction.atomic():
        enqueue(preview.pk, [push_to(make_device(preview))])
        transaction.set_rollback(True)
    assert OutboxPush.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_enqueue_takes_one_statement(
    preview: Stage, django_assert_num_queries: DjangoAssertNumQueries, count: int
):
    items = [push_to(make_device(preview)) for _ in range(count)]
    with transaction.atomic(), django_assert_num_queries(1):
        enqueue(preview.pk, items)


def test_enqueue_of_nothing_does_nothing(preview: Stage, django_assert_num_queries: DjangoAssertNumQueries):
    with django_assert_num_queries(0):
        enqueue(preview.pk, [])


@pytest.mark.parametrize("model", [OutboxPush, PushAttempt, PushCount])
def test_longest_short_code_of_an_extension_fits(model: type[Model]):
    """PostgreSQL refuses a row that is too long; SQLite would take it."""
    longest = len(EXTENSION_PREFIX) + 50
    assert model._meta.get_field("message_class").max_length >= longest
