"""Transactions are forgotten after their time, and nothing that is owned goes with them."""

from typing import Any

import pytest
from django.db import transaction

from competition.goods import balances, retention
from competition.goods.booking import Source
from competition.models import Transaction, TransactionItem
from players.models import Player
from protocol.dates import now_ms
from protocol.ids import first_id
from realtime.worker import load_jobs

pytestmark = pytest.mark.django_db


def test_old_transactions_are_forgotten_in_batches(
    ana: Player, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FLINT_RETENTION_TRANSACTION_DAYS = 2
    monkeypatch.setattr(retention, "BATCH", 2)
    end = now_ms() - 2 * 86_400_000
    with transaction.atomic():
        balances.credit(ana.pk, {1: 7}, Source("now"))
    for number in range(3):
        old = Transaction.objects.create(id=first_id(end - 1000 - number), player=ana, reason="then")
        old.items.create(kind="currency1", amount=1, value=1)
    young = Transaction.objects.create(id=first_id(end + 60_000), player=ana, reason="a moment younger")
    assert [retention.delete_old_transactions() for _ in range(2)] == [True, False]
    assert sorted(Transaction.objects.values_list("reason", flat=True)) == [young.reason, "now"]
    assert TransactionItem.objects.count() == 1
    assert balances.balances(ana.pk)[1] == 7


def test_the_job_is_known_to_workers() -> None:
    assert "competition.delete_old_transactions" in {job.name for job in load_jobs()}
