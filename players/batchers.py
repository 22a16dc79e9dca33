"""The hot look-ups of players, each answered by one set-based run for whatever asked meanwhile.

Await an instance with its key: `await resume(ResumeKey(stage_id, token))`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from players.device_logins import DeviceKey, log_in_devices
from players.facts import Recipient, load_recipients
from players.friend_check import FriendKey, Refusal, check_friends
from players.tokens import Resumed, ResumeKey, resume_tokens
from realtime.batcher import Batcher


class PlayerKey(NamedTuple):
    stage_id: int
    player_id: str


def find_players(keys: Sequence[PlayerKey]) -> list[Recipient | None]:
    """One statement a stage (and 500 players); None for what is no player of the stage."""
    by_stage: dict[int, list[str]] = {}
    for key in keys:
        by_stage.setdefault(key.stage_id, []).append(key.player_id)
    found = {stage_id: load_recipients(stage_id, ids) for stage_id, ids in by_stage.items()}
    return [found[key.stage_id].get(key.player_id) for key in keys]


resume: Batcher[ResumeKey, Resumed | None] = Batcher(resume_tokens)
friend_check: Batcher[FriendKey, Recipient | Refusal] = Batcher(check_friends)
log_in_device: Batcher[DeviceKey, dict[str, Any] | None] = Batcher(log_in_devices)
find_player: Batcher[PlayerKey, Recipient | None] = Batcher(find_players)

__all__ = [
    "DeviceKey",
    "FriendKey",
    "PlayerKey",
    "ResumeKey",
    "find_player",
    "friend_check",
    "log_in_device",
    "resume",
]
