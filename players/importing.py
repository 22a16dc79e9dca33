"""Players from an old export: JSON lines, one player a line. Ids are kept, and it can be repeated.

The whole file is checked before anything is written. Then chunk after chunk is committed, so that a running
server is not held up; what an interruption leaves undone, a repetition does.
"""

from typing import Any

from django.db import transaction

from games.audit import record
from games.models import Stage, User
from players import friends, passwords
from players.import_checks import Checker, Lines, chunks, documents
from players.models import DeviceIdentity, Player
from protocol.dates import parse_date

FIELDS = {
    "userName": "user_name",
    "displayName": "display_name",
    "scriptData": "script_data",
    "segments": "segments",
    "externalIds": "external_ids",
    "location": "location",
    "language": "language",
}
DATES = {"created": "created_ms", "lastSeen": "last_seen_ms"}
WRITTEN = [*FIELDS.values(), *DATES.values(), "password"]


class PlayerFaults(Exception):
    """`faults` are lines `line 3: path: message`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def import_players(stage: Stage, lines: Lines, author: User | None) -> int:
    """How many players the lines hold. `lines` is called once to check them and once to write them.

    A field that a line leaves out keeps its value on a player who is there already. Friends and devices are
    added, never taken away. Raises PlayerFaults, having written nothing.
    """
    faults = Checker(stage).check(lines())
    if faults:
        raise PlayerFaults(faults)
    count = 0
    for chunk in chunks(documents(lines())):
        with transaction.atomic():
            _write(stage, chunk)
        count += len(chunk)
    for chunk in chunks(documents(lines())):
        with transaction.atomic():
            for item in chunk:
                friends.link(item["id"], item.get("friends", ()), friends.SERVER)
    record(author, "players.import", f"{count} players", stage.game, stage=stage.name)
    return count


def _write(stage: Stage, items: list[dict[str, Any]]) -> None:
    """One upsert for a chunk's players, one insert for their devices."""
    known = Player.objects.in_bulk([item["id"] for item in items])
    players = [_merged(known.get(item["id"]) or Player(pk=item["id"], stage=stage), item) for item in items]
    Player.objects.bulk_create(players, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)
    devices = [
        DeviceIdentity(stage=stage, player_id=item["id"], device_id=device_id)
        for item in items
        for device_id in item.get("deviceIds", ())
    ]
    DeviceIdentity.objects.bulk_create(devices, ignore_conflicts=True)


def _merged(player: Player, item: dict[str, Any]) -> Player:
    for name, column in FIELDS.items():
        if name in item:
            setattr(player, column, item[name])
    for name, column in DATES.items():
        if name in item:
            setattr(player, column, parse_date(item[name]))
    if "password" in item and not passwords.matches(item["password"], player.password):
        player.password = passwords.encode(item["password"])
    return player
