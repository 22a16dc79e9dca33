"""Players' passwords: hashed outside the database's threads, and locked against guessing.

10 wrong passwords within 15 minutes lock the player for 5 (wire-protocol.md §10, "rate limit"). Who tries one
password on many players meets players.login_limits.
"""

import asyncio
from dataclasses import dataclass
from functools import cache
from weakref import WeakKeyDictionary

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import transaction

from players import login_limits
from players.models import Player
from protocol.dates import now_ms
from protocol.errors import RequestError
from protocol.session import Session
from realtime import database

WRONG_PASSWORDS = 10
WINDOW_MS = 15 * 60 * 1000
LOCKED_MS = 5 * 60 * 1000
CHECKS_AT_ONCE = 4
LONGEST = 1024


class PlayerPasswordHasher(Argon2PasswordHasher):
    """OWASP's 19 MiB setting: whole player bases log in at once, and Django's default takes 100 MiB each."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


_hasher = PlayerPasswordHasher()


@dataclass(frozen=True, slots=True)
class Secret:
    """What a player's password is checked against. `encoded` is empty for players without one."""

    player_id: str
    encoded: str
    locked: bool


def encode(password: str) -> str:
    """The hash to keep. Slow on purpose: `await database.run_outside(encode, password)`."""
    return _hasher.encode(password, _hasher.salt())


def matches(password: str, encoded: str) -> bool:
    """As slow for players without a password as for others, so that time tells nothing."""
    right = _hasher.verify(password, encoded or _nobodys())
    return right and bool(encoded)


async def check(session: Session, password: str, **player: str) -> Secret:
    """The player of the session's stage named by `user_name` or `pk`, if the password is theirs.

    Raises RequestError `DETAILS: UNRECOGNISED`, or `LOCKED` whatever the password, or `request: THROTTLED`.
    Limits are looked up just before the hashing and few are hashed at a time, so that many sockets at once
    gain few extra guesses.
    """
    login_limits.count_log_in(session)
    async with _slots():
        login_limits.ensure_may_guess(session)
        secret = await database.run(find_secret, session.stage_id, player)
        if secret is not None and secret.locked:
            raise RequestError({"DETAILS": "LOCKED"})
        right = await database.run_outside(matches, password[:LONGEST], secret.encoded if secret else "")
        if secret is not None and right:
            return secret
        login_limits.count_wrong_guess(session)
        if secret is not None:
            await database.run(count_wrong, secret.player_id)
    raise RequestError({"DETAILS": "UNRECOGNISED"})


async def is_right(stage_id: int, player_id: str, password: str) -> bool:
    """Whether it is the player's. False for a locked one; a wrong one counts as at a log-in."""
    async with _slots():
        secret = await database.run(find_secret, stage_id, {"pk": player_id})
        if secret is None or secret.locked:
            return False
        right = await database.run_outside(matches, password[:LONGEST], secret.encoded)
        if not right:
            await database.run(count_wrong, secret.player_id)
        return right


def find_secret(stage_id: int, player: dict[str, str], now: int | None = None) -> Secret | None:
    rows = Player.objects.filter(stage_id=stage_id, **player)
    row = rows.only("password", "banned", "locked_until_ms").first()
    if row is None:
        return None
    locked = row.banned or row.locked_until_ms > (now_ms() if now is None else now)
    return Secret(row.pk, row.password, locked)


def count_wrong(player_id: str, now: int | None = None) -> None:
    now = now_ms() if now is None else now
    with transaction.atomic():
        player = Player.objects.select_for_update(no_key=True).get(pk=player_id)
        if now - player.failed_since_ms > WINDOW_MS:
            player.failed_logins, player.failed_since_ms = 0, now
        player.failed_logins += 1
        if player.failed_logins >= WRONG_PASSWORDS:
            player.failed_logins, player.failed_since_ms = 0, 0
            player.locked_until_ms = now + LOCKED_MS
        player.save(update_fields=["failed_logins", "failed_since_ms", "locked_until_ms"])


@cache
def _nobodys() -> str:
    return encode("nobody's")


_semaphores: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def _slots() -> asyncio.Semaphore:
    return _semaphores.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(CHECKS_AT_ONCE))
