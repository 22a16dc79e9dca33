"""What the services delivered, held against what was decided: nothing lost, nothing invented, nothing twice
but where its outcome could not be known.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.pushes.game import number_in
from benchmarks.faults.pushes.installation import Installation
from benchmarks.push_services import Delivered, Services

Shown = tuple[str, str, int]  # provider, device, number of the news
# How an attempt ends whose push may have been taken all the same.
UNKNOWN = ("timeout", "connection_lost")
_DECIDED = "SELECT id, player_id, document, pushed FROM messaging_playermessage"
_ATTEMPTS = "SELECT player_message_id, code FROM push_pushattempt"


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the inbox, and how its push's attempts ended."""

    message_id: str
    pushed: bool
    codes: tuple[str, ...]


async def settled(at: Installation, within: float, hurry: bool = False) -> None:
    """Until no push waits any more; in a hurry every retry's time comes at once."""

    def empty() -> bool:
        if hurry:
            at.server.database.execute("UPDATE push_outboxpush SET due_ms = 0 WHERE claim = ''")
        return not at.count("push_outboxpush")

    await until(empty, within, "pushes are still queued")


def reckon(at: Installation, caught: Mapping[str, int], services: Services | None = None) -> Outcome:
    """`caught`: how often each message's push was under way as its process was killed. Raises FaultFailed."""
    delivered: dict[Shown, list[Delivered]] = defaultdict(list)
    for each in (services or at.services).delivered():
        delivered[each.provider, each.name, number_in(each.payload)].append(each)
    decided = _decided(at)
    if invented := delivered.keys() - decided.keys():
        raise FaultFailed(f"{len(invented)} pushes have no decision, among them {min(invented)}")
    for shown, decision in decided.items():
        if not decision.pushed or decision.codes.count("sent") != 1:
            raise FaultFailed(f"the decision on {shown} says {decision}")
        _check(shown, decision, delivered[shown], caught.get(decision.message_id, 0))
    expected = {
        (reader.device.provider, reader.device.name, number)
        for number, readers in at.sent.items()
        for reader in readers
    }
    lost = [shown for shown in expected if not delivered[shown]]
    repeated = sum(len(each) - 1 for each in delivered.values() if each)
    return Outcome(len(expected), len(lost), repeated)


def _check(shown: Shown, decision: Decision, copies: Sequence[Delivered], caught: int) -> None:
    """WNS has room for the end of a message's id alone."""
    keys = {each.collapse_key for each in copies}
    if len(keys) > 1 or any(not key or not decision.message_id.endswith(key) for key in keys):
        raise FaultFailed(f"{shown} has the collapse keys {keys}, its message is {decision.message_id}")
    allowed = 1 + caught + sum(code in UNKNOWN for code in decision.codes)
    if len(copies) > allowed:
        raise FaultFailed(f"{shown} came {len(copies)} times, {allowed} at most: {decision}")


def _decided(at: Installation) -> dict[Shown, Decision]:
    devices = {reader.player_id: reader.device for reader in at.readers}
    codes: dict[str, list[str]] = defaultdict(list)
    for row in at.rows(_ATTEMPTS):
        codes[row["player_message_id"]].append(row["code"])
    decided: dict[Shown, Decision] = {}
    rows = at.rows(_DECIDED)
    for row in rows:
        device = devices[row["player_id"]]
        shown = (device.provider, device.name, int(_document(row)["data"]["number"]))
        decided[shown] = Decision(row["id"], bool(row["pushed"]), tuple(codes.pop(row["id"], ())))
    if len(decided) != len(rows):
        raise FaultFailed(f"{len(rows)} rows are about {len(decided)} pushes")
    if codes:
        raise FaultFailed(f"{len(codes)} messages have attempts and no row, among them {min(codes)}")
    return decided


def _document(row: Mapping[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(row["document"])
    return document


def count_under_way(at: Installation, seen: set[str], caught: Counter[str]) -> list[str]:
    """The messages whose pushes the process held that was just killed; added to `caught`. `seen` are claims
    of those killed before."""
    rows = at.rows("SELECT player_message_id, claim FROM push_outboxpush WHERE claim <> ''")
    held = [row["player_message_id"] for row in rows if row["claim"] not in seen]
    seen.update(row["claim"] for row in rows)
    caught.update(held)
    return held
