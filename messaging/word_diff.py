"""Two texts, word by word. Pure."""

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# Words, the blanks between them, and what is neither: scripts without blanks are told apart by the character.
_PIECES = re.compile(r"[^\W_]+|\s+|.", re.DOTALL)
MOST = 2000  # pieces; longer texts are one change


class Part(NamedTuple):
    kind: Literal["same", "gone", "new"]
    text: str


def word_diff(before: str, after: str) -> list[Part]:
    """`same` and `gone` parts make up `before`, `same` and `new` ones `after`."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if len(old) + len(new) > MOST:
        return _parts("gone", before) + _parts("new", after) if before != after else _parts("same", before)
    parts: list[Part] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            parts += _parts("same", "".join(old[a:b]))
        else:
            parts += _parts("gone", "".join(old[a:b])) + _parts("new", "".join(new[c:d]))
    return parts


def _parts(kind: Literal["same", "gone", "new"], text: str) -> list[Part]:
    return [Part(kind, text)] if text else []
