"""A stage's scripts, compiled: which run where. Without scripts nothing is bound, and nothing is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudcode.sandbox.running import Script
from cloudcode.sandbox.sources import Source, source_of
from protocol.catalogue import CATALOGUE
from protocol.request import response_class

EVENTS = {
    "LogEventRequest": "event",
    "LogChallengeEventRequest": "event-challenge",
}


@dataclass(frozen=True, slots=True)
class RequestScripts:
    """What runs around one request class. `events` by the event's key."""

    before: Script | None = None
    events: Mapping[str, Script] = field(default_factory=dict)
    after: Script | None = None

    def concern(self, raw: Mapping[str, Any]) -> bool:
        """Whether any of them runs for such a request."""
        return self.before is not None or self.after is not None or self.event(raw) is not None

    def event(self, raw: Mapping[str, Any]) -> Script | None:
        key = raw.get("eventKey")
        return self.events.get(key) if isinstance(key, str) else None


@dataclass(frozen=True, slots=True)
class MessageScripts:
    """What runs for one message type: once, and for each recipient."""

    once: Script | None = None
    each: Script | None = None


@dataclass(frozen=True, slots=True)
class Bindings:
    """`requests` by class without its dot, `messages` by type key (`ScriptMessage_GIFT`), `callbacks` by
    credential: bound ones only.

    `scripts` are all of them and `versions` the numbers of their texts' versions, by the document's key.
    """

    requests: Mapping[str, RequestScripts] = field(default_factory=dict)
    messages: Mapping[str, MessageScripts] = field(default_factory=dict)
    modules: Mapping[str, Source] = field(default_factory=dict)
    system: Mapping[str, Script] = field(default_factory=dict)
    callbacks: Mapping[str, Script] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    scripts: Mapping[str, Script] = field(default_factory=dict)


def bind(texts: Mapping[str, str], versions: Mapping[str, int] | None = None) -> Bindings:
    """From the game document's `scripts`. A text of comments alone is no script. `versions` by key."""
    sources = {key: source for key, text in texts.items() if (source := source_of(text)) is not None}
    modules = {
        key.removeprefix("modules/"): each for key, each in sources.items() if key.startswith("modules/")
    }
    scripts = {key: Script(key, source, modules) for key, source in sources.items()}
    if not scripts:
        return Bindings()
    numbers = {key: number for key, number in (versions or {}).items() if key in sources}
    system, callbacks = _folder(scripts, "system"), _folder(scripts, "callbacks")
    return Bindings(_requests(scripts), _messages(scripts), modules, system, callbacks, numbers, scripts)


def messages_of(bindings: Bindings, type_key: str) -> MessageScripts | None:
    """An extension with scripts of its own has those alone, else those of ScriptMessage."""
    return bindings.messages.get(type_key) or bindings.messages.get(type_key.partition("_")[0])


def _requests(scripts: Mapping[str, Script]) -> dict[str, RequestScripts]:
    bound: dict[str, RequestScripts] = {}
    for name in CATALOGUE:
        before = scripts.get(f"request/{name}")
        after = scripts.get(f"response/{response_class(name)[1:]}")
        events = _folder(scripts, EVENTS[name]) if name in EVENTS else {}
        if before or after or events:
            bound[name] = RequestScripts(before, events, after)
    return bound


def _messages(scripts: Mapping[str, Script]) -> dict[str, MessageScripts]:
    once, each = _folder(scripts, "message-global"), _folder(scripts, "message-user")
    return {key: MessageScripts(once.get(key), each.get(key)) for key in once.keys() | each.keys()}


def _folder(scripts: Mapping[str, Script], folder: str) -> dict[str, Script]:
    return {
        key.partition("/")[2]: script for key, script in scripts.items() if key.partition("/")[0] == folder
    }
