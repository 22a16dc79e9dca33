"""`GameConfig`: what the run time knows of a stage's configuration. Compiled once, never changed."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, cast

from games.exports import export_document, message_versions
from games.models import Credential, Game, Stage
from games.one_moment import one_moment
from games.sections import CompileContext, sections_by_need
from protocol.dates import now_ms
from protocol.session import Rights

RestPolicy = Literal["forbidden", "token", "allowed"]


@dataclass(frozen=True, slots=True)
class CompiledCredential:
    """`former` is the secret before a reset, good until `former_until_ms`; "" where there is none."""

    secret: str
    rights: Rights
    former: str = ""
    former_until_ms: int = 0

    @property
    def secrets(self) -> tuple[str, ...]:
        """Those that are good now."""
        graced = self.former and now_ms() < self.former_until_ms
        return (self.secret, self.former) if graced else (self.secret,)

    def is_secret(self, given: str) -> bool:
        presented = given.encode("utf-8", "replace")
        return any(hmac.compare_digest(secret.encode(), presented) for secret in self.secrets)

    def __repr__(self) -> str:  # a secret must not reach a log by accident
        return f"CompiledCredential({self.rights.short_code!r})"


@dataclass(frozen=True, slots=True)
class GameConfig:
    """One stage. `published` is False on a live stage without a snapshot: nothing may connect to it. A stage
    of a game in the recycle bin is not published either, has no credentials, so that it is as unknown as no
    game, and nothing configured, so that its clock does nothing.

    `sections` maps a section's name to what its package compiled.
    """

    game_id: int
    game_name: str
    api_key: str
    stage_id: int
    stage: str
    version: int
    published: bool
    sandbox_push: bool
    credentials: Mapping[str, CompiledCredential]
    sections: Mapping[str, Any]


def compile_stage(stage: Stage) -> GameConfig:
    """Preview from the working rows, live from its snapshot; credentials from their rows on both.

    `stage` was read before the rows that are read here, so a change in between only means that its version
    is already behind and the stage is compiled again. All of them are of one moment: sections fit together.
    """
    game = stage.game
    with one_moment():
        return _compile(stage, game)


def _compile(stage: Stage, game: Game) -> GameConfig:
    document, versions = _source(stage)
    return GameConfig(
        game_id=game.pk,
        game_name=game.name,
        api_key=game.api_key,
        stage_id=stage.pk,
        stage=stage.name,
        version=stage.version,
        published=game.deleted is None and (stage.name == "preview" or stage.snapshot is not None),
        sandbox_push=stage.sandbox_push,
        credentials=MappingProxyType(_credentials(game.pk) if game.deleted is None else {}),
        sections=MappingProxyType(_compile_sections(stage, document, versions)),
    )


def _source(stage: Stage) -> tuple[dict[str, Any], dict[str, int]]:
    if stage.game.deleted is not None:
        return {}, {}
    if stage.name == "preview":
        return export_document(stage.game), message_versions(stage.game)
    if stage.snapshot is None:
        return {}, {}
    return json.loads(stage.snapshot.document), stage.snapshot.versions


def _compile_sections(stage: Stage, document: dict[str, Any], versions: dict[str, int]) -> dict[str, Any]:
    compiled: dict[str, Any] = {}
    context = CompileContext(stage.game_id, stage.pk, stage.name, versions, MappingProxyType(compiled))
    for section in sections_by_need():
        compiled[section.name] = section.compile(document.get(section.name, section.empty()), context)
    return compiled


def _credentials(game_id: int) -> dict[str, CompiledCredential]:
    rows = Credential.objects.filter(game_id=game_id)
    return {
        row.short_code: CompiledCredential(
            row.secret, rights_of(row), row.former_secret or "", row.former_until_ms
        )
        for row in rows
    }


def rights_of(credential: Credential) -> Rights:
    return Rights(
        short_code=credential.short_code,
        player=credential.player,
        listener=credential.listener,
        callback=credential.callback,
        rest_policy=cast(RestPolicy, credential.rest_policy),
        allow=frozenset(credential.allow),
        deny=frozenset(credential.deny),
        admin=credential.admin,
        listen_all=credential.listen_all,
    )
