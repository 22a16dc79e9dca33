"""Every change of a message type's settings, and reading them back."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db import transaction

from games.audit import record
from games.conflicts import Conflict
from games.models import Game, User
from games.sections import Faults
from games.stages import touch
from messaging.compiling import compile_message
from messaging.message_types import (
    EXTENSION_PREFIX,
    OWN_EXTENSIONS,
    ensure_message_types,
    message_type,
    remove_extension,
    save_extension,
)
from messaging.models import MessageType, MessageVersion
from messaging.rendering import CompiledMessage
from messaging.settings_shape import DEFAULTS, SettingsFault, check_settings
from players.models import SegmentQuery

__all__ = [
    "EXTENSION_PREFIX",
    "OWN_EXTENSIONS",
    "Conflict",
    "Settings",
    "SettingsFault",
    "change_settings",
    "check",
    "check_query_codes",
    "compiled_versions",
    "ensure_message_types",
    "message_type",
    "number_of",
    "remove_extension",
    "save_extension",
    "save_version",
    "settings_of",
]

Settings = dict[str, Any]  # complete, in the shape and order of settings_shape.SETTINGS


def settings_of(version: MessageVersion | None) -> Settings:
    """As the game document writes them; None is the defaults."""
    if version is None:
        return dict(DEFAULTS)
    return {
        "sendViaSocket": version.send_via_socket,
        "sendAsPush": version.send_as_push,
        "suppressPushOnSocketSend": version.suppress_push_on_socket_send,
        "includeInPushCount": version.include_in_push_count,
        "expireAfterHours": version.expire_after_hours,
        "deviceTypes": version.device_types,
        "template": version.template,
        "title": version.title,
        "subTitle": version.sub_title,
        "json": version.json,
        "variants": version.variants,
    }


def check(game: Game, given: Mapping[str, Any]) -> Settings:
    """Complete settings from given ones. Raises SettingsFault with every fault."""
    faults = Faults()
    settings: Settings = check_settings(dict(given), faults)
    known = set(SegmentQuery.objects.filter(game=game).values_list("short_code", flat=True))
    if not faults.found:
        check_query_codes(settings["variants"], known, faults)
    if faults.found:
        raise SettingsFault(faults.found)
    return settings


def check_query_codes(variants: Any, known: set[str], faults: Faults) -> None:
    """Whether the queries that variants name exist. Passes over what has no shape."""
    for index, variant in enumerate(variants if isinstance(variants, list) else []):
        code = variant.get("segmentQuery") if isinstance(variant, dict) else None
        if isinstance(code, str) and code and code not in known:
            faults.at("variants").at(index).at("segmentQuery").add(f'unknown segment query "{code}"')


def save_version(
    message_type: MessageType,
    given: Mapping[str, Any],
    author: User | None,
    note: str = "",
    expected: int | None = None,
) -> MessageVersion | None:
    """Makes these the settings from now on; what is left out has its default.

    `expected` is the number of the version that they were edited from, 0 the defaults; None: whatever is
    current. The version that is current when nothing changed, None while that is the defaults.
    Raises SettingsFault, and Conflict when another version than the expected one is current.
    """
    settings = check(message_type.game, given)
    with transaction.atomic():
        row = _locked(message_type)
        if expected is not None and expected != number_of(row.current):
            raise Conflict(number_of(row.current))
        if settings == settings_of(row.current):
            return row.current
        version = _add_version(row, settings, author, note)
        row.current = message_type.current = version
        row.save(update_fields=["current"])
        record(author, "message.changed", row.key, row.game, version=version.number, note=note)
        touch(row.game)
    return version


class Step(NamedTuple):
    """The numbers of the versions before a change and after it; 0 is the defaults."""

    before: int
    after: int


def change_settings(message_type: MessageType, changes: Mapping[str, Any], author: User | None) -> Step:
    """As save_version, of a few settings; the others stay whatever they are by now."""
    with transaction.atomic():
        current = _locked(message_type).current
        version = save_version(message_type, {**settings_of(current), **changes}, author)
    return Step(number_of(current), number_of(version))


def number_of(version: MessageVersion | None) -> int:
    """0 is the defaults, which have no version."""
    return version.number if version else 0


def _locked(message_type: MessageType) -> MessageType:
    rows = MessageType.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("current", "game").get(pk=message_type.pk)


def _add_version(row: MessageType, settings: Settings, author: User | None, note: str) -> MessageVersion:
    newest = row.versions.order_by("-number").first()
    return MessageVersion.objects.create(
        message_type=row,
        number=newest.number + 1 if newest else 1,
        send_via_socket=settings["sendViaSocket"],
        send_as_push=settings["sendAsPush"],
        suppress_push_on_socket_send=settings["suppressPushOnSocketSend"],
        include_in_push_count=settings["includeInPushCount"],
        expire_after_hours=settings["expireAfterHours"],
        device_types=settings["deviceTypes"],
        template=settings["template"],
        title=settings["title"],
        sub_title=settings["subTitle"],
        json=settings["json"],
        variants=settings["variants"],
        note=note[:200],
        author=author,
        author_name=author.get_username() if author else "",
    )


def compiled_versions(version_ids: Collection[int]) -> dict[int, CompiledMessage]:
    """The settings that stored messages were made from, in one statement."""
    versions = MessageVersion.objects.select_related("message_type").in_bulk(version_ids)
    return {
        version.pk: compile_message(
            version.message_type.key, settings_of(version), version.message_type.game_id, version.pk
        )
        for version in versions.values()
    }
