"""What tests in this folder may do: sign in, look, use a mouse and a keyboard. All else would show less."""

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# The tour goes to every page by its address: it looks at pages, and does nothing on them.
TESTS = sorted(set(HERE.glob("test_*.py")) - {Path(__file__), HERE / "test_tour.py"})
# What a person at a browser does not do, and in which test how often all the same.
REFUSED = ("goto", "set_content", "add_init_script", "route", "dispatch_event", "eval_on_selector", "request")
ALLOWED = {
    ("test_first_walk.py", "goto"): 1,  # the address that the start printed
    ("test_people.py", "goto"): 1,  # the link of an invitation
}
NO_BROWSERS = ("player", "client", "urllib")  # players on their sockets, and programs
# All that pages are asked by scripts: what they look like, and to run the program that another page shows.
EVALUATED = {
    "() => getComputedStyle(document.body).backgroundColor",
    "'() => {' + programs['JavaScript (browser)'] + '}'",
}
GIVEN = {"push_account", "export_game", "shell"}  # commands of an operator, before the test or beside it
SHELLS = {
    "test_people.py": 1,  # a user whom an operator made
    "test_release.py": 1,  # the clock
}


def calls(path: Path) -> list[tuple[str, ast.Call]]:
    """By the called attribute's name."""
    found = [each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Call)]
    return [(each.func.attr, each) for each in found if isinstance(each.func, ast.Attribute)]


def attributes(path: Path) -> list[tuple[str, str]]:
    """Each with what it is of."""
    found = [each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Attribute)]
    return [(each.attr, ast.unparse(each.value)) for each in found]


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_browser_tests_use_a_mouse_and_a_keyboard(path: Path) -> None:
    used: dict[str, int] = {}
    for name, of in attributes(path):
        if name in REFUSED and of not in NO_BROWSERS:
            used[name] = used.get(name, 0) + 1
    assert used == {name: times for (file, name), times in ALLOWED.items() if file == path.name}


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_pages_are_asked_by_scripts_for_their_looks_alone(path: Path) -> None:
    for name, call in calls(path):
        if name in ("evaluate", "evaluate_all", "evaluate_handle", "wait_for_function"):
            given = call.args[0]
            text = given.value if isinstance(given, ast.Constant) else ast.unparse(given)
            assert text in EVALUATED, text


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_rows_are_written_by_the_product_alone(path: Path) -> None:
    tree = ast.parse(path.read_text())
    imported = [each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    assert [name for name in imported if name.endswith("models") or name.startswith("django.db")] == []
    commands = [call.args[0] for name, call in calls(path) if name == "manage"]
    named = [each.value for each in commands if isinstance(each, ast.Constant)]
    assert len(named) == len(commands)
    assert set(named) <= GIVEN
    assert named.count("shell") == SHELLS.get(path.name, 0)


def test_the_folder_has_its_tests() -> None:
    """An empty list would pass."""
    assert len(TESTS) >= 9
