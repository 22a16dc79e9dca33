"""A script's text, ready for the engine, known by its content."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cloudcode.sandbox.rewriting import rewrite


@dataclass(frozen=True, slots=True)
class Source:
    """`text` has the lines of the original."""

    hash: str
    text: str


@lru_cache(maxsize=4096)
def source_of(original: str) -> Source | None:
    """None where there is nothing but comments: that is no script."""
    text = rewrite(original)
    return None if text is None else Source(hashlib.sha256(text.encode()).hexdigest(), text)
