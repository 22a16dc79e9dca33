"""A change of what players own, and the row of their transactions that it leaves."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from competition.goods.wallets import lock
from competition.models import OwnedGood, Transaction, TransactionItem, Wallet

LARGEST = 2**53  # clients read numbers as doubles
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Source:
    """Why something changes. `request_id` is the client's own id of the request, if one caused it."""

    reason: str
    request_id: str = ""
    script: str = ""
    script_type: str = ""


@dataclass(slots=True)
class Booking:
    """One player's things while they change. `goods` holds the quantities of those it was opened with.

    A balance or quantity that would pass 2^53 stays there.
    """

    wallet: Wallet
    goods: dict[str, int]
    items: list[tuple[str, int, int]] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)  # of the wallet that changed
    codes: set[str] = field(default_factory=set)  # of the goods that changed

    def balance(self, number: int) -> int:
        amount: int = getattr(self.wallet, f"currency{number}")
        return amount

    def change_balance(self, number: int, amount: int) -> None:
        """By a signed amount, which leaves at least 0."""
        column, before = f"currency{number}", self.balance(number)
        after = min(before + amount, LARGEST)
        setattr(self.wallet, column, after)
        self.columns.add(column)
        self.note(column, after - before, after)

    def change_good(self, code: str, amount: int) -> None:
        """By a signed quantity, which leaves at least 0."""
        before = self.goods[code]
        after = self.goods[code] = min(before + amount, LARGEST)
        self.codes.add(code)
        self.note(code, after - before, after)

    def note(self, kind: str, amount: int, value: int) -> None:
        if amount:
            self.items.append((kind, amount, value))


@contextmanager
def booking(player_id: str, source: Source, goods: Iterable[str] = ()) -> Iterator[Booking]:
    with bookings([player_id], source, goods) as opened:
        yield opened[player_id]


@contextmanager
def bookings(
    player_ids: Iterable[str], source: Source, goods: Iterable[str] = ()
) -> Iterator[dict[str, Booking]]:
    """One for each player, whose wallets are locked. What they hold at the end is written, in a fixed number
    of statements; after an exception nothing is.

    `goods`: short codes of those that may change. Inside the caller's transaction.
    """
    codes = sorted(set(goods))
    opened = {
        player_id: Booking(wallet, dict.fromkeys(codes, 0)) for player_id, wallet in lock(player_ids).items()
    }
    if codes:
        for owned in OwnedGood.objects.filter(player__in=opened, code__in=codes):
            opened[owned.player_id].goods[owned.code] = owned.quantity
    yield opened
    _write({player_id: each for player_id, each in opened.items() if each.items}, source)


def _write(changed: Mapping[str, Booking], source: Source) -> None:
    if not changed:
        return
    columns = sorted(set().union(*(each.columns for each in changed.values())))
    if columns:
        Wallet.objects.bulk_update([each.wallet for each in changed.values()], columns)
    _write_goods(changed)
    rows = {player_id: _transaction(player_id, source) for player_id in changed}
    Transaction.objects.bulk_create(rows.values())
    TransactionItem.objects.bulk_create(
        TransactionItem(transaction=rows[player_id], kind=kind, amount=amount, value=value)
        for player_id, each in changed.items()
        for kind, amount, value in each.items
    )


def _write_goods(changed: Mapping[str, Booking]) -> None:
    touched = [
        OwnedGood(player_id=player_id, code=code, quantity=each.goods[code])
        for player_id, each in changed.items()
        for code in sorted(each.codes)
    ]
    if kept := [row for row in touched if row.quantity]:
        OwnedGood.objects.bulk_create(
            kept, update_conflicts=True, unique_fields=["player", "code"], update_fields=["quantity"]
        )
    for row in touched:
        if not row.quantity:
            OwnedGood.objects.filter(player=row.player_id, code=row.code).delete()


def _transaction(player_id: str, source: Source) -> Transaction:
    return Transaction(
        player_id=player_id,
        reason=source.reason[:LONGEST],
        request_id=source.request_id[:LONGEST],
        script=source.script[:LONGEST],
        script_type=source.script_type[:50],
    )
