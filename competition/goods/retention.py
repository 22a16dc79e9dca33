"""Forgets what changed long ago of what players own. What they own stays."""

from django.conf import settings
from django.db import transaction

from competition.models import Transaction, TransactionItem
from protocol.dates import now_ms
from protocol.ids import first_id

BATCH = 500
DAY_MS = 86_400_000


@transaction.atomic
def delete_old_transactions() -> bool:
    """One batch of those past their retention, with their items. Whether there may be more.

    What another worker is deleting at this moment is passed over.
    """
    kept_ms = int(settings.FLINT_RETENTION_TRANSACTION_DAYS) * DAY_MS
    old = Transaction.objects.filter(pk__lt=first_id(now_ms() - kept_ms)).order_by("pk")
    ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    TransactionItem.objects.filter(transaction__in=ids).delete()
    Transaction.objects.filter(pk__in=ids).delete()
    return len(ids) == BATCH
