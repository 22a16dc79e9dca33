"""What players own: currencies, goods, and the record of every change."""

from django.db import models
from django.db.models import Q

from games.id_field import IdField
from players.models import Player
from protocol.dates import now_ms
from protocol.ids import new_id


class Wallet(models.Model):
    """A player's balances of the six currencies; what is reserved is not among them.

    Whoever changes anything that a player owns, or an achievement of theirs, holds the lock of this row.
    It is made when it is first needed.
    """

    player = models.OneToOneField(Player, on_delete=models.CASCADE, primary_key=True, related_name="wallet")
    currency1 = models.BigIntegerField(default=0)
    currency2 = models.BigIntegerField(default=0)
    currency3 = models.BigIntegerField(default=0)
    currency4 = models.BigIntegerField(default=0)
    currency5 = models.BigIntegerField(default=0)
    currency6 = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(currency1__gte=0)
                & Q(currency2__gte=0)
                & Q(currency3__gte=0)
                & Q(currency4__gte=0)
                & Q(currency5__gte=0)
                & Q(currency6__gte=0),
                name="nobody_owes",
            )
        ]

    def __str__(self) -> str:
        return f"Wallet of {self.player_id}"


class Reservation(models.Model):
    """What a player has set aside of one currency. `purpose` says for what: a challenge's id for a wager."""

    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="reservations", db_index=False)
    purpose = IdField(max_length=100)
    number = models.SmallIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["player", "purpose", "number"], name="reservation_for_purpose"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="something_is_reserved"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of currency {self.number} for {self.purpose}"


class OwnedGood(models.Model):
    """How many of a good a player has. `code` is the good's short code in the game's configuration."""

    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="goods", db_index=False)
    code = models.CharField(max_length=50)
    quantity = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["player", "code"], name="good_of_player"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="some_of_a_good"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.code}"


class Transaction(models.Model):
    """One change of what a player owns: never changed itself, and forgotten after a year or so
    (`FLINT_RETENTION_TRANSACTION_DAYS`).

    `request_id` is the client's own of the request that caused it; `script`, `script_type`: which script.
    """

    id = IdField(primary_key=True, default=new_id, editable=False)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="transactions", db_index=False)
    reason = models.CharField(max_length=255)
    request_id = models.CharField(max_length=255, blank=True, default="")
    script = models.CharField(max_length=255, blank=True, default="")
    script_type = models.CharField(max_length=50, blank=True, default="")
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        indexes = [models.Index(fields=["player", "created_ms", "id"], name="transactions_by_age")]

    def __str__(self) -> str:
        return self.id


class TransactionItem(models.Model):
    """`kind` is `currency1`, `reservedCurrency1` or a good's short code; `value` what there is afterwards."""

    transaction = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=50)
    amount = models.BigIntegerField()
    value = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.amount:+} {self.kind}"


class Holdings(Player):
    """A player as one who owns something: for the operators' pages, whether there is a wallet or not."""

    class Meta:
        proxy = True
        verbose_name = "balances and goods"
        verbose_name_plural = "balances and goods"
