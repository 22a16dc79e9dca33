"""The `credentials` section of the game document."""

from collections.abc import Mapping
from typing import Any

from games.credentials import SYSTEM, delete_credential, save_credential
from games.models import Credential, Game, User
from games.models.credentials import SHORT_CODE_PATTERN
from games.sections import Faults, Section, register
from games.shapes import Default, array, choice, flag, rows, shape, text

_REQUEST = text(100, 1, r"\*|[A-Z][A-Za-z0-9]*Request", "a request's name without the dot, or *")
_REQUESTS = {"allow": Default(["*"], array(_REQUEST)), "deny": Default([], array(_REQUEST))}

# `listenAll` is the option of wire-protocol.md, section 10, "server listener scope": written only when on.
CHECK = rows(
    {
        "shortCode": text(50, 1, SHORT_CODE_PATTERN, "letters, digits, _ and -"),
        "name": text(100, 1),
        "secret": Default("", text(200, 1)),
        "player": Default(True, flag),
        "listener": Default(True, flag),
        "callback": Default(False, flag),
        "restPolicy": Default("forbidden", choice(*Credential.RestPolicy.values)),
        "requests": Default({"allow": ["*"], "deny": []}, shape(_REQUESTS)),
        "admin": Default(False, flag),
        "listenAll": Default(False, flag),
    }
)


class CredentialsSection(Section):
    """Game-wide: not part of what a publish changes, so the run time reads the rows, never a snapshot."""

    name = "credentials"

    def export(self, game: Game) -> Any:
        return [_export(row, with_secret=False) for row in _rows(game)]

    def export_secret(self, game: Game) -> Any:
        return [_export(row, with_secret=True) for row in _rows(game)]

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        CHECK(data, faults.at(self.name))

    def apply(self, game: Game, data: Any, author: User | None) -> None:
        """Secrets that the document does not name stay; system credentials stay even when left out."""
        named = CHECK(data, Faults())
        for item in named:
            save_credential(game, item["shortCode"], _fields(item), author)
        kept = {item["shortCode"] for item in named} | SYSTEM.keys()
        for row in Credential.objects.filter(game=game).exclude(short_code__in=kept):
            delete_credential(row, author)

    def compile(self, data: Any, context: Any) -> Any:
        return None


def _rows(game: Game) -> list[Credential]:
    return list(Credential.objects.filter(game=game).order_by("short_code"))


def _export(row: Credential, with_secret: bool) -> dict[str, Any]:
    return {
        "shortCode": row.short_code,
        "name": row.name,
        **({"secret": row.secret} if with_secret else {}),
        "player": row.player,
        "listener": row.listener,
        "callback": row.callback,
        "restPolicy": row.rest_policy,
        "requests": {"allow": row.allow, "deny": row.deny},
        "admin": row.admin,
        **({"listenAll": True} if row.listen_all else {}),
    }


def _fields(item: dict[str, Any]) -> dict[str, Any]:
    fields = {
        "name": item["name"],
        "player": item["player"],
        "listener": item["listener"],
        "callback": item["callback"],
        "rest_policy": item["restPolicy"],
        "allow": item["requests"]["allow"],
        "deny": item["requests"]["deny"],
        "admin": item["admin"],
        "listen_all": item["listenAll"],
    }
    return fields | ({"secret": item["secret"]} if item["secret"] else {})


register(CredentialsSection())
