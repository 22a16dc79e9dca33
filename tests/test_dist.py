from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.dist import LONGEST, FileByFile, place_of

TESTS = Path(__file__).parent
FILES = ("tests/games/test_a.py", f"tests/{LONGEST[1]}", "tests/games/test_b.py", f"tests/{LONGEST[0]}")


class Item:
    """As much of a test as has a place."""

    def __init__(self, nodeid: str, browser: bool = False) -> None:
        self.nodeid, self._browser = nodeid, browser

    def get_closest_marker(self, name: str) -> bool | None:
        return self._browser or None


class Worker:
    """A process of a run, which keeps what it is given."""

    shutting_down = False
    gateway = SimpleNamespace(id="gw")

    def __init__(self) -> None:
        self.given: list[int] = []

    def send_runtest_some(self, places: list[int]) -> None:
        self.given += places

    def shutdown(self) -> None:
        self.shutting_down = True


class Run:
    """The configuration of one with two processes."""

    option = SimpleNamespace(loadscopereorder=True)

    def getvalue(self, name: str) -> list[str]:
        return {"tx": ["2*popen"]}[name]


def scheduled(tests: list[str], workers: list[Worker]) -> Any:
    config: Any = Run()
    made: Any = FileByFile(config)
    for worker in workers:
        made.add_node(worker)
        made.add_node_collection(worker, tests)
    made.schedule()
    return made


def test_every_long_file_is_there() -> None:
    assert [file for file in LONGEST if not (TESTS / file).exists()] == []


def test_long_files_come_first_and_browsers_last() -> None:
    items: list[Any] = [Item(f"{FILES[1]}::test[chromium]", browser=True)]
    items += [Item(f"{file}::test") for file in FILES]
    items.sort(key=place_of)
    assert [each.nodeid for each in items] == [
        f"{FILES[3]}::test",
        f"{FILES[1]}::test",
        f"{FILES[0]}::test",
        f"{FILES[2]}::test",
        f"{FILES[1]}::test[chromium]",
    ]


def test_a_file_is_one_worker_s_in_the_order_of_collection() -> None:
    tests = [f"tests/test_{file}.py::test_{number}" for file in "abcd" for number in range(3)]
    one, other = Worker(), Worker()
    made = scheduled(tests, [one, other])
    assert (one.given, other.given) == ([0, 1, 2], [3, 4, 5])
    for place in (3, 4, 5):
        made.mark_test_complete(other, place)
    assert (one.given, other.given) == ([0, 1, 2], [3, 4, 5, 6, 7, 8])


def test_what_a_file_does_in_a_browser_is_handed_out_apart() -> None:
    tests = [f"tests/test_a.py::test_{number}" for number in range(3)]
    tests += [f"tests/test_a.py::test_{number}[chromium-wide]" for number in range(3)]
    one, other = Worker(), Worker()
    scheduled(tests, [one, other])
    assert (one.given, other.given) == ([0, 1, 2], [3, 4, 5])
