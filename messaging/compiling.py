"""From a message's settings, as the game document holds them, to a CompiledMessage."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, TypeVar

from messaging.json_templates import JsonTemplate, JsonTemplateFault, compile_json
from messaging.language import Template, TemplateFault, compile_template
from messaging.rendering import (
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    CompiledMessage,
    CompiledTexts,
    CompiledVariant,
)
from players.segment_queries import QueryFault, compile_query

T = TypeVar("T")

NO_QUERY = ""  # the code of no query: matches nobody
ONLINE_PATHS = (("player",), ("player", "online"))
KEPT = 1000  # compiled settings, shared by all games and versions whose settings read the same


def compile_message(
    key: str, settings: Mapping[str, Any], game_id: int = 0, version_id: int | None = None
) -> CompiledMessage:
    """`settings` are complete (settings_shape.SETTINGS). Never fails: what does not compile is left out.

    They were checked when they were saved; but a snapshot may be older than the language.
    """
    compiled = _compiled(key, json.dumps(settings, sort_keys=True))
    return replace(compiled, game_id=game_id, version_id=version_id)


@lru_cache(KEPT)
def _compiled(key: str, text: str) -> CompiledMessage:
    settings = json.loads(text)
    message_class, _, ext_code = key.partition("_")
    warnings: list[str] = []
    texts = _texts(settings, CompiledTexts(), warnings, "")
    variants = tuple(
        _variant(variant, texts, warnings, f"variants[{index}].")
        for index, variant in enumerate(settings["variants"])
    )
    return CompiledMessage(
        key=key,
        message_class=message_class,
        ext_code=ext_code or None,
        send_via_socket=settings["sendViaSocket"],
        send_as_push=settings["sendAsPush"],
        suppress_push_on_socket_send=settings["suppressPushOnSocketSend"],
        include_in_push_count=settings["includeInPushCount"],
        expire_after_hours=settings["expireAfterHours"],
        device_types=frozenset(settings["deviceTypes"]),
        texts=texts,
        variants=variants,
        per_recipient=texts.per_recipient or any(variant.texts.per_recipient for variant in variants),
        warnings=tuple(warnings),
    )


def _variant(
    given: Mapping[str, Any], behind: CompiledTexts, warnings: list[str], path: str
) -> CompiledVariant:
    """One whose own query does not compile stays in its place, so that the others keep theirs."""
    query = given["segmentQuery"]
    if not isinstance(query, str):
        query = _attempt(partial(compile_query, query), warnings, f"{path}segmentQuery") or NO_QUERY
    return CompiledVariant(query, _texts(given, behind, warnings, path))


def _texts(given: Mapping[str, Any], behind: CompiledTexts, warnings: list[str], path: str) -> CompiledTexts:
    """What is given, with the texts behind it as fallback: an empty text is not given."""

    def chain(name: str, max_length: int, rest: tuple[Template, ...]) -> tuple[Template, ...]:
        own = _attempt(lambda: compile_template(given[name], max_length), warnings, f"{path}{name}")
        return (own, *rest) if own is not None and given[name] else rest

    title = chain("title", TITLE_LENGTH, behind.title)
    sub_title = chain("subTitle", TITLE_LENGTH, behind.sub_title)
    summary = chain("template", SUMMARY_LENGTH, behind.summary)
    texts = (*title, *sub_title, *summary)
    return CompiledTexts(
        title=title,
        sub_title=sub_title,
        summary=summary,
        json=_payloads(given["json"], behind, warnings, path),
        names=frozenset(name for template in texts for name in template.names),
        asks_online=any(use.path[:2] in ONLINE_PATHS for template in texts for use in template.uses),
    )


def _payloads(
    given: Mapping[str, Any], behind: CompiledTexts, warnings: list[str], path: str
) -> Mapping[str, tuple[JsonTemplate, ...]]:
    chains = dict(behind.json)
    for provider, value in given.items():
        own = None
        if value is not None:
            own = _attempt(partial(compile_json, value), warnings, f"{path}json.{provider}")
        if own is not None:
            chains[provider] = (own, *chains.get(provider, ()))
    return MappingProxyType(chains)


def _attempt(compile_: Callable[[], T], warnings: list[str], path: str) -> T | None:
    try:
        return compile_()
    except (TemplateFault, JsonTemplateFault, QueryFault) as fault:
        warnings.append(f"{path}: {fault}")
        return None
