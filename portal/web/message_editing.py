"""One message type as its editor has it: which settings, which version, and what live runs of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404

from games.models import Game
from games.saved_versions import Version
from messaging.compiling import compile_message
from messaging.message_settings import Settings, message_type, number_of, settings_of
from messaging.message_types import is_extension
from messaging.models import MessageType, MessageVersion
from messaging.overview import is_known
from messaging.text_warnings import text_warnings
from portal.web import clashes
from portal.web.clashes import Clash
from portal.web.message_table import live_versions
from portal.web.setting_words import label_of


@dataclass(frozen=True)
class Subject:
    """`row` is None while nobody has changed a class that every game has."""

    game: Game
    key: str
    row: MessageType | None

    @property
    def message_class(self) -> str:
        return self.key.partition("_")[0]

    @property
    def is_extension(self) -> bool:
        return is_extension(self.key)

    @property
    def current(self) -> MessageVersion | None:
        return self.row.current if self.row else None

    @property
    def number(self) -> int:
        return number_of(self.current)

    @cached_property
    def settings(self) -> Settings:
        return settings_of(self.current)

    @property
    def warnings(self) -> list[str]:
        return text_warnings(compile_message(self.key, self.settings))

    @cached_property
    def live(self) -> MessageVersion | None:
        """What live runs; None for the defaults, or while nothing is published."""
        version_id = (self._live_versions or {}).get(self.key)
        return MessageVersion.objects.filter(pk=version_id).first() if version_id else None

    @cached_property
    def _live_versions(self) -> Mapping[str, int] | None:
        return live_versions(self.game)

    @property
    def is_published(self) -> bool:
        return self._live_versions is not None

    @cached_property
    def live_words(self) -> str:
        """What live runs, where that is not what preview runs; else nothing."""
        if not self.is_published:
            return "Live is not published yet."
        if number_of(self.live) == self.number or settings_of(self.live) == self.settings:
            return ""
        older = f"version {self.live.number}" if self.live else "the default settings"
        return f"Live still runs {older}, until somebody publishes."

    def version(self, number: int) -> Settings:
        """Raises Http404 for one that there is not."""
        if number == 0:
            return settings_of(None)
        found = self.row.versions.filter(number=number).first() if self.row else None
        if found is None:
            raise Http404
        return settings_of(found)

    def stored(self) -> MessageType:
        """Its row, made where there is none."""
        return message_type(self.game, self.key)


def subject(game: Game, key: str) -> Subject:
    """Raises Http404 for a type that the game has not."""
    rows = MessageType.objects.select_related("current", "game")
    row = rows.filter(game=game, key=key, removed=False).first()
    if row is None and not is_known(game, key):
        raise Http404
    return Subject(game, key, row)


def clash(of: Subject, base: int, yours: Settings, theirs_url: str) -> Clash:
    """`of` as it is now; `base` is the version that `yours` was edited from."""
    row, theirs = of.current, None
    if row is not None:
        theirs = Version(of.number, row.created, row.author_name or "the console", of.settings, row.note)
    documents = (of.version(base), of.settings, yours)
    return clashes.clash("message", (base, theirs), documents, label_of, theirs_url, "the default settings")
