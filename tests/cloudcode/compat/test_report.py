"""A project is read without being run; what was planted in it is found, and nothing else."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cloudcode.compat.report import report_on
from cloudcode.trees import Tree, read_tree
from games.models import Game

PROJECTS = Path(__file__).parents[1] / "projects"
PLANTED = PROJECTS / "planted"


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command(*(str(each) for each in arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def uses(text: str, **modules: str) -> tuple[list[str], list[str]]:
    """What the script can call here and what not, without `Spark` itself."""
    texts = {"event/X": text, **{f"modules/{code}": each for code, each in modules.items()}}
    file = report_on(Tree(texts), {}).files["event/X"]
    return [each for each in file.uses if not each.startswith("Spark.")], list(file.missing)


def test_the_planted_project_gives_the_committed_report() -> None:
    """tests/cloudcode/projects/planted says in its comments what is where."""
    assert json.loads(run("compat_report", PLANTED, "--json")) == json.loads(
        (PROJECTS / "planted.json").read_text()
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("var p = Spark.getPlayer(); p.persist();", ["SparkPlayer.persist"]),
        ("var S = Spark, get = S.getPlayer; get().persist();", ["SparkPlayer.persist"]),
        ("(function (p) { p.persist(); })(Spark.player);", ["SparkPlayer.persist"]),
        (
            "function f() { return g(); } function g() { return Spark.player; } f().persist();",
            ["SparkPlayer.persist"],
        ),
        ("var o = {p: null}; o.p = Spark.player; o.p.persist();", ["SparkPlayer.persist"]),
        ("[Spark.player].filter(Boolean).forEach((p) => p.persist());", ["SparkPlayer.persist"]),
        ("for (let p of [Spark.player]) { p.persist(); }", ["SparkPlayer.persist"]),
        ("var p; if (x) { p = Spark.player; } (p || q)['persist']();", ["SparkPlayer.persist"]),
        ("var p = a ? Spark.player : null; var q = p; q.persist();", ["SparkPlayer.persist"]),
        ("var s = 'Spark.getPlayer().persist()'; // Spark.getPlayer().persist()", []),
        ("var p = {persist: 1}; p.persist; Spark.getData().player.persist();", []),
        ("var p = Spark.getPlayer(); function f(p) { p.persist(); } f(1);", []),
    ],
)
def test_receivers_are_followed_through_names(text: str, found: list[str]) -> None:
    assert uses(text) == (found, [])


def test_names_are_shared_with_modules_in_both_directions() -> None:
    text = "var who = Spark.getPlayer(); require('A'); LOG.debug(1); b().fly();"
    a = "require('B'); var LOG = Spark.getLog();"
    b = "function b() { return who; } who.persist();"
    report = report_on(Tree({"event/X": text, "modules/A": a, "modules/B": b}), {})
    assert list(report.files["event/X"].missing) == ["SparkPlayer.fly"]
    assert "SparkLog.debug" in report.files["event/X"].uses
    assert list(report.files["modules/B"].uses) == ["SparkPlayer.persist"]
    assert uses("LOG.debug(1);", A=a) == ([], [])  # which it does not include


@pytest.mark.django_db
def test_the_draft_is_a_game_that_lacks_modules_alone(tmp_path: Path) -> None:
    draft = tmp_path / "draft.json"
    run("compat_report", PLANTED, "--draft-game", draft)
    document = json.loads(draft.read_text())
    assert document["events"][2] == {
        "shortCode": "MOVE",
        "name": "MOVE",
        "description": "Scripts read: column, row",
    }
    run("import_game", draft)
    report = json.loads(run("compat_report", PLANTED, "--json", "--game", Game.objects.get().api_key))
    assert list(report["lacking"]) == ["modules"]
    with pytest.raises(CommandError, match=r"draft\.json cannot be written: File exists"):
        run("compat_report", PLANTED, "--draft-game", draft)


def test_people_read_what_needs_work(tmp_path: Path) -> None:
    told = run("compat_report", PLANTED).splitlines()
    assert "event/ALIASES.js" in told
    assert "  missing  SparkPlayer.flyAway (line 10)" in told
    assert "  syntax   line 2, column 7: Unexpected token '{'" in told
    assert "  secret   line 2: value of apiKey, q7… (10 characters)" in told
    assert "The game lacks messageExtensions: GIFT" in told
    assert "hunter2" not in "".join(told)
    with pytest.raises(CommandError, match="there is no folder of scripts"):
        run("compat_report", tmp_path)


@pytest.mark.parametrize("name", ["noughts", "lobby", "farm"])
def test_projects_in_the_style_of_old_games_miss_nothing(name: str) -> None:
    report = report_on(read_tree(PROJECTS / name / "scripts"), {})
    assert [(file.missing, file.syntax, file.unbound) for file in report.files.values()] == [
        ({}, None, "") for _ in report.files
    ]
