"""Runs the command blocks of README.md, docs/*.md and CONTRIBUTING.md in a scratch clone of the last commit.

A fenced `sh` block is run with `sh -e`, in the order of the page, and must exit with 0. `cd` lasts until the
page ends. `git clone ADDRESS` takes this repository; port 8000 becomes a free one. A comment on the line
before the fence says what else is wanted:

    <!-- check: skip REASON -->              not run
    <!-- check: expect "TEXT" -->            the output must hold TEXT
    <!-- check: until "TEXT" -->             interrupted (Ctrl-C) once the output holds TEXT
    <!-- check: keep "TEXT" -->              the same at the end of the page: a server for later blocks
    <!-- check: fails "TEXT" -->             must exit with another code than 0
    <!-- check: write PATH -->               any language: the block becomes the file
    <!-- check: append PATH -->              any language: the block is added to the file
    <!-- check: run -->                      in CONTRIBUTING.md, where unmarked blocks are not run
"""

import argparse
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 900
SECONDS_TO_END = 5
VERBS = {"skip", "expect", "until", "keep", "fails", "write", "append", "run"}
_COMMENT = re.compile(r"<!-- check: (\w+)(?: (.*?))? -->")

_CLONE = re.compile(r"git clone (?P<address>\S+)(?: (?P<folder>[\w./-]+))?")


class DocsError(Exception):
    """A block that is wrong or went wrong; says which and how."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page. `verb` is empty where no comment stands before it."""

    page: str
    line: int
    language: str
    text: str
    verb: str = ""
    argument: str = ""

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def wanted(self) -> bool:
        """Whether anything is done with it."""
        if self.verb in {"write", "append"}:
            return True
        unmarked = self.page != "CONTRIBUTING.md" and not self.verb
        return self.language == "sh" and (unmarked or self.verb not in {"", "skip"})


def read_blocks(page: str, markdown: str) -> Iterator[Block]:
    """The fenced blocks of a page. Raises DocsError for a comment that says nothing known."""
    comment, fence, language, start, lines = ("", ""), "", "", 0, list[str]()
    for number, line in enumerate(markdown.splitlines(), 1):
        if fence:
            if line.strip() == fence:
                yield Block(page, start, language, "\n".join(lines) + "\n", *comment)
                comment, fence = ("", ""), ""
            else:
                lines.append(line)
        elif opening := re.match(r"(`{3,})(\w*)", line):
            fence, language, start, lines = opening[1], opening[2], number, []
        elif found := _COMMENT.search(line):
            comment = (found[1], (found[2] or "").strip('"'))
            if comment[0] not in VERBS or (comment[0] in VERBS - {"run"} and not comment[1]):
                raise DocsError(f"{page}:{number}: {line.strip()} says nothing that can be checked")
        elif line.strip():
            comment = ("", "")
    if fence:
        raise DocsError(f"{page}:{start}: the block has no end")


