"""Log-ins of devices seen before, many at once: this is what a storm of reconnecting clients sends."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from players.accounts import login_answer
from players.tokens import issue_many
from realtime.sql import given, given_values, look_up


class DeviceKey(NamedTuple):
    stage_id: int
    device_id: str


_FIND = f"""
SELECT k.place, p.id, p.display_name
FROM {given("k", stage_id="bigint", device_id="text")}
{look_up("players_deviceidentity", "d", "d.stage_id = k.stage_id AND d.device_id = k.device_id")}
{look_up("players_player", "p", "p.id = d.player_id AND NOT p.banned")}
"""


def log_in_devices(keys: Sequence[DeviceKey]) -> list[dict[str, Any] | None]:
    """Four statements. Each device's answer (players.accounts.login_answer), None for one to be looked at by
    itself: a new one, or a banned player's.
    """
    answers: list[dict[str, Any] | None] = [None] * len(keys)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FIND, given_values(keys))
        found = cursor.fetchall()
        if found:
            tokens = issue_many([player_id for _, player_id, _ in found])
            for (position, player_id, name), token in zip(found, tokens, strict=True):
                answers[position] = login_answer(player_id, name, token)
    return answers
