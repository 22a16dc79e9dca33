"""How long the texts of a request may be."""

from protocol.errors import RequestError


def check_texts(longest: int = 255, least: int = 0, **texts: str | None) -> None:
    """Raises RequestError `{field: INVALID}` for all texts that are too long or too short.

    Names are the wire's. None is not there.
    """
    faulty = [name for name, text in texts.items() if text is not None and not least <= len(text) <= longest]
    if faulty:
        raise RequestError(dict.fromkeys(faulty, "INVALID"))
