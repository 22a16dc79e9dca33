"""What the message editor's scripts send: unsaved texts, and what they are to be previewed with.

Bodies are JSON. Texts are as typed, payloads too: what does not parse is the check's to say.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import msgspec
from django.http import Http404, HttpRequest, JsonResponse

from games.models import Game
from messaging.checking import DraftTexts, Problem, check_draft, parsed_payload
from messaging.compiling import compile_message
from messaging.overview import is_known
from messaging.rendering import CompiledMessage
from messaging.settings_shape import DEFAULTS, MOST_VARIANTS, PROVIDERS
from portal.web.places import Place

LONGEST_BODY = 1_000_000  # bytes

Body = TypeVar("Body")


class Texts(msgspec.Struct, rename="camel"):
    title: str = ""
    sub_title: str = ""
    template: str = ""
    json: dict[str, str] = {}

    def typed(self) -> DraftTexts:
        return DraftTexts(self.title, self.sub_title, self.template, self.json)


class Variant(Texts):
    """`query` is a segment query's short code, or a query as JSON."""

    query: str = ""


class Draft(Texts):
    variants: list[Variant] = []
    send_as_push: bool = True


class CheckBody(msgspec.Struct, rename="camel"):
    draft: Draft


class PreviewBody(msgspec.Struct, rename="camel"):
    """Data are `past` (a copy's id), else `data` (JSON), else samples; for `player`, else for a sample one.

    `variant` is an index, None the type's own texts; with `natural` the one that the player would get.
    """

    draft: Draft
    stage: Literal["preview", "live"] = "preview"
    variant: int | None = None
    natural: bool = False
    player: str = ""
    past: str = ""
    data: str = ""
    stress: Literal["", "long", "rtl", "emoji"] = ""


class Refused(Exception):
    """The body is not what it should be; `response` says so."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.response = JsonResponse({"error": sentence}, status=status)


def read_body(request: HttpRequest, shape: type[Body]) -> Body:
    """Raises Refused."""
    if len(request.body) > LONGEST_BODY:
        raise Refused(413, f"More than {LONGEST_BODY:,} bytes.")
    try:
        return msgspec.json.decode(request.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, f"Not the expected JSON: {error}") from error


def require_type(place: Place, type_code: str) -> None:
    """Raises Http404 where the game has no such message type."""
    if not is_known(place.game, type_code):
        raise Http404


def problems_of(type_code: str, draft: Draft) -> list[Problem]:
    return check_draft(
        type_code.partition("_")[0], draft.typed(), [each.typed() for each in draft.variants[:MOST_VARIANTS]]
    )


def compiled_draft(game: Game, type_code: str, draft: Draft) -> CompiledMessage:
    """Of a draft without faults. A query that does not compile matches nobody, as it would at run time."""
    settings = {
        **DEFAULTS,
        **_settings(draft),
        "sendAsPush": draft.send_as_push,
        "variants": [
            {**_settings(each), "segmentQuery": query_typed(each.query)}
            for each in draft.variants[:MOST_VARIANTS]
        ],
    }
    return compile_message(type_code, settings, game.pk)


def _settings(texts: Texts) -> dict[str, Any]:
    payloads = {name: parsed_payload(texts.json.get(name, "")) for name in PROVIDERS}
    return {
        **texts.typed().texts(),
        "json": {name: value for name, value in payloads.items() if value is not None},
    }


def query_typed(typed: str) -> str | Mapping[str, Any]:
    """A short code, or a query's tree; "" for what does not parse."""
    if not typed.lstrip().startswith("{"):
        return typed.strip()
    try:
        tree = json.loads(typed)
    except (ValueError, RecursionError):
        return ""
    return tree if isinstance(tree, dict) else ""
