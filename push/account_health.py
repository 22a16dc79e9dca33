"""What attempts say of their account and of their devices' tokens."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from push.alerts import tell_of_trouble
from push.devices import rename
from push.models import Device, ProviderAccount
from push.results import Result
from push.transports.base import Prune

STATE = ProviderAccount.State
WRITE_EVERY_MS = 10_000  # a working account's success is not written with every batch


class Learnt(NamedTuple):
    """Rows, by id, that were refused for their account's sake: as it is set, and as it was set before."""

    wrong_account: set[str]
    former_account: set[str]


def learn(results: Sequence[Result]) -> Learnt:
    """Update the accounts and disable dead tokens; part of the attempts' transaction.

    Results of other settings than the account's present ones say nothing of it, or of tokens.
    """
    learnt = Learnt(set(), set())
    by_account = sorted(results, key=lambda result: result.version)
    for (account_id, version), group in groupby(by_account, key=lambda result: result.version):
        if not account_id:
            continue
        accounts = ProviderAccount.objects.defer("credentials")
        account = accounts.filter(pk=account_id, credentials_changed_ms=version).first()
        if account is None:
            learnt.former_account.update(each.row.id for each in group if _may_be_the_accounts(each))
        else:
            learnt.wrong_account.update(_learn_of(account, list(group)))
    return learnt


def verified(account: ProviderAccount) -> None:
    """The provider takes the credentials. Nothing was sent with them yet: no token is judged by it."""
    rows = ProviderAccount.objects.filter(pk=account.pk, state=STATE.NEW)
    rows.filter(credentials_changed_ms=account.credentials_changed_ms).update(state=STATE.WORKING)


def _may_be_the_accounts(result: Result) -> bool:
    error = result.error
    return error is not None and error.permanent and (error.account or error.prune is Prune.DEAD_IF_PROVEN)


def _learn_of(account: ProviderAccount, results: Sequence[Result]) -> list[str]:
    """The rows that were refused for the account's sake."""
    before = (account.state, account.last_error, account.last_success_ms)
    refused: list[str] = []
    successes = [result.at_ms for result in results if result.sent]
    if successes:
        account.last_success_ms = max(account.last_success_ms, *successes)
        account.state, account.last_error = STATE.WORKING, ""
    proven = account.last_success_ms > 0
    for result in results:
        if result.sent is not None and result.sent.replacement:
            rename(result.row.device_id, result.sent.replacement, result.at_ms)
        if result.error is not None and _learn_error(account, result, proven):
            refused.append(result.row.id)
    troubles = [result.error for result in results if result.in_trouble and result.error is not None]
    if troubles:
        tell_of_trouble(account, troubles[-1])
    if _worth_writing(account, before):
        # Not if its credentials were changed since it was read: this is not about the new ones.
        ProviderAccount.objects.filter(
            pk=account.pk, credentials_changed_ms=account.credentials_changed_ms
        ).update(state=account.state, last_error=account.last_error, last_success_ms=account.last_success_ms)
    return refused


def _learn_error(account: ProviderAccount, result: Result, proven: bool) -> bool:
    """Whether it was refused for the account's sake."""
    error = result.error
    assert error is not None
    if error.prune is Prune.DEAD or (error.prune is Prune.DEAD_IF_PROVEN and proven):
        _disable(result)
    elif error.account or error.prune is Prune.DEAD_IF_PROVEN:
        account.state = STATE.WRONG if error.permanent else STATE.FAILING
        account.last_error = f"{error.code}: {error.detail}"
        return error.permanent
    return False


def _disable(result: Result) -> None:
    """Unless the device registered again since: the answer speaks of the token as it was."""
    error = result.error
    assert error is not None
    known = result.at_ms if error.gone_ms is None else min(result.at_ms, error.gone_ms)
    devices = Device.objects.filter(pk=result.row.device_id, disabled="", updated_ms__lte=known)
    devices.update(disabled=error.code)


def _worth_writing(account: ProviderAccount, before: tuple[str, str, int]) -> bool:
    state, last_error, last_success_ms = before
    if (account.state, account.last_error) != (state, last_error):
        return True
    return account.last_success_ms - last_success_ms >= WRITE_EVERY_MS
