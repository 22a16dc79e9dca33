"""What a stored message was made from: the settings version it names, under its send's own overrides."""

import msgspec

from games.config_store import configs
from games.events import Overrides
from messaging.message_settings import compiled_version
from messaging.models import Message
from messaging.policy import Policy, policy_of
from messaging.preparing import compiled_of
from messaging.rendering import CompiledMessage

_overrides = msgspec.json.Decoder(Overrides)


def settings_of(message: Message) -> tuple[CompiledMessage, Policy]:
    """The running configuration's where it is that very version, else the version's own."""
    compiled = compiled_of(configs.current(message.stage_id), message.message_class, message.ext_code or None)
    if message.version_id is not None and compiled.version_id != message.version_id:
        compiled = compiled_version(message.version_id)
    return compiled, policy_of(compiled, overrides_of(message))


def overrides_of(message: Message) -> Overrides | None:
    return _overrides.decode(message.overrides) if message.overrides else None
