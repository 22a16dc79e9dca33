"""The section `downloadables`, and the folder in which its files travel: `SHORTCODE/NAME`, or just `NAME`."""

from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage

from competition.uploads.downloadables import Downloadable, game_file, keep, read_downloadable, sha256_of
from games import kept_shapes
from games.attached_files import FileSection
from games.kept_sections import KeptSection
from games.models import Game
from games.sections import CompileContext, Faults, register


class DownloadablesSection(KeptSection, FileSection):
    """Compiles to `{short code: Downloadable}`."""

    def compile(self, data: Any, context: CompileContext) -> dict[str, Downloadable]:
        return {each.code: each for each in _read(data)}

    def check_files(self, game: Game | None, data: Any, folder: Path, faults: Faults) -> None:
        for index, item in enumerate(data):
            wanted, here = item["file"], faults.at(index).at("file")
            if game is not None and game_file(game.pk, wanted["sha256"]):
                continue
            path = _path(folder, read_downloadable(item))
            if path is None:
                here.add(f"there is no file {wanted['name']} in {folder}")
            elif path.stat().st_size != wanted["size"]:
                here.at("size").add(f"{path} has {path.stat().st_size} bytes")
            elif (digest := _sha256(path)) != wanted["sha256"]:
                here.at("sha256").add(f"{path} has {digest}")

    def take_files(self, game: Game, data: Any, folder: Path) -> None:
        for each in _read(data):
            path = _path(folder, each)
            if path is not None and game_file(game.pk, each.sha256) is None:
                with path.open("rb") as content:
                    keep(game, File(content, each.name))

    def give_files(self, game: Game, data: Any, folder: Path) -> None:
        for each in _read(data):
            found = game_file(game.pk, each.sha256)
            if found is not None:
                target = folder / each.code / each.name
                target.parent.mkdir(parents=True, exist_ok=True)
                with default_storage.open(found.file.name) as content, target.open("wb") as copy:
                    copy.writelines(content.chunks())

    def describe_file(self, content: "File[bytes]") -> dict[str, Any]:
        return {"file": {"name": content.name, "sha256": sha256_of(content), "size": content.size}}

    def keep_file(self, game: Game, content: "File[bytes]") -> None:
        keep(game, content)

    def missing_files(self, game: Game, data: Any) -> list[str]:
        return [each.code for each in _read(data) if game_file(game.pk, each.sha256) is None]


def _read(data: Any) -> list[Downloadable]:
    return [read_downloadable(item) for item in kept_shapes.downloadables(data, Faults())]


def _path(folder: Path, offered: Downloadable) -> Path | None:
    """Where the file is. Two may have the same name, in folders named after their short codes."""
    places = (folder / offered.code / offered.name, folder / offered.name)
    return next((path for path in places if path.is_file()), None)


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return sha256_of(File(content))


register(DownloadablesSection("downloadables", kept_shapes.downloadables))
