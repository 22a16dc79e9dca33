"""Looking codes up in the one table of them (push.codes)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from push.codes import CODES, OWN
from push.meanings import LOOK, Meaning, refused
from push.providers import Provider

_STATUS = re.compile(r"(oauth_)?HTTP([3-5])\d\d")
_UNKNOWN = refused("{provider} gave an answer of its own.", LOOK)
_NAMES = {Provider.WEB: "The push service"}


class Explanation(NamedTuple):
    sentence: str
    remedy: str


def meaning_of(provider: str, *codes: str) -> Meaning:
    """That of the first of the codes which the table has for the provider. Raises KeyError."""
    table = CODES.get(provider, {})
    for code in codes:
        for each in (code, _family(code)):
            if found := table.get(each) or OWN.get(each):
                return found
    raise KeyError(codes)


def is_known(provider: str, code: str) -> bool:
    """Whether the code is one of the table's, and not a word that somebody else chose."""
    try:
        meaning_of(provider, code)
    except KeyError:
        return False
    return True


def sentence_of(meaning: Meaning, provider: str, /, **values: object) -> str:
    """With the values in their places; what is not known is left open."""
    named = {"provider": name_of(provider), "account": provider or "push", **values}
    return meaning.sentence.format_map(defaultdict(lambda: "…", named))


def explain(code: str, provider: str = "") -> Explanation:
    """Of an attempt's code. Without a provider only what is the same with all that have the code."""
    try:
        found = meaning_of(provider, code) if provider else _common(code)
    except KeyError:
        found = _UNKNOWN
    return Explanation(sentence_of(found, provider), found.remedy)


def name_of(provider: str) -> str:
    """As a sentence begins with it."""
    known = provider in Provider.values
    return _NAMES.get(Provider(provider), Provider(provider).label) if known else "The provider"


def _common(code: str) -> Meaning:
    """Raises KeyError."""
    meanings = dict.fromkeys(_all_of(code))
    if len({meaning.sentence for meaning in meanings}) != 1:
        raise KeyError(code)
    return next(iter(meanings))


def _all_of(code: str) -> Iterator[Meaning]:
    for provider in CODES:
        if is_known(provider, code):
            yield meaning_of(provider, code)


def _family(code: str) -> str:
    """The line that stands for a status and its like."""
    found = _STATUS.fullmatch(code)
    return f"{found[1] or ''}HTTP{found[2]}xx" if found else ""
