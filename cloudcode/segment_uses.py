"""Which scripts name a segment or a segment query."""

import re
from collections.abc import Sequence

from cloudcode.scripts import texts_of
from games.models import Game
from games.uses import Use
from players.segment_uses import Found, Part


def segment_uses(game: Game, parts: Sequence[Part]) -> Found:
    """By its short code in quotes; of values, which are words like FR, nothing is known so."""
    named = {part: _in_quotes(part.query or part.segment) for part in parts if not part.value}
    texts = texts_of(game) if named else {}
    for script, text in sorted(texts.items()):
        for part, pattern in named.items():
            if pattern.search(text):
                yield part, Use("script", f"{script}, which names it", needed=True)


def _in_quotes(code: str) -> re.Pattern[str]:
    return re.compile(rf"""["'`]{re.escape(code)}["'`]""")
