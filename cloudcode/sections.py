"""The game document's section `scripts`."""

from collections.abc import Mapping
from typing import Any

from cloudcode import scripts
from cloudcode.bindings import Bindings, bind
from games import kept_shapes, references
from games.models import Game, User
from games.sections import CompileContext, Faults, Section, register

NOTE = "Imported"


class ScriptsSection(Section):
    """Compiles to Bindings."""

    name = "scripts"
    needs = ("events", "messageExtensions")

    def empty(self) -> Any:
        return {}

    def export(self, game: Game) -> Any:
        return scripts.texts_of(game)

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        here = faults.at(self.name)
        before = len(faults.found)
        kept_shapes.scripts(data, here)
        references.scripts(data, here, document)
        if len(faults.found) == before:
            for key, fault in scripts.check(data).items():
                here.key(key).add(fault)

    def apply(self, game: Game, data: Any, author: User | None) -> None:
        scripts.replace_all(game, kept_shapes.scripts(data, Faults()), author, NOTE)

    def versions(self, game: Game) -> dict[str, int]:
        """The number of each script's version."""
        return scripts.versions_of(game)

    def compile(self, data: Any, context: CompileContext) -> Bindings:
        return bind(data, context.version_ids)


register(ScriptsSection())
