"""Faults of providers against the whole way of a push: claimed, sent, tried again, settled.

`make push-matrix` runs all of them in several processes, which gather what they saw in SEEN, and then writes
that into docs/push.md.
"""

import json
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from games.models import Stage
from push.models import ProviderAccount
from push.sim.simulator import Simulator
from push.transports import registry
from push.transports.base import Notification, PushError, Sent, Step, Transport
from tests.push.cells import DEVICE_OS, faults_of, play
from tests.push.matrix import PRIVATE, Case, cases, printed, quickly_retried, reduced
from tests.push.recorder import Recorder

pytestmark = pytest.mark.django_db(transaction=True)

FULL = os.environ.get("PUSH_MATRIX") == "full"
PAGE = Path(__file__).parents[2] / "docs" / "push.md"
SEEN = Path(__file__).parents[2] / "var" / "push-matrix.jsonl"
BEGIN, END = "<!-- push matrix -->\n", "<!-- /push matrix -->"
NOTICED = 10  # cells at least that a wrong way to retry must fail


@pytest.fixture(autouse=True)
def old_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if they had been made long ago."""
    monkeypatch.setattr("push.transports.oauth.SHORTEST_LIFE", 0)
    monkeypatch.setattr("push.transports.vapid.SHORTEST_LIFE", 0)
    monkeypatch.setattr("push.transports.apns_pool.SHORTEST_TOKEN_LIFE", 0)


@pytest.mark.parametrize("case", cases() if FULL else reduced(), ids=lambda case: case.id)
async def test_fault_ends_as_the_matrix_says(
    live: Stage, recorder: Recorder, simulator: Simulator, case: Case
):
    with pytest.MonkeyPatch.context() as patch:
        came = await play(case, live, simulator, recorder, patch)
    assert faults_of(case, came) == []
    if FULL:
        _note({case.id: _shown(max(came.codes, key=len), came.delivered[0], came.kept > 0)})


def _note(seen: dict[str, str]) -> None:
    SEEN.parent.mkdir(exist_ok=True)
    with SEEN.open("a") as lines:
        lines.write(json.dumps(seen) + "\n")


def _shown(codes: Sequence[str], delivered: int, kept: bool) -> str:
    return f"{', '.join(f'`{code}`' for code in codes)} · {delivered}{', kept' if kept else ''}"


# --- Transports that retry wrongly -----------------------------------------------------------------------


class Saboteur:
    """Around a real transport."""

    def __init__(self, inner: Transport) -> None:
        self._inner, self.limit = inner, inner.limit

    async def verify(self) -> Sequence[Step]:
        return await self._inner.verify()

    async def close(self) -> None:
        await self._inner.close()


class NeverRetrying(Saboteur):
    """Takes every failure for the last word."""

    async def send(self, notification: Notification, deadline: float) -> Sent:
        try:
            return await self._inner.send(notification, deadline)
        except PushError as error:
            error.permanent = True
            raise


class AlwaysRetrying(Saboteur):
    """Tries again by itself, at once, whatever it was told."""

    async def send(self, notification: Notification, deadline: float) -> Sent:
        for _ in range(3):
            try:
                return await self._inner.send(notification, deadline)
            except PushError:
                continue
        return await self._inner.send(notification, deadline)


@pytest_asyncio.fixture(params=[NeverRetrying, AlwaysRetrying])
async def sabotaged(request: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    build = registry._build

    async def wrongly(account: ProviderAccount) -> Any:
        return request.param(await build(account))

    monkeypatch.setattr(registry, "_build", wrongly)
    yield


async def test_wrong_way_to_retry_fails_many_cells(
    live: Stage, recorder: Recorder, sabotaged: None, request: pytest.FixtureRequest
):
    """A full run tries all of these cells."""
    failed = []
    for case in quickly_retried():
        async with Simulator() as simulator:
            with pytest.MonkeyPatch.context() as patch:
                came = await play(case, live, simulator, recorder, patch)
        failed += [case.id] if faults_of(case, came) else []
        if len(failed) >= NOTICED and not FULL:
            break
    assert len(failed) >= NOTICED, failed
    print(f"\n{request.node.callspec.id} fails {len(failed)} cells")


# --- The matrix itself -----------------------------------------------------------------------------------


def test_matrix_is_about_every_provider_and_every_kind_of_fault():
    from push.sim.faults import KINDS

    assert {case.kind for case in reduced()} == (KINDS.keys() | {PRIVATE}) - {"replace"}
    assert {case.provider for case in reduced()} == DEVICE_OS.keys()
    assert len({case.id for case in cases()}) == len(cases())
    assert len(cases()) == 171


def test_page_holds_what_the_matrix_expects():
    """After a full run, what that run has seen, which is then the page's."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    table, _, after = rest.partition(END)
    if FULL:
        lines = SEEN.read_text().splitlines()
        table = printed({id: shown for line in lines for id, shown in json.loads(line).items()})
        PAGE.write_text(f"{before}{BEGIN}{table}{END}{after}")
    expected = {case.id: _shown(case.codes, case.delivered, case.kept) for case in cases()}
    assert table == printed(expected)
