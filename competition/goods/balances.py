"""What players have of the six currencies, and what they set aside of it.

Every function runs in its caller's transaction, locks the player's wallet and leaves a row of the player's
transactions. Whoever changes several players' balances at once locks all of them first (goods.wallets.lock).
"""

from competition.goods.booking import Booking, Source, booking
from competition.goods.currencies import NUMBERS, Amounts
from competition.models import Reservation, Wallet
from protocol.errors import RequestError


class InsufficientFunds(RequestError):
    """`numbers` are those of the currencies that there is too little of."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        super().__init__({f"currency{number}": "INSUFFICIENT_FUNDS" for number in numbers})
        self.numbers = numbers


def credit(player_id: str, amounts: Amounts, source: Source) -> None:
    """`amounts` are positive, or 0 for nothing; as everywhere here."""
    with booking(player_id, source) as account:
        add(account, amounts)


def debit(player_id: str, amounts: Amounts, source: Source) -> None:
    """All of it or nothing. Raises InsufficientFunds."""
    with booking(player_id, source) as account:
        take(account, amounts)


def reserve(player_id: str, amounts: Amounts, purpose: str, source: Source) -> None:
    """Out of the balance, to what is set aside for the purpose already. Raises InsufficientFunds."""
    with booking(player_id, source) as account:
        take(account, amounts)
        held = {row.number: row for row in _held(player_id, purpose)}
        for number, amount in amounts.items():
            row = held.get(number) or Reservation(
                player_id=player_id, purpose=purpose, number=number, amount=0
            )
            if amount:
                row.amount += amount
                row.save()
                account.note(f"reservedCurrency{number}", amount, row.amount)


def release(player_id: str, purpose: str, source: Source) -> dict[int, int]:
    """All that is set aside for the purpose returns to the balance. Returns what that was."""
    with booking(player_id, source) as account:
        freed = _free(account, purpose)
        add(account, freed)
    return freed


def spend_reserved(player_id: str, purpose: str, source: Source) -> dict[int, int]:
    """All that is set aside for the purpose is gone. Returns what that was: part of a pot, say."""
    with booking(player_id, source) as account:
        return _free(account, purpose)


def add(account: Booking, amounts: Amounts) -> None:
    for number, amount in _positive(amounts).items():
        account.change_balance(number, amount)


def take(account: Booking, amounts: Amounts) -> None:
    """Raises InsufficientFunds, having changed nothing."""
    wanted = _positive(amounts)
    short = tuple(number for number, amount in wanted.items() if account.balance(number) < amount)
    if short:
        raise InsufficientFunds(short)
    for number, amount in wanted.items():
        account.change_balance(number, -amount)


def balances(player_id: str) -> dict[int, int]:
    """Of all six, by number."""
    wallet = Wallet.objects.filter(player=player_id).first() or Wallet()
    return {number: getattr(wallet, f"currency{number}") for number in NUMBERS}


def reserved(player_id: str) -> dict[int, dict[str, int]]:
    """Of all six, by number: what is set aside for each purpose."""
    found: dict[int, dict[str, int]] = {number: {} for number in NUMBERS}
    for row in Reservation.objects.filter(player=player_id).order_by("purpose"):
        found[row.number][row.purpose] = row.amount
    return found


def _free(account: Booking, purpose: str) -> dict[int, int]:
    rows = _held(account.wallet.player_id, purpose)
    for row in rows:
        account.note(f"reservedCurrency{row.number}", -row.amount, 0)
    Reservation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return {row.number: row.amount for row in rows}


def _held(player_id: str, purpose: str) -> list[Reservation]:
    return list(Reservation.objects.filter(player=player_id, purpose=purpose).order_by("number"))


def _positive(amounts: Amounts) -> dict[int, int]:
    """Raises ValueError for an amount below 0 or a number that is none."""
    if any(amount < 0 or number not in NUMBERS for number, amount in amounts.items()):
        raise ValueError(f"not amounts of currencies: {dict(amounts)}")
    return {number: amount for number, amount in sorted(amounts.items()) if amount}
