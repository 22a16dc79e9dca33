"""Which scripts use a message type: those bound to it, and those whose text names it."""

import re

from cloudcode.bound_names import MESSAGE_FOLDERS
from cloudcode.scripts import texts_of
from games.models import Game
from games.uses import Use


def script_uses(game: Game, key: str) -> list[Use]:
    """An extension is named by its short code in quotes, a class by its name."""
    _, _, ext_code = key.partition("_")
    named = re.compile(rf"""["'`]{re.escape(ext_code)}["'`]""" if ext_code else rf"\b{re.escape(key)}\b")
    uses = []
    for script, text in texts_of(game).items():
        folder, _, name = script.partition("/")
        if folder in MESSAGE_FOLDERS and name == key:
            uses.append(Use("script", f"{script}, bound to it", needed=True))
        elif named.search(text):
            uses.append(Use("script", f"{script}, which names it", needed=True))
    return uses
