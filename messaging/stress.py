"""Names that break layouts, put where a message's names are; and texts that are not to be read. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from players.facts import Recipient

NAME_KEYS = frozenset({"who", "name", "displayName", "userName", "winnerName", "challengeName", "teamName"})
NAMES: Mapping[str, str] = {
    "long": "W" * 40,
    "rtl": "محمد بن عبد الرحمن \u202eالطويل",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 Zoë 🧑🏽‍🚀",
}


def stressed_fields(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Every name in them, however deep, becomes the given one."""
    return {
        key: _mapped(key, value, lambda key, _: name if key in NAME_KEYS else None)
        for key, value in fields.items()
    }


def stressed_recipient(recipient: Recipient, name: str) -> Recipient:
    return replace(recipient, user_name=name, display_name=name)


def masked_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """For who may not read what players write: every text keeps its length alone."""
    return {key: _mapped(key, value, lambda _, text: masked(text)) for key, value in fields.items()}


def masked_recipient(recipient: Recipient) -> Recipient:
    user_name = None if recipient.user_name is None else masked(recipient.user_name)
    return replace(
        recipient,
        user_name=user_name,
        display_name=masked(recipient.display_name),
        script_data=masked_fields(recipient.script_data),
    )


def masked(text: str) -> str:
    return "".join("•" if each.isalnum() else each for each in text)


def _mapped(key: str, value: Any, text_of: Callable[[str, str], str | None]) -> Any:
    """`text_of` gives a text's new one, or None to leave it."""
    if isinstance(value, str):
        return text_of(key, value) or value
    if isinstance(value, Mapping):
        return {name: _mapped(name, each, text_of) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(key, each, text_of) for each in value]
    return value
