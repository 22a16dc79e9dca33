"""Folders and zips of scripts: read as they are, or refused whole."""

import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cloudcode.trees import TreeRefused, read_tree, write_tree

FILES = {
    "event/SCORE.js": b"\xef\xbb\xbfvar a = 1;\r\nvar b;\r\n",
    "modules/EMPTY.js": b"",
    "modules/only comments.js": b"// nothing\n",
    "modules/deep/DOWN.js": "var ä;".encode(),
    "rtScript/script.js": b"RTSession.onPacket(1, function () {});",
}
TEXTS = {path.removesuffix(".js"): content.decode() for path, content in FILES.items()}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def zipped(file: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return file


def refusal(source: Path) -> str:
    with pytest.raises(TreeRefused) as refused:
        read_tree(source)
    return str(refused.value)


@pytest.mark.parametrize("root", ["", "K370851a5ql7/"])
@pytest.mark.parametrize("put", [write, lambda folder, files: zipped(folder / "game.zip", files)])
def test_scripts_are_read_as_they_are_from_the_root_or_one_level_down(
    tmp_path: Path, root: str, put: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    beside = {".git/event/OLD.js": b"x", "__MACOSX/event/._SCORE.js": b"\0", "README.md": b"# Dice"}
    files = {f"{root}{path}": content for path, content in {**FILES, "event/notes.txt": b"n"}.items()}
    tree = read_tree(put(tmp_path, {**files, **beside}))
    assert tree.texts == TEXTS
    assert tree.others == (["event/notes.txt"] if root else ["README.md", "event/notes.txt"])


def test_what_is_written_is_what_was_read(tmp_path: Path) -> None:
    write_tree(TEXTS, tmp_path / "out")
    written = {
        str(file.relative_to(tmp_path / "out")): file.read_bytes()
        for file in (tmp_path / "out").rglob("*.js")
    }
    assert written == FILES


def test_nothing_is_written_beside_other_files_or_outside(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("")
    with pytest.raises(TreeRefused, match="is not empty"):
        write_tree(TEXTS, tmp_path)
    with pytest.raises(TreeRefused, match="no name for a file"):
        write_tree({"modules/../../OUT": ""}, tmp_path / "new")
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_without_scripts_or_with_two_games_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).startswith("there is no folder of scripts (request, response, ")
    write(tmp_path, {"b/event/X.js": b"", "a/event/X.js": b""})
    assert refusal(tmp_path) == "there are several games: a, b; name one of the folders"


def test_links_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "game", FILES)
    (folder / "event/LINK.js").symlink_to("/etc/passwd")
    assert refusal(folder) == "event/LINK.js is a link, or no file"
    (folder / "event/LINK.js").unlink()
    (folder / "modules/up").symlink_to(tmp_path)
    assert refusal(folder) == "modules/up is a link, or no file"
    (folder / "modules/up").unlink()
    os.mkfifo(folder / "modules/PIPE.js")
    assert refusal(folder) == "modules/PIPE.js is a link, or no file"
    link = zipfile.ZipInfo("event/LINK.js")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal(tmp_path / "link.zip") == "event/LINK.js is a link, or no file"


@pytest.mark.parametrize(
    "name", ["../event/X.js", "event/../../X.js", "/event/X.js", "C:\\event\\X.js", "..\\X.js"]
)
def test_a_zip_that_leads_out_is_refused_whole(tmp_path: Path, name: str) -> None:
    assert "leads out of the archive" in refusal(zipped(tmp_path / "a.zip", {**FILES, name: b""}))


def test_windows_zips_have_backslashes(tmp_path: Path) -> None:
    assert read_tree(zipped(tmp_path / "a.zip", {"event\\X.js": b"var x;"})).texts == {"event/X": "var x;"}


def test_what_unpacks_to_too_much_is_refused_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = {f"modules/B{n}.js": b" " * 400_000 for n in range(30)}
    file = zipped(tmp_path / "bomb.zip", bomb)
    assert file.stat().st_size < 30_000
    assert refusal(file) == "there are more than 10 MB, unpacked"
    assert refusal(write(tmp_path / "big", bomb)) == "there are more than 10 MB, unpacked"
    many = {f"modules/M{n}.js": b"" for n in range(501)}
    assert refusal(zipped(tmp_path / "many.zip", many)) == "there are more than 500 files"
    assert refusal(write(tmp_path / "many", many)) == "there are more than 500 files"
    long = write(tmp_path / "long", {"event/LONG.js": b" " * (512 * 1024 + 1)})
    assert refusal(long) == "event/LONG.js is larger than 512 KB"


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """Its directory says 10 bytes, and it holds 11 MB."""
    file = zipped(tmp_path / "liar.zip", {"event/X.js": b" " * 11_000_000})
    size = (11_000_000).to_bytes(4, "little")
    file.write_bytes(file.read_bytes().replace(size, (10).to_bytes(4, "little")))
    assert "cannot be unpacked" in refusal(file)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip_is_refused(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("event/X.js", "var x = 'a script';" * 20)
    damaged = bytearray((tmp_path / "a.zip").read_bytes())
    damaged[40:70] = b"\xff" * 30
    (tmp_path / "a.zip").write_bytes(damaged)
    assert refusal(tmp_path / "a.zip").startswith("a.zip cannot be unpacked: ")


def test_what_is_no_zip_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK no")
    assert refusal(tmp_path / "a.zip") == "a.zip cannot be unpacked: File is not a zip file"
    latin = write(tmp_path / "latin", {**FILES, "event/A.js": b"// \xe9", "event/B.js": b"a\0"})
    assert refusal(latin) == "event/A.js is not UTF-8: byte 3; event/B.js holds NUL"
