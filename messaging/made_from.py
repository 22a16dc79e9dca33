"""What stored messages were made from: the settings version each names, under its send's own overrides."""

from collections.abc import Iterable

import msgspec

from games.config_store import configs
from games.events import Overrides
from messaging.compiling import compile_message
from messaging.message_settings import compiled_versions
from messaging.models import Message
from messaging.policy import Policy, policy_of
from messaging.preparing import compiled_of
from messaging.rendering import CompiledMessage
from messaging.settings_shape import DEFAULTS

_overrides = msgspec.json.Decoder(Overrides)


def settings_of(message: Message) -> tuple[CompiledMessage, Policy]:
    return settings_of_all([message])[message.id]


def settings_of_all(messages: Iterable[Message]) -> dict[str, tuple[CompiledMessage, Policy]]:
    """By message id. One statement at most: what the running configuration has is not read."""
    found = {message.id: message for message in messages}
    running = {message.id: _running(message) for message in found.values()}
    read = {
        message.version_id
        for message in found.values()
        if message.version_id is not None and message.version_id != running[message.id].version_id
    }
    versions = compiled_versions(read) if read else {}
    return {
        message.id: _with_overrides(message, _made_from(message, running[message.id], versions))
        for message in found.values()
    }


def overrides_of(message: Message) -> Overrides | None:
    return _overrides.decode(message.overrides) if message.overrides else None


def _running(message: Message) -> CompiledMessage:
    return compiled_of(configs.current(message.stage_id), message.message_class, message.ext_code or None)


def _made_from(
    message: Message, running: CompiledMessage, versions: dict[int, CompiledMessage]
) -> CompiledMessage:
    if message.version_id == running.version_id:
        return running
    if message.version_id is None:  # sent when nobody had changed the defaults yet
        return compile_message(message.type_code, DEFAULTS, running.game_id)
    return versions.get(message.version_id, running)


def _with_overrides(message: Message, compiled: CompiledMessage) -> tuple[CompiledMessage, Policy]:
    return compiled, policy_of(compiled, overrides_of(message))
