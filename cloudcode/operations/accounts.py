"""What scripts do to players' accounts. Every change takes effect at once."""

from typing import TYPE_CHECKING

from django.db import transaction

from cloudcode.operations.players import Disconnected, OfPlayer
from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused
from players import accounts, friends, passwords, tokens
from players.models import Player
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

MOST_FRIENDS = 10_000


class Password(Arguments, frozen=True):
    player_id: str
    password: str


class Reset(Arguments, frozen=True):
    player_id: str
    exclude_current: bool


@operation("account.friends", OfPlayer)
async def friend_ids(host: "ScriptHost", asked: OfPlayer) -> list[str]:
    """By display name."""

    def read() -> list[str]:
        found = friends.friends_of(_find(host, asked.player_id).pk)
        return list(found.values_list("pk", flat=True)[:MOST_FRIENDS])

    return await database.run(read)


@operation("account.unlock", OfPlayer)
async def unlock(host: "ScriptHost", asked: OfPlayer) -> None:
    await database.run(lambda: accounts.unlock(_find(host, asked.player_id).pk))


@operation("account.setPassword", Password)
async def set_password(host: "ScriptHost", asked: Password) -> None:
    """Kills all tokens, as a player's own change of password does."""
    if not 0 < len(asked.password) <= passwords.LONGEST:
        raise Refused(f"a password has 1 to {passwords.LONGEST} characters")
    await database.run(_find, host, asked.player_id)
    encoded = await database.run_outside(passwords.encode, asked.password)

    def change() -> None:
        with transaction.atomic():
            accounts.change_details(_find(host, asked.player_id).pk, encoded=encoded)

    await database.run(change)


@operation("account.validatePassword", Password)
async def validate_password(host: "ScriptHost", asked: Password) -> bool:
    return await passwords.is_right(host.stage_id, asked.player_id, asked.password)


@operation("account.resetTokens", Reset)
async def reset_tokens(host: "ScriptHost", asked: Reset) -> None:
    """The sockets stay logged in; `exclude_current` spares the token of the one behind this run."""
    session = host.caller.session
    kept = session.auth_token if session is not None and asked.exclude_current else ""
    await database.run(lambda: tokens.revoke_all(_find(host, asked.player_id).pk, kept))


@operation("account.delete", OfPlayer)
async def delete(host: "ScriptHost", asked: OfPlayer) -> None:
    """With everything that is theirs. Their sockets end after the answer."""

    def run() -> None:
        with transaction.atomic():
            _find(host, asked.player_id).delete()

    await database.run(run)
    host.caller.run.deliveries.append(Disconnected(asked.player_id, None))


def _find(host: "ScriptHost", player_id: str) -> Player:
    """Of the stage alone. Raises Refused."""
    player = Player.objects.filter(stage_id=host.stage_id, pk=player_id).first()
    if player is None:
        raise Refused("the player is gone")
    return player
