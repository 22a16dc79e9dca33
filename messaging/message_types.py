"""Which message types a game has: the standard classes, our own extensions and the developers'."""

import re
from collections.abc import Mapping

from django.db import transaction

from games.audit import record
from games.models import Game, User
from games.stages import touch
from messaging.field_catalogue import message_classes
from messaging.models import MessageType
from messaging.settings_shape import EXTENSION_PATTERN, SettingsFault
from messaging.uses import uses_of

EXTENSION_PREFIX = "ScriptMessage_"
# Extensions that Flint itself sends; they exist in every game, configurable like any other.
OWN_EXTENSIONS: Mapping[str, str] = {
    "FLINT_FRIEND_INVITE": "Friend invitation",
    "FLINT_FRIEND_ACCEPTED": "Friend invitation accepted",
}


def type_code(message_class: str, ext_code: str | None) -> str:
    """The key of a message's type."""
    return f"{message_class}_{ext_code}" if ext_code else message_class


def is_extension(key: str) -> bool:
    """Else it is a standard class."""
    return key.startswith(EXTENSION_PREFIX)


def message_type(game: Game, key: str) -> MessageType:
    """The row of a standard class (`FriendMessage`) or an extension (`ScriptMessage_DAILY_GIFT`).

    Made when it is first asked for, where the type exists without one. Raises MessageType.DoesNotExist.
    """
    standard = _standard_types()
    if key in standard:
        defaults = {"name": standard[key]}
        return MessageType.objects.get_or_create(game=game, key=key, defaults=defaults)[0]
    return MessageType.objects.get(game=game, key=key, removed=False)


def ensure_message_types(game: Game) -> None:
    """Rows for every type that exists without one, for lists that show rows."""
    MessageType.objects.bulk_create(
        [MessageType(game=game, key=key, name=name) for key, name in _standard_types().items()],
        ignore_conflicts=True,
    )


def _standard_types() -> dict[str, str]:
    """Keys with names."""
    ours = {f"{EXTENSION_PREFIX}{code}": name for code, name in OWN_EXTENSIONS.items()}
    return {**dict.fromkeys(message_classes(), ""), **ours}


def save_extension(
    game: Game, short_code: str, name: str, description: str, author: User | None
) -> MessageType:
    """Adds an extension, renames it, or brings a removed one back. Raises SettingsFault for a bad code."""
    if not re.fullmatch(EXTENSION_PATTERN, short_code):
        raise SettingsFault(["shortCode: expected capital letters, digits and _, a letter first"])
    with transaction.atomic():
        row, added = MessageType.objects.get_or_create(game=game, key=f"{EXTENSION_PREFIX}{short_code}")
        if not added and (row.name, row.description, row.removed) == (name, description, False):
            return row
        action = "extension.added" if added or row.removed else "extension.changed"
        row.name, row.description, row.removed = name, description, False
        row.save(update_fields=["name", "description", "removed"])
        record(author, action, row.key, game, name=name)
        touch(game)
    return row


def remove_extension(message_type: MessageType, author: User | None) -> None:
    """It can be sent no more. Its row and versions stay, for the messages that were made from them.

    Raises SettingsFault for a type that every game has.
    """
    if message_type.key in _standard_types():
        raise SettingsFault([f"{message_type.key}: every game has it"])
    with transaction.atomic():
        message_type.removed, message_type.current = True, None
        message_type.save(update_fields=["removed", "current"])
        record(author, "extension.removed", message_type.key, message_type.game)
        touch(message_type.game)


def delete_extension(message_type: MessageType, author: User | None) -> None:
    """As remove_extension, by somebody's hand: raises SettingsFault also with everything that needs it."""
    if needed := [use for use in uses_of(message_type.game, message_type.key) if use.needed]:
        raise SettingsFault([f"{message_type.key}: used by {use.kind} {use.name}" for use in needed])
    remove_extension(message_type, author)
