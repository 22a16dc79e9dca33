"""bin/docs_check.py on small pages."""

import subprocess
from pathlib import Path

import pytest

from bin.docs_check import Block, DocsError, main, pages, read_blocks

README = """# Thing
```sh
git clone https://example.com/thing.git
cd thing
cat page.txt
```
<!-- check: expect "port" -->
```sh
echo port 8000 > page2.txt; cat page2.txt
```
<!-- check: skip needs a phone -->
```sh
exit 3
```
```python
not run
```
<!-- check: write made/client.txt -->
```text
ws://127.0.0.1:8000/
```
```sh
test "$(cat made/client.txt)" = "ws://127.0.0.1:$PORT/"
```
<!-- check: keep "ready" -->
```sh
touch alive; echo ready; exec sleep 60
```
<!-- check: fails "no such" -->
```sh
test -f alive
echo no such thing; exit 4
```
<!-- check: until "ready" -->
```sh
echo ready; exec sleep 60
```
"""


def repository(root: Path, **files: str) -> Path:
    (root / "docs").mkdir()
    (root / "page.txt").write_text("page\n")
    for name, text in files.items():
        (root / f"{name}.md").write_text(text)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "t"],
    ):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


def test_docs_check_does_what_the_page_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository(tmp_path, README=README)
    assert main(["--root", str(root)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "7 blocks, all as the documentation says"


def test_docs_check_starts_pages_without_a_clone_in_one(tmp_path: Path) -> None:
    root = repository(tmp_path, CONTRIBUTING="<!-- check: run -->\n```sh\ntest -f page.txt\n```\n")
    assert main(["--root", str(root)]) == 0


def test_docs_check_begins_each_page_without_data(tmp_path: Path) -> None:
    page = "<!-- check: run -->\n```sh\ntest ! -e var; mkdir var\n```\n"
    root = repository(tmp_path, **{"docs/first": page, "docs/second": page})
    assert main(["--root", str(root)]) == 0


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ("```sh\necho out; false\n```", "README.md:1 exited with 1:\nout"),
        ('<!-- check: expect "x" -->\n```sh\necho y\n```', "README.md:2 did not print 'x':\ny"),
        ('<!-- check: fails "x" -->\n```sh\necho x\n```', "README.md:2 exited with 0:\nx"),
        ('<!-- check: until "x" -->\n```sh\necho y\n```', "README.md:2 ended without 'x':\ny"),
        (
            "<!-- check: sometimes -->\n```sh\ntrue\n```",
            "README.md:1: <!-- check: sometimes --> says nothing",
        ),
        ("<!-- check: skip -->\n```sh\ntrue\n```", "README.md:1: <!-- check: skip --> says nothing"),
        ("```sh\ntrue", "README.md:1: the block has no end"),
    ],
)
def test_docs_check_fails_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], block: str, complaint: str
) -> None:
    root = repository(tmp_path, README=block)
    assert main(["--root", str(root)]) == 1
    assert capsys.readouterr().err.startswith(complaint)


def test_blocks_of_contributing_run_only_when_marked() -> None:
    text = "```sh\nmake bench\n```\n<!-- check: run -->\n\n```sh\nmake lint\n```\ntext\n```sh\ntrue\n```\n"
    blocks = list(read_blocks("CONTRIBUTING.md", text))
    assert [block.wanted for block in blocks] == [False, True, False]
    assert blocks[1] == Block("CONTRIBUTING.md", 6, "sh", "make lint\n", "run")


def test_pages_of_the_repository_can_be_read() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    assert "CONTRIBUTING.md" in pages(root)
    for page in pages(root):
        list(read_blocks(page, (root / page).read_text()))


def test_a_block_inside_a_longer_fence_is_text() -> None:
    blocks = list(read_blocks("README.md", "````text\n```sh\nfalse\n```\n````\n"))
    assert [block.language for block in blocks] == ["text"]
    with pytest.raises(DocsError):
        list(read_blocks("README.md", "````sh\n```\n"))