class Checker:
    """Runs blocks one after another below `scratch`; `source` is what `git clone` clones."""

    def __init__(self, scratch: Path, source: Path) -> None:
        self.scratch, self.source = scratch, source
        self.port = _free_port()
        self.folder_file = scratch / "folder"
        self.kept: list[tuple[Block, subprocess.Popen[str]]] = []
        home = scratch / "home"
        home.mkdir()
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PORT": str(self.port)}
        self.env["FOLDER_FILE"] = str(self.folder_file)

    def check_page(self, blocks: list[Block]) -> int:
        """Do what the page says; the number of blocks done."""
        wanted = [block for block in blocks if block.wanted]
        if wanted and not any("git clone" in block.text for block in wanted):
            self._clone()
        else:
            self.folder_file.write_text(str(self.scratch))
        try:
            for block in wanted:
                print(f"{block.where}  {block.text.strip().splitlines()[0]}", flush=True)
                self._do(block)
        finally:
            while self.kept:
                self._interrupt(*self.kept.pop())
        return len(wanted)

    @property
    def folder(self) -> Path:
        """Where the page's last `cd` led to."""
        return Path(self.folder_file.read_text().strip())

    def _clone(self) -> None:
        clone = self.scratch / "clone"
        if not clone.exists():
            subprocess.run(["git", "clone", "-q", self.source, clone], check=True)
        shutil.rmtree(clone / "var", ignore_errors=True)  # each page begins without data
        self.folder_file.write_text(str(clone))

    def _do(self, block: Block) -> None:
        if block.verb in {"write", "append"}:
            target = self.folder / block.argument
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("a" if block.verb == "append" else "w") as file:
                file.write(self._here(block.text))
        elif block.verb in {"until", "keep"}:
            process = self._start(block)
            self._await_text(block, process)
            if block.verb == "keep":
                self.kept.append((block, process))
            else:
                self._interrupt(block, process)
        else:
            self._run(block)

    def _run(self, block: Block) -> None:
        process = self._start(block)
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self._interrupt(block, process)
            raise DocsError(f"{block.where} took longer than {SECONDS} s:\n{self._output(block)}") from None
        if (code != 0) != (block.verb == "fails"):
            raise DocsError(f"{block.where} exited with {code}:\n{self._output(block)}")
        if block.verb in {"expect", "fails"} and self._here(block.argument) not in self._output(block):
            raise DocsError(f"{block.where} did not print {block.argument!r}:\n{self._output(block)}")

    def _start(self, block: Block) -> "subprocess.Popen[str]":
        """The block in a shell of its own process group, as a terminal gives it."""
        script = 'cd() { command cd "$@" && pwd > "$FOLDER_FILE"; }\n' + self._here(block.text)
        with self._output_file(block).open("w") as output:
            return subprocess.Popen(
                ["sh", "-e", "-c", script],
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )

    def _await_text(self, block: Block, process: "subprocess.Popen[str]") -> None:
        deadline = time.monotonic() + SECONDS
        while self._here(block.argument) not in self._output(block):
            ended = process.poll() is not None
            if ended or time.monotonic() > deadline:
                self._interrupt(block, process)
                how = "ended" if ended else f"ran {SECONDS} s"
                raise DocsError(f"{block.where} {how} without {block.argument!r}:\n{self._output(block)}")
            time.sleep(0.1)

    def _interrupt(self, block: Block, process: "subprocess.Popen[str]") -> None:
        """Ctrl-C, which has to end it."""
        try:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(SECONDS_TO_END)
        except ProcessLookupError:
            process.wait()
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise DocsError(f"{block.where} went on {SECONDS_TO_END} s after Ctrl-C") from None

    def _here(self, text: str) -> str:
        """The text with this repository and the free port in it."""
        text = _CLONE.sub(self._clone_command, text)
        return re.sub(r"\b8000\b", str(self.port), text)

    def _clone_command(self, found: re.Match[str]) -> str:
        """The source instead of the address, into the folder that the address would have given."""
        name = found["address"].rstrip("/").rpartition("/")[2].removesuffix(".git")
        return f"git clone {shlex.quote(str(self.source))} {found['folder'] or name}"

    def _output_file(self, block: Block) -> Path:
        return self.scratch / f"output-{block.page.replace('/', '-')}-{block.line}"

    def _output(self, block: Block) -> str:
        return self._output_file(block).read_text(errors="replace")[-20_000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pages(root: Path, only: str = "") -> list[str]:
    found = [
        "README.md",
        *sorted(f"docs/{path.name}" for path in (root / "docs").glob("*.md")),
        "CONTRIBUTING.md",
    ]
    return [page for page in found if only in page and (root / page).is_file()]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    # What the pages start would inherit that it is ignored, as it is in a shell's background job.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, check=True).stdout:
        print("The working tree has changes; what is checked is the last commit.")
    done = 0
    try:
        with tempfile.TemporaryDirectory(prefix="flint-docs-") as folder:
            checker = Checker(Path(folder), root)
            for page in pages(root, options.only):
                done += checker.check_page(list(read_blocks(page, (root / page).read_text())))
    except DocsError as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"{done} blocks, all as the documentation says")
    return 0


if __name__ == "__main__":
    sys.exit(main())
