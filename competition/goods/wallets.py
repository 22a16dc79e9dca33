"""The locks of what players own: the last to take, after those of teams, totals, boards and challenges."""

from collections.abc import Iterable

from django.db.models import QuerySet

from competition.models import Wallet


def lock(player_ids: Iterable[str]) -> dict[str, Wallet]:
    """Their wallets, held until the transaction ends; made for those who have none.

    Whoever changes several players' things in one transaction locks all of them by one call first: by id, so
    that nobody waits for each other.
    """
    ids = sorted(set(player_ids))
    if len(ids) > 1:
        _make_missing(ids)
    found = {wallet.player_id: wallet for wallet in _held(ids)}
    if missing := [id_ for id_ in ids if id_ not in found]:  # one: its order is no question
        Wallet.objects.bulk_create([Wallet(player_id=id_) for id_ in missing], ignore_conflicts=True)
        found |= {wallet.player_id: wallet for wallet in _held(missing)}
    return found


def lock_known(player_ids: Iterable[str]) -> None:
    """The same of those that there are: by whoever changes nothing, but deletes players."""
    list(_held(sorted(set(player_ids))))


def _make_missing(ids: list[str]) -> None:
    """One by one with the locks of those between: a new row is a lock as well."""
    known = set(Wallet.objects.filter(player__in=ids).values_list("player_id", flat=True))
    if len(known) == len(ids):
        return
    for id_ in ids:
        Wallet.objects.bulk_create([Wallet(player_id=id_)], ignore_conflicts=True)
        _held([id_]).get()


def _held(ids: list[str]) -> "QuerySet[Wallet]":
    return Wallet.objects.select_for_update(no_key=True).filter(player__in=ids).order_by("player_id")
