"""A game's scripts as files: a folder, or a zip of one, as the old platform's tools left them.

Files are `<folder>/<name>.js`; the root may stand one level down, named after a key or a branch. Texts stay
as they are, byte order mark and line ends included, so that what is written is what was read.
"""

import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from games.kept_shapes import MOST_SCRIPT_BYTES, SCRIPT_FOLDERS, SCRIPT_KEY

MOST_FILES = 500
MOST_BYTES = 10 * 1024 * 1024  # of all files, unpacked
# What zipfile and what unpacks for it say of a broken, cut, locked or unknown archive.
UNPACKING = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError),
    *(NotImplementedError, RuntimeError),
)


class TreeRefused(Exception):
    """Something no export holds, or too much. `faults` are sentences, each with its file."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Tree:
    """`texts` by key (`event/SCORE`); `others` are paths of files that are no scripts."""

    texts: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def read_tree(source: Path) -> Tree:
    """Raises TreeRefused, and OSError where the file system says no."""
    files = list(_zipped(source) if source.is_file() else _on_disk(source))
    root = _root([path for path, _ in files])
    tree, faults = Tree(), list[str]()
    for path, content in sorted(files):
        if path.parts[: len(root)] == root:
            _add(tree, PurePosixPath(*path.parts[len(root) :]), content, faults)
    if faults:
        raise TreeRefused(*faults)
    return tree


def write_tree(texts: dict[str, str], folder: Path) -> None:
    """Raises TreeRefused where the folder holds anything, since files of two games would mix, and OSError."""
    if folder.exists() and any(folder.iterdir()):
        raise TreeRefused(f"{folder} is not empty")
    if strange := [key for key in texts if not re.fullmatch(SCRIPT_KEY, key)]:
        raise TreeRefused(f"{strange[0]} is no name for a file")
    for key, text in texts.items():
        file = folder / f"{key}.js"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())


def _add(tree: Tree, path: PurePosixPath, content: bytes, faults: list[str]) -> None:
    key = str(path.with_suffix(""))
    if path.suffix != ".js" or not re.fullmatch(SCRIPT_KEY, key):
        tree.others.append(str(path))
        return
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        faults.append(f"{path} is not UTF-8: byte {error.start}")
        return
    if "\0" in text:
        faults.append(f"{path} holds NUL")
    if len(content) > MOST_SCRIPT_BYTES:
        faults.append(f"{path} is larger than {MOST_SCRIPT_BYTES // 1024} KB")
    tree.texts[key] = text


def _root(paths: list[PurePosixPath]) -> tuple[str, ...]:
    """The parts of the way down to the folder that holds `event/` and the like."""
    if any(path.parts[0] in SCRIPT_FOLDERS and len(path.parts) > 1 for path in paths):
        return ()
    below = {path.parts[0] for path in paths if len(path.parts) > 2 and path.parts[1] in SCRIPT_FOLDERS}
    if len(below) > 1:
        raise TreeRefused(f"there are several games: {', '.join(sorted(below))}; name one of the folders")
    if not below:
        raise TreeRefused(f"there is no folder of scripts ({', '.join(SCRIPT_FOLDERS)})")
    return (below.pop(),)


def _hidden(part: str) -> bool:
    """What tools leave beside: `.git`, `.DS_Store`, and macOS' in every zip."""
    return part.startswith(".") or part == "__MACOSX"


class _Allowance:
    """How much may still be read."""

    def __init__(self) -> None:
        self.files, self.bytes = MOST_FILES, MOST_BYTES

    def take_file(self) -> None:
        self.files -= 1
        if self.files < 0:
            raise TreeRefused(f"there are more than {MOST_FILES} files")

    def take(self, content: bytes) -> bytes:
        self.bytes -= len(content)
        if self.bytes < 0:
            raise TreeRefused(f"there are more than {MOST_BYTES // 1024 // 1024} MB, unpacked")
        return content


# --- on disk -----------------------------------------------------------------------------------------------


def _on_disk(folder: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    left = _Allowance()
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if _hidden(entry.name):
                    continue
                path = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                    continue
                shown = PurePosixPath(path.relative_to(folder))
                if not entry.is_file(follow_symlinks=False):
                    raise TreeRefused(f"{shown} is a link, or no file")
                left.take_file()
                with path.open("rb") as file:
                    yield shown, left.take(file.read(left.bytes + 1))


# --- zipped ------------------------------------------------------------------------------------------------


def _zipped(file: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    if file.stat().st_size > 2 * MOST_BYTES:
        raise TreeRefused(f"{file.name} is larger than {2 * MOST_BYTES // 1024 // 1024} MB")
    try:
        with zipfile.ZipFile(file) as archive:
            yield from _members(archive)
    except UNPACKING as fault:
        raise TreeRefused(f"{file.name} cannot be unpacked: {fault}") from None


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Each is looked at before the first is unpacked."""
    left, seen = _Allowance(), set[PurePosixPath]()
    members: list[tuple[PurePosixPath, zipfile.ZipInfo]] = []
    for member in archive.infolist():
        path = _safe(member)
        if member.is_dir() or any(_hidden(part) for part in path.parts):
            continue
        if path in seen:
            raise TreeRefused(f"{path} is there twice")
        seen.add(path)
        left.take_file()
        members.append((path, member))
    if sum(member.file_size for _, member in members) > MOST_BYTES:
        raise TreeRefused(f"there are more than {MOST_BYTES // 1024 // 1024} MB, unpacked")
    for path, member in members:
        with archive.open(member) as content:
            yield path, left.take(content.read(left.bytes + 1))


def _safe(member: zipfile.ZipInfo) -> PurePosixPath:
    """Its path below the archive's root. Windows' tools wrote backslashes."""
    name = member.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or re.match(r"[A-Za-z]:", name):
        raise TreeRefused(f"{member.filename!r} leads out of the archive")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise TreeRefused(f"{path} is a link, or no file")
    if member.flag_bits & 1:
        raise TreeRefused(f"{path} is encrypted")
    return path
