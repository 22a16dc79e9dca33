"""The compiled configuration of each stage, once per process, replaced when its version changes."""

import logging
from collections.abc import Awaitable, Callable, Iterable

from asgiref.sync import sync_to_async

from games.config import GameConfig, compile_stage
from games.lookup import find_game
from games.models import Stage

logger = logging.getLogger(__name__)

Runner = Callable[[Callable[[], GameConfig | None]], Awaitable[GameConfig | None]]


class ConfigStore:
    """Reads of a cached stage touch no database and may come from any thread.

    `run` takes a function that reads the database off the event loop, `tell` lets other processes know of
    changed stages; the server sets its own.
    """

    def __init__(self) -> None:
        self.run: Runner = lambda load: sync_to_async(load)()
        self.tell: Callable[[list[int]], None] = lambda stage_ids: None
        self._configs: dict[int, GameConfig] = {}
        self._stage_ids: dict[tuple[str, str], int] = {}
        self._failed: dict[int, int] = {}

    async def lookup(self, api_key: str, stage: str) -> GameConfig | None:
        """The stage named by a URL, None if there is none. The key's case is ignored: host names lose it."""
        key = (api_key.lower(), stage)
        cached = self._cached(key)
        return cached if cached is not None else await self.run(lambda: self._load(key))

    def current(self, stage_id: int) -> GameConfig:
        """Raises Stage.DoesNotExist."""
        config = self._configs.get(stage_id)
        return config or self._compile(Stage.objects.select_related("game", "snapshot").get(pk=stage_id))

    def cached(self, stage_id: int) -> GameConfig | None:
        """What `current` would give, without a look at the database."""
        return self._configs.get(stage_id)

    def refresh(self, stage_ids: Iterable[int] | None = None) -> None:
        """Compiles what changed among the cached stages; what does not compile keeps its last good state."""
        wanted = (
            list(self._configs) if stage_ids is None else [key for key in stage_ids if key in self._configs]
        )
        if not wanted:
            return
        versions = dict(Stage.objects.filter(pk__in=wanted).values_list("pk", "version"))
        for stage_id in wanted:
            cached = self._configs.get(stage_id)  # another thread may have refreshed meanwhile
            if stage_id not in versions:
                self._forget(stage_id)
            elif cached and versions[stage_id] not in (cached.version, self._failed.get(stage_id)):
                self._recompile(stage_id, versions[stage_id])

    def clear(self) -> None:
        self._configs.clear()
        self._stage_ids.clear()
        self._failed.clear()

    def _cached(self, key: tuple[str, str]) -> GameConfig | None:
        stage_id = self._stage_ids.get(key)
        return None if stage_id is None else self._configs.get(stage_id)

    def _load(self, key: tuple[str, str]) -> GameConfig | None:
        if cached := self._cached(key):  # another connection's load was queued before this one
            return cached
        game = find_game(key[0])
        stage = Stage.objects.select_related("game", "snapshot").filter(game=game, name=key[1]).first()
        return self._compile(stage) if stage else None

    def _compile(self, stage: Stage) -> GameConfig:
        config = compile_stage(stage)
        self._configs[stage.pk] = config
        self._stage_ids[config.api_key.lower(), config.stage] = stage.pk
        return config

    def _recompile(self, stage_id: int, version: int) -> None:
        try:
            self._compile(Stage.objects.select_related("game", "snapshot").get(pk=stage_id))
            self._failed.pop(stage_id, None)
        except Exception:
            self._failed[stage_id] = version
            logger.exception(
                "Stage %s, version %s, does not compile: it keeps its last state.", stage_id, version
            )

    def _forget(self, stage_id: int) -> None:
        if config := self._configs.pop(stage_id, None):
            self._stage_ids.pop((config.api_key.lower(), config.stage), None)


configs = ConfigStore()
