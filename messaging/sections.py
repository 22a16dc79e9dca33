"""The sections `messages` and `messageExtensions` of the game document."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from games.models import Game, User
from games.sections import CompileContext, Faults, Section, register
from games.shapes import rows
from messaging.compiling import compile_message
from messaging.field_catalogue import message_classes
from messaging.message_settings import Settings, check_query_codes, save_version, settings_of
from messaging.message_types import (
    EXTENSION_PREFIX,
    OWN_EXTENSIONS,
    message_type,
    remove_extension,
    save_extension,
)
from messaging.models import MessageType
from messaging.rendering import CompiledMessage
from messaging.settings_shape import DEFAULTS, EXTENSION, MESSAGE, PROVIDERS, SETTINGS

check_messages = rows(MESSAGE)
check_extensions = rows(EXTENSION)
NOTE = "Imported"


class MessageTable(dict[str, CompiledMessage]):
    """Every message type by key. An extension that was removed since reads as its class."""

    def __missing__(self, key: str) -> CompiledMessage:
        message_class, separator, _ = key.partition("_")
        if not separator:
            raise KeyError(key)
        return self[message_class]


class MessagesSection(Section):
    """Holds the classes whose settings differ from the defaults.

    Compiles to every message type by key, the extensions (`ScriptMessage_DAILY_GIFT`) among them.
    """

    name = "messages"
    needs = ("messageExtensions", "segmentQueries")

    def export(self, game: Game) -> Any:
        return [
            {"shortCode": row.key, **_written(settings_of(row.current))}
            for row in _types(game)
            if row.ext_code is None and row.current is not None and settings_of(row.current) != DEFAULTS
        ]

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        check_messages(data, faults.at(self.name))
        _check_queries(data, faults.at(self.name), document)

    def apply(self, game: Game, data: Any, author: User | None) -> None:
        given = {item["shortCode"]: item for item in check_messages(data, Faults())}
        changed = {row.key for row in _types(game) if row.ext_code is None and row.current is not None}
        for key in sorted(given.keys() | changed):
            save_version(message_type(game, key), _settings(given.get(key, DEFAULTS)), author, NOTE)

    def compile(self, data: Any, context: CompileContext) -> Mapping[str, CompiledMessage]:
        given = {item["shortCode"]: item for item in check_messages(data, Faults())}
        compiled = {key: _compiled(key, given.get(key, DEFAULTS), context) for key in message_classes()}
        return MessageTable({**compiled, **context.sections.get("messageExtensions", {})})

    def versions(self, game: Game) -> dict[str, int]:
        return {row.key: row.current.pk for row in _types(game) if row.current is not None}


class MessageExtensionsSection(Section):
    """Further message types under codes of the developers' own. Our own are written only when changed."""

    name = "messageExtensions"
    needs = ("segmentQueries",)

    def export(self, game: Game) -> Any:
        return [
            {
                "shortCode": row.ext_code,
                "name": row.name,
                "description": row.description,
                **_written(settings_of(row.current)),
            }
            for row in _types(game)
            if row.ext_code is not None and not _is_untouched(row)
        ]

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        check_extensions(data, faults.at(self.name))
        _check_queries(data, faults.at(self.name), document)

    def apply(self, game: Game, data: Any, author: User | None) -> None:
        given = {f"{EXTENSION_PREFIX}{item['shortCode']}": item for item in check_extensions(data, Faults())}
        for row in _types(game):
            if row.ext_code is None or row.key in given:
                continue
            if row.ext_code in OWN_EXTENSIONS:
                save_extension(game, row.ext_code, OWN_EXTENSIONS[row.ext_code], "", author)
                save_version(row, DEFAULTS, author, NOTE)
            else:
                remove_extension(row, author)
        for item in given.values():
            row = save_extension(game, item["shortCode"], item["name"], item["description"], author)
            save_version(row, _settings(item), author, NOTE)

    def compile(self, data: Any, context: CompileContext) -> Mapping[str, CompiledMessage]:
        given: dict[str, Settings] = dict.fromkeys(OWN_EXTENSIONS, DEFAULTS)
        given.update((item["shortCode"], item) for item in check_extensions(data, Faults()))
        keys = {f"{EXTENSION_PREFIX}{code}": settings for code, settings in given.items()}
        return MappingProxyType({key: _compiled(key, item, context) for key, item in keys.items()})


def _types(game: Game) -> list[MessageType]:
    return list(
        MessageType.objects.filter(game=game, removed=False).select_related("current", "game").order_by("key")
    )


def _is_untouched(row: MessageType) -> bool:
    """One of our own extensions as it always was."""
    named = OWN_EXTENSIONS.get(row.ext_code or "")
    return row.name == named and not row.description and settings_of(row.current) == DEFAULTS


def _written(settings: Settings) -> Settings:
    return {**settings, "json": {provider: settings["json"].get(provider) for provider in PROVIDERS}}


def _settings(item: Mapping[str, Any]) -> Settings:
    return {name: item[name] for name in SETTINGS}


def _compiled(key: str, settings: Mapping[str, Any], context: CompileContext) -> CompiledMessage:
    version_id = (context.version_ids or {}).get(key)
    return compile_message(key, _settings(settings), context.game_id, version_id)


def _check_queries(data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
    known = {item["shortCode"] for item in _items(document.get("segmentQueries")) if "shortCode" in item}
    for index, item in enumerate(data if isinstance(data, list) else []):
        if isinstance(item, dict):
            check_query_codes(item.get("variants"), known, faults.at(index))


def _items(value: Any) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


register(MessagesSection())
register(MessageExtensionsSection())
