"""`make run PUSH=sim`: the story with every push service simulated, each time as a process of its own."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.demo.game import DOCUMENT
from tests import backend
from tests.live_database import LiveDatabase, PostgresDatabase
from tests.live_server import ROOT
from tests.portal.demo_process import DemoProcess, demo_env

WRITES = "Anna writes again: a push to each device, in the words for his segment"
CHALLENGES = "Pascal leaves, and Anna challenges him to a duel"
REMINDS = "He lets her wait, until a script that was scheduled reminds him"
SERVED = "\nEND\n"
SERVICES = ["apns", "fcm", "adm", "wns", "web"]

Start = Callable[..., DemoProcess]


class SimulatedDemo(DemoProcess):
    patience = 120.0


def pushes(title: str, body: str) -> list[str]:
    """What is printed of a message's pushes; `ID` is its id, `TAG` the id's end."""
    told = []
    for who in ("APNs · ios", "FCM · android", "ADM · kindle", "WNS · w8", "Web Push · web"):
        key = "TAG" if who == "WNS · w8" else "ID"
        told += [f"{who} | {body} | pushed", f"title: {title}", "messageId: ID", f"collapse key: {key}"]
    return told


def told(output: str, step: str) -> tuple[list[str], str]:
    """The lines of a step's pushes without times, and the message's id, which they share."""
    lines = output.partition(f"{step}\n")[2].splitlines()
    end = next(number for number, line in enumerate(lines) if not line.startswith(" "))
    found = [re.sub(r" +\+\d+ ms  ", " | ", line.strip()) for line in lines[:end]]
    found = [re.sub(r" {2,}", " | ", line) for line in found]
    first = next(number for number, line in enumerate(found) if line.startswith("APNs"))
    [message_id] = {line.removeprefix("messageId: ") for line in found if line.startswith("messageId: ")}
    named = [line.replace(message_id, "ID").replace(message_id[-16:], "TAG") for line in found[first:]]
    return named, message_id


def delivered(folder: Path) -> list[dict[str, Any]]:
    """The simulator's own log."""
    return [json.loads(line) for line in (folder / "push-sim" / "delivered.jsonl").read_text().splitlines()]


