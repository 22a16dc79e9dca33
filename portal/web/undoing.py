"""The last change of message settings that the user may take back by one button."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from games.admin_access import user_of
from games.models import Game
from messaging.message_settings import Conflict, Step, message_type, save_version, settings_of
from messaging.models import MessageType

KEPT = "undo"  # in the session: {game, said, steps: [[key, number before, number after], …]}


def offer(request: HttpRequest, game: Game, said: str, steps: Mapping[str, Step]) -> None:
    """`said` tells what was done, `steps` what became of each type."""
    changed = [[key, step.before, step.after] for key, step in steps.items() if step.before != step.after]
    request.session[KEPT] = {"game": game.pk, "said": said, "steps": changed}


def offered(request: HttpRequest, game: Game) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = request.session.get(KEPT)
    return found if found and found["game"] == game.pk else None


def undo(request: HttpRequest, game: Game) -> str:
    """Makes the settings before the change the newest; what somebody changed since stays. What it did."""
    found = offered(request, game)
    if found is None:
        return "There is nothing to undo."
    del request.session[KEPT]
    back = [key for key, before, after in found["steps"] if _step_back(request, game, key, before, after)]
    kept = len(found["steps"]) - len(back)
    words = f"Undone: {', '.join(back)}." if back else ""
    return f"{words} {kept} changed again since, and left as it is." if kept else words or "Nothing to undo."


def _step_back(request: HttpRequest, game: Game, key: str, before: int, after: int) -> bool:
    with transaction.atomic():
        row = MessageType.objects.filter(game=game, key=key, removed=False).first()
        if row is None:
            return False
        version = row.versions.filter(number=before).first()
        note = f"Undid version {after}"
        try:
            save_version(message_type(game, key), settings_of(version), user_of(request), note, after)
        except Conflict:
            return False
    return True
