"""The rounds of a scene, and the reckoning: rows and frames of every player against what the rounds made."""

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.competing.installation import Installation, one_process, several_processes
from benchmarks.faults.competing.scenes import SCENES, Ledger, must_be
from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed, Outcome

PLACES = ("before_commit", "after_commit", "after_flush")
KILLS, SHORT_KILLS = 20, 1  # at each place
SETTLED_WITHIN = 30.0  # what nobody delivered is looked at after 5 s

INSTALLATIONS: dict[str, Callable[[Path], AbstractAsyncContextManager[Installation]]] = {
    "sqlite": one_process,
    "postgresql and redis": several_processes,
}


@dataclass(frozen=True, slots=True)
class CompetingFault:
    title: str
    scene: str
    backend: str

    async def run(self, folder: Path, short: bool = False) -> Outcome:
        """Raises FaultFailed."""
        async with INSTALLATIONS[self.backend](folder) as installation:
            kills = SHORT_KILLS if short else KILLS
            return await suffer(installation, {self.scene: [*PLACES] * kills})


async def suffer(installation: Installation, plan: Mapping[str, Sequence[str]]) -> Outcome:
    """A round of each scene for each of its places, one after the other, then the reckoning.

    Raises FaultFailed.
    """
    expected: Ledger = Counter()
    for name, places in plan.items():
        scene = SCENES[name](installation)
        await scene.prepare()
        for number, place in enumerate(places):
            try:
                await scene.play(number, place)
            except AssertionError as failed:
                raise FaultFailed(f"{name}, round {number}, {place}: {failed}") from failed
        expected += scene.expected
    outcome = await reckon(installation, expected)
    killed = Counter(place for places in plan.values() for place in places)
    outcome.figures = {place.replace("_", " "): killed[place] for place in PLACES}
    return outcome


async def reckon(installation: Installation, expected: Ledger) -> Outcome:
    """Every message is one row, and every row came to its player, confirmed, under one messageId."""
    rows = _rows(installation)
    stored = Counter((row["message_class"], row["player_id"]) for row in rows)
    must_be("stored beside what was expected", dict(stored - expected), {})
    must_be("expected beside what was stored", dict(expected - stored), {})
    ids = {row["id"]: row["player_id"] for row in rows}
    with contextlib.suppress(FaultFailed):  # what is missing then is counted
        await until(
            lambda: _received(installation).keys() >= ids.keys() and _confirmed(installation),
            SETTLED_WITHIN,
            "not everything came",
        )
    received = _received(installation)
    must_be("received without a row", {each for each in received if each not in ids}, set())
    lost = [each for each in ids if each not in received]
    must_be("confirmed", lost or _confirmed(installation), lost or True)
    return Outcome(len(ids), len(lost), sum(received.values()) - len(received))


def _received(installation: Installation) -> Counter[str]:
    """How often each message came, by its id. Raises FaultFailed where it came twice over one socket, or to
    two players."""
    received: Counter[str] = Counter()
    of: dict[str, str] = {}
    for player in installation.players:
        for client in player.clients:
            ids = [frame["messageId"] for frame in client.messages]
            must_be("twice over one socket", len(ids) - len(set(ids)), 0)
            received.update(ids)
            of |= dict.fromkeys(ids, player.user_id)
    return received


def _rows(installation: Installation) -> list[dict[str, str]]:
    return installation.rows(
        "SELECT c.id, c.player_id, m.message_class FROM messaging_playermessage c"
        " JOIN messaging_message m ON m.id = c.message_id"
    )


def _confirmed(installation: Installation) -> bool:
    sql = "SELECT id FROM messaging_playermessage WHERE state <> 'delivered'"
    return not installation.rows(sql)