def manage(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=demo_env(folder),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def first(migrated_database: LiveDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """A first run on an empty database, ended by Ctrl-C once it serves."""
    folder = tmp_path_factory.mktemp("demo") / "var"
    migrated_database.copy_to(folder)
    demo = SimulatedDemo(folder, "--push", "sim")
    try:
        code, _ = demo.wait_for(SERVED).end()
        assert code == 0, demo.output
        yield demo
    finally:
        demo.kill()


@pytest.fixture
def start(first: DemoProcess, tmp_path: Path) -> Iterator[Start]:
    """Starts the demo on a copy of the first run's data, once `prepare` has been called with its folder."""
    made: list[DemoProcess] = []

    def run(*arguments: str, prepare: Callable[[Path], None] = lambda folder: None) -> DemoProcess:
        folder = tmp_path / f"var-{len(made)}"
        shutil.copytree(first.folder, folder)
        prepare(folder)
        made.append(SimulatedDemo(folder, *arguments))
        return made[-1]

    yield run
    for demo in made:
        demo.kill()


def test_story_prints_what_each_service_delivered(first: DemoProcess) -> None:
    written, message_id = told(first.output, WRITES)
    assert written == pushes("Un message pour vous", "Anna vous écrit : Your throw!")
    challenged, challenge_id = told(first.output, CHALLENGES)
    assert challenged == pushes("Un duel", "Anna vous défie : duel n° 1")
    reminded, reminder_id = told(first.output, REMINDS)
    assert reminded == pushes("À vous", "Anna attend votre lancer")
    assert len({message_id, challenge_id, reminder_id}) == 3
    log = delivered(first.folder)
    assert sorted(each["service"] for each in log) == sorted(SERVICES * 4)
    assert sorted(message_id in json.dumps(each["payload"]) for each in log) == [False] * 15 + [True] * 5


def test_story_with_the_services_comes_to_its_end(first: DemoProcess) -> None:
    for line in (
        ("pascal · kindle", "registered for push (kindle)", "PushRegistration"),
        ("pascal · pc", "registered for push (w8)", "PushRegistration"),
        ("pascal · web", "registered for push (web)", "PushRegistration"),
        ("pascal", "the inbox lists it no more", "dismissed"),
        ("anna", "A match was found", "MatchFound"),
    ):
        assert line in first.timeline
    assert re.search(r"^  Pushes     http://127\.0\.0\.1:\d+/delivered", first.output, re.MULTILINE)
    story = first.output.partition("Flint serves")[0]
    assert [line for line in story.splitlines() if len(line) > 80] == []
    assert "pushed_sandbox" not in first.output
    assert "Traceback" not in first.output


def test_story_is_played_again_with_the_services(start: Start) -> None:
    again = start("--push", "sim").wait_for(SERVED)
    assert told(again.output, WRITES)[0] == pushes("Un message pour vous", "Anna vous écrit : Your throw!")
    assert len(delivered(again.folder)) == 40


def test_next_run_without_the_services_records_its_pushes_again(start: Start) -> None:
    again = start("--story").wait_for(SERVED)
    pushed = [line for line in again.timeline if line[0].startswith("push")]
    assert pushed == [
        ("push · android", "Anna vous écrit : Your throw!", "pushed_sandbox"),
        ("push · ios", "Anna vous écrit : Your throw!", "pushed_sandbox"),
        ("push · android", "Anna vous défie : duel n° 2", "pushed_sandbox"),
        ("push · ios", "Anna vous défie : duel n° 2", "pushed_sandbox"),
        ("push · android", "Anna a lancé : à vous", "pushed_sandbox"),
        ("push · ios", "Anna a lancé : à vous", "pushed_sandbox"),
        ("push · android", "Anna attend votre lancer", "pushed_sandbox"),
        ("push · ios", "Anna attend votre lancer", "pushed_sandbox"),
    ]
    assert len(delivered(again.folder)) == 20


def test_account_of_the_operator_s_own_is_not_replaced(start: Start) -> None:
    own = {"credentials": {"clientId": "mine", "clientSecret": "mine"}}

    def set_own(folder: Path) -> None:
        (folder / "own.json").write_text(json.dumps(own))
        account = ("push_account", "K370851a5ql7", "preview", "adm")
        manage(folder, *account, "--delete")
        manage(folder, *account, str(folder / "own.json"))

    demo = start("--push", "sim", prepare=set_own)
    assert demo.wait() == 1
    assert demo.output == (
        "CommandError: Duel of Dice's preview stage has an account of your own at ADM, which PUSH=sim would "
        "replace. Run without PUSH=sim, or delete the account first: manage.py push_account K370851a5ql7 "
        "preview adm --delete\n"
    )
    shown = json.loads(manage(demo.folder, "push_account", "K370851a5ql7", "preview", "adm", "--show"))
    assert shown["credentials"] == {"clientId": "mine"}
    again = start("--story", prepare=set_own).wait_ready()
    shown = json.loads(manage(again.folder, "push_account", "K370851a5ql7", "preview", "adm", "--show"))
    assert shown["credentials"] == {"clientId": "mine"}


def test_story_ends_with_the_name_of_the_step_whose_push_cannot_be_read(start: Start) -> None:
    def change(folder: Path) -> None:
        document = json.loads(DOCUMENT.read_text())
        [message] = [each for each in document["messages"] if each["shortCode"] == "FriendMessage"]
        message["json"] = {"web": {"title": "${title}"}}
        (folder / "changed.json").write_text(json.dumps(document))
        manage(folder, "import_game", str(folder / "changed.json"))

    demo = start("--push", "sim", prepare=change)
    assert demo.wait() == 1
    assert demo.output.endswith(
        f"CommandError: The story failed at “{WRITES}”: what Web Push delivered has no body.\n"
    )


def test_make_hands_the_choice_on() -> None:
    command = ["make", "--no-print-directory", "-n", "run", "PUSH=sim"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.rstrip().endswith('--push "sim"')


@pytest.mark.postgresql
def test_services_serve_a_postgresql_and_a_redis_as_well(tmp_path: Path, redis_url: str) -> None:
    database = PostgresDatabase.create(backend.server_url(), f"demo_{backend.unique()}")
    demo = SimulatedDemo(tmp_path / "var", "--push", "sim", DATABASE_URL=database.url, REDIS_URL=redis_url)
    try:
        demo.wait_for(SERVED)
        assert told(demo.output, WRITES)[0] == pushes("Un message pour vous", "Anna vous écrit : Your throw!")
        assert demo.end()[0] == 0
    finally:
        demo.kill()
        database.drop()
