"""`make run PUSH=sim`: the five push services on this machine, and the demo game's accounts at them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from games.models import Game
from portal.demo.devices import BROWSER, BROWSERS_SERVICE, FURTHER, DemoDevice, forget_further
from portal.demo.telling import Pushes
from push.accounts import AccountFaults, delete_account, set_account
from push.models import ProviderAccount
from push.pending import pending_of
from realtime import database


class PushServices(NamedTuple):
    """`control` is the simulator's own address."""

    pushes: Pushes
    control: str


class PushServicesUnusable(Exception):
    """The demo game cannot push through the simulator; says why."""


def folder() -> Path:
    """Keys that stay the same, the accounts' documents, and `delivered.jsonl`."""
    return Path(settings.VAR_DIR) / "push-sim"


@asynccontextmanager
async def simulated(game: Game) -> AsyncIterator[PushServices]:
    """The services, with preview's accounts at them. Raises PushServicesUnusable."""
    # Loaded here: it takes a quarter of a second, which no other run pays.
    from portal.demo.delivered import Delivered
    from push.sim.simulator import Simulator

    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    async with Simulator(folder(), folder() / "delivered.jsonl") as simulator:
        documents = {name: simulator.account(name) for name in simulator.origins}
        await database.run(_use, game, documents)
        browser = json.dumps(simulator.subscription(BROWSER, BROWSERS_SERVICE))
        further = {**FURTHER, "web": DemoDevice("WEB", browser)}
        yield PushServices(Delivered(simulator, further), simulator.control.origin)


@transaction.atomic
def forget(game: Game) -> None:
    """Take away what a run with the simulator left: nothing answers there any more."""
    stage = game.stage("preview")
    ours = [account for account in ProviderAccount.objects.filter(stage=stage) if _is_ours(account)]
    for account in ours:
        delete_account(stage, account.provider)
    if ours:
        forget_further(stage)


@transaction.atomic
def _use(game: Game, documents: dict[str, dict[str, object]]) -> None:
    stage = game.stage("preview")
    for account in ProviderAccount.objects.filter(stage=stage, provider__in=documents):
        if not _is_ours(account):
            raise PushServicesUnusable(
                f"{game.name}'s preview stage has an account of your own at "
                f"{account.get_provider_display()}, which PUSH=sim would replace. Run without PUSH=sim, "
                f"or delete the account first: "
                f"manage.py push_account {game.api_key} preview {account.provider} --delete"
            )
        # Of the run before: in its place, this run's would first have to be proven.
        delete_account(stage, account.provider)
    try:
        for provider, document in documents.items():
            set_account(stage, provider, document)
    except AccountFaults as refused:
        raise PushServicesUnusable(f"PUSH=sim: an account was refused: {refused}") from None


def _is_ours(account: ProviderAccount) -> bool:
    """Whether it trusts the simulator's authority, which is made in our folder and used nowhere else.

    One for which an operator's credentials wait is the operator's.
    """
    bundle = folder() / "ca.pem"
    trusts = bool(account.ca_bundle) and bundle.exists() and account.ca_bundle == bundle.read_text()
    return trusts and pending_of(account) is None
