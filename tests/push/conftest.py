"""Fixtures of this package's tests. Models are imported inside: this file loads before Django is set up."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from games.models import Game, Stage
    from push.sender import Sender
    from push.sim.simulator import Simulator
    from tests.push.recorder import Recorder
    from tests.push.simulated import ApnsServer, FcmServer, Simulated


@pytest.fixture(autouse=True)
def loopback_allowed(settings: "SettingsWrapper") -> None:
    settings.FLINT_PUSH_HOSTS = ["127.0.0.1"]


@pytest.fixture
def game(transactional_db: None) -> "Game":
    from games.models import Game, Stage

    game = Game.objects.create(name="Duel of Dice", api_key="duel0000dice")
    for name in ("preview", "live"):
        Stage.objects.create(game=game, name=name)
    return game


@pytest.fixture
def preview(game: "Game") -> "Stage":
    return game.stage("preview")


@pytest.fixture
def live(game: "Game") -> "Stage":
    return game.stage("live")


@pytest.fixture
def recorder() -> "Iterator[Recorder]":
    """The owner of the messages, as push sees it."""
    from push.hooks import hooks, set_hooks
    from tests.push.recorder import Recorder

    former = (hooks.wanted, hooks.badges, hooks.outcome)
    recorder = Recorder()
    set_hooks(recorder.wanted, recorder.badges, recorder.outcome)
    yield recorder
    set_hooks(*former)


@pytest_asyncio.fixture
async def sender(game: "Game", recorder: "Recorder") -> "AsyncIterator[Sender]":
    from push.sender import Sender

    sender = Sender()
    yield sender
    await sender.stop()


@pytest_asyncio.fixture
async def process_ended() -> AsyncIterator[None]:
    """Ends what an HTTP call started, whose jobs would work on in the next tests' database."""
    from realtime import lifecycle, process

    yield
    if lifecycle.loop() is asyncio.get_running_loop():
        await process.stop()


@pytest_asyncio.fixture
async def simulator() -> "AsyncIterator[Simulator]":
    from push.sim.simulator import Simulator

    async with Simulator() as simulator:
        yield simulator


@pytest.fixture
def apns(simulator: "Simulator") -> "ApnsServer":
    from tests.push.simulated import ApnsServer

    return ApnsServer(simulator, "apns")


@pytest.fixture
def fcm(simulator: "Simulator") -> "FcmServer":
    from tests.push.simulated import FcmServer

    return FcmServer(simulator, "fcm")


@pytest.fixture
def adm(simulator: "Simulator") -> "Simulated":
    from tests.push.simulated import Simulated

    return Simulated(simulator, "adm")


@pytest.fixture
def wns(simulator: "Simulator") -> "Simulated":
    from tests.push.simulated import Simulated

    return Simulated(simulator, "wns")


@pytest.fixture
def web(simulator: "Simulator") -> "Simulated":
    from tests.push.simulated import Simulated

    return Simulated(simulator, "web")
