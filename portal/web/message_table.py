"""The rows of the Messages table: what each type's settings are, and what to know of it at a glance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cloudcode.models import Script
from games.models import Game, Stage
from messaging.compiling import compile_message
from messaging.message_types import EXTENSION_PREFIX
from messaging.overview import EXTENSIONS, Row, groups_of
from messaging.settings_words import is_inbox_only
from messaging.text_warnings import text_warnings
from portal.web.message_phrases import sent_when

SCRIPTS = ("message-global/", "message-user/")  # folders of scripts that are bound to messages
ONLY = {
    "variants": "With variants",
    "script": "With a script",
    "warnings": "With warnings",
    "changed": "Changed since publish",
}


@dataclass(frozen=True, slots=True)
class Line:
    """`changed`: preview runs other settings than live."""

    group: str
    row: Row
    when: str
    warnings: list[str]
    scripted: bool
    changed: bool

    @property
    def inbox_only(self) -> bool:
        return is_inbox_only(self.row.settings)

    @property
    def devices(self) -> str:
        return ", ".join(self.row.settings["deviceTypes"])

    def has(self, what: str) -> bool:
        facts = {
            "variants": self.row.variants > 0,
            "script": self.scripted,
            "warnings": bool(self.warnings),
            "changed": self.changed,
        }
        return facts[what]

    def holds(self, text: str) -> bool:
        """Whether the words stand in its name or in one of its texts."""
        settings = self.row.settings
        texts = [self.row.key, self.row.name, self.when, *_texts(settings)]
        for variant in settings["variants"]:
            texts += _texts(variant)
        return any(text.casefold() in each.casefold() for each in texts)


def lines_of(game: Game, extensions: bool) -> list[Line]:
    """Three statements, however many rows."""
    live, scripted = live_versions(game), _scripted(game)
    groups = [(name, rows) for name, rows in groups_of(game) if (name == EXTENSIONS) == extensions]
    return [_line(name, row, live, scripted) for name, rows in groups for row in rows]


def line_of(game: Game, key: str) -> Line:
    """The one row. Raises StopIteration for a type that the game has not."""
    return next(line for line in lines_of(game, key.startswith(EXTENSION_PREFIX)) if line.row.key == key)


def grouped(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    return list(groups.items())


def live_versions(game: Game) -> Mapping[str, int] | None:
    """The version that live runs of each type, by key; None while nothing is published."""
    stage = Stage.objects.filter(game=game, name="live")
    found: Mapping[str, int] | None = stage.values_list("snapshot__versions", flat=True).get()
    return found


def _scripted(game: Game) -> set[str]:
    """Keys of the types that a script is bound to."""
    keys = Script.objects.filter(game=game, current__isnull=False).values_list("key", flat=True)
    return {key.partition("/")[2] for key in keys if key.startswith(SCRIPTS)}


def _line(group: str, row: Row, live: Mapping[str, int] | None, scripted: set[str]) -> Line:
    version_id = row.version.pk if row.version else None
    return Line(
        group=group,
        row=row,
        when=sent_when(row.key),
        warnings=text_warnings(compile_message(row.key, row.settings)),
        scripted=row.key in scripted,
        changed=version_id is not None if live is None else live.get(row.key) != version_id,
    )


def _texts(settings: Mapping[str, str]) -> list[str]:
    return [settings["title"], settings["subTitle"], settings["template"]]
