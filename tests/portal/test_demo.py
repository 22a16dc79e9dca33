"""`make run`'s command as a newcomer meets it, each time in a var folder of its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bin.write_docs import section, story
from portal.demo.game import DOCUMENT
from portal.demo.greeting import CLIENT
from tests.live_server import ROOT
from tests.portal.demo_process import DemoProcess, demo_env

STORY = [
    ("anna", "logged in as Anna", "Authentication"),
    ("pascal · phone", "logged in as Pascal", "Authentication"),
    ("pascal · phone", "registered for push (ios)", "PushRegistration"),
    ("pascal · tablet", "logged in as Pascal", "Authentication"),
    ("pascal · tablet", "registered for push (android)", "PushRegistration"),
    ("anna", "wrote “Double six!”", "SendFriendMessage"),
    ("pascal · phone", "Anna vous écrit : Double six!", "Friend"),
    ("pascal", "both answered the ping behind it", "confirmed_socket"),
    ("pascal · phone", "closed its socket", "close 1000"),
    ("pascal · tablet", "closed its socket", "close 1000"),
    ("anna", "wrote “Your throw!”", "SendFriendMessage"),
    ("push · android", "Anna vous écrit : Your throw!", "pushed_sandbox"),
    ("push · ios", "Anna vous écrit : Your throw!", "pushed_sandbox"),
    ("pascal · phone", "logged in as Pascal", "Authentication"),
    ("pascal · phone", "Anna vous écrit : Your throw!", "Friend"),
    ("pascal", "answered the ping behind it", "confirmed_socket"),
    ("pascal · phone", "dismissed it", "DismissMessage"),
    ("pascal", "the inbox lists it no more", "dismissed"),
]
# Whose frame of two came first is not told.
GAME = [
    ("pascal · phone", "closed its socket", "close 1000"),
    ("anna", "challenged Pascal", "CreateChallenge"),
    ("push · android", "Anna vous défie : duel n° 1", "pushed_sandbox"),
    ("push · ios", "Anna vous défie : duel n° 1", "pushed_sandbox"),
    ("pascal · phone", "logged in as Pascal", "Authentication"),
    ("pascal · phone", "Anna vous défie : duel n° 1", "ChallengeIssued"),
    ("pascal · phone", "accepted", "AcceptChallenge"),
    ("anna", "You throw first", "ChallengeStarted"),
    ("pascal · phone", "Anna lance d'abord", "ChallengeStarted"),
    ("anna and pascal", "answered the ping behind it", "confirmed_socket"),
    ("pascal · phone", "closed its socket", "close 1000"),
    ("anna", "threw 9", "LogChallengeEvent"),
    ("push · android", "Anna a lancé : à vous", "pushed_sandbox"),
    ("push · ios", "Anna a lancé : à vous", "pushed_sandbox"),
    ("push · android", "Anna attend votre lancer", "pushed_sandbox"),
    ("push · ios", "Anna attend votre lancer", "pushed_sandbox"),
    ("pascal · phone", "logged in as Pascal", "Authentication"),
    ("pascal · phone", "Anna a lancé : à vous", "ChallengeTurnTaken"),
    ("pascal · phone", "Anna attend votre lancer", "Script"),
    ("pascal", "answered the ping behind it", "confirmed_socket"),
    ("pascal · phone", "threw 11", "LogChallengeEvent"),
    ("pascal · phone", "Vous gagnez le duel", "ChallengeWon"),
    ("anna", "Pascal won the duel", "ChallengeLost"),
    ("anna and pascal", "answered the ping behind it", "confirmed_socket"),
    ("anna", "threw 20", "LogEvent"),
    ("anna", "20 in Best throws", "NewHighScore"),
    ("anna", "answered the ping behind it", "confirmed_socket"),
    ("pascal · phone", "threw 30", "LogEvent"),
    ("pascal · phone", "Vous avez gagné Champion", "AchievementEarned"),
    ("pascal · phone", "30 : votre record", "NewHighScore"),
    ("anna", "Pascal passed you in Best throws", "SocialRankChanged"),
    ("anna and pascal", "answered the ping behind it", "confirmed_socket"),
    ("anna", "looks for a match, skill 10", "Matchmaking"),
    ("pascal · phone", "looks for a match, skill 12", "Matchmaking"),
    ("anna", "A match was found", "MatchFound"),
    ("pascal · phone", "Un adversaire est trouvé", "MatchFound"),
    ("anna and pascal", "answered the ping behind it", "confirmed_socket"),
    ("anna", "opens it", "LogEvent"),
    ("anna", "Anna, today's gift is 1 die", "Script"),
    ("anna", "answered the ping behind it", "confirmed_socket"),
    ("pascal · phone", "opens it", "LogEvent"),
    ("pascal · phone", "Pascal, le cadeau du jour : 1 dé", "Script"),
    ("pascal", "answered the ping behind it", "confirmed_socket"),
]
STEPS = [
    "Anna and Pascal log in, Pascal on two devices",
    "Anna writes to Pascal, who is online on two sockets",
    "Pascal leaves",
    "Anna writes again: a push to each device, in the words for his segment",
    "Pascal returns and gets the message",
    "Pascal dismisses it",
    "Pascal leaves, and Anna challenges him to a duel",
    "Pascal returns and accepts: the duel begins",
    "Pascal leaves, and Anna throws: it is his turn",
    "He lets her wait, until a script that was scheduled reminds him",
    "Pascal returns and throws higher: he wins",
    "Anna throws a high score, and Pascal, her friend, passes it",
    "Both look for a match, and are each other's",
    "Both open the gift of the day, which a script sends by their segment",
]
GREETING = "Flint serves; Ctrl-C ends it."

Start = Callable[..., DemoProcess]
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """A first run on a new database, ended by Ctrl-C once it serves."""
    demo = DemoProcess(tmp_path_factory.mktemp("demo") / "var").wait_ready()
    try:
        assert demo.details  # written before /readyz answered 200
        code, seconds = demo.wait_for("\nEND\n").end()
        assert (code, seconds < 3.0) == (0, True), demo.output
        yield demo
    finally:
        demo.kill()


@pytest.fixture
def start(first: DemoProcess, tmp_path: Path) -> Iterator[Start]:
    """Starts the demo again on a copy of the first run's data, or with `new=True` on none.

    `change` is imported before: it changes the demo game's document.
    """
    made: list[DemoProcess] = []

    def run(*arguments: str, new: bool = False, port: int = 0, change: Change | None = None) -> DemoProcess:
        folder = tmp_path / f"var-{len(made)}"
        if not new:
            shutil.copytree(first.folder, folder)
        if change:
            change_game(folder, change)
        made.append(DemoProcess(folder, *arguments, port=port))
        return made[-1]

    yield run
    for demo in made:
        demo.kill()


def change_game(demo_folder: Path, change: Change) -> None:
    """Import a changed demo document into the data of a run."""
    document = json.loads(DOCUMENT.read_text())
    change(document)
    file = demo_folder / "changed.json"
    file.write_text(json.dumps(document))
    subprocess.run(
        [sys.executable, "manage.py", "import_game", str(file)],
        cwd=ROOT,
        env=demo_env(demo_folder),
        check=True,
        capture_output=True,
    )


def test_demo_plays_its_story_on_a_new_database(first: DemoProcess) -> None:
    told = [line for line in first.timeline if "the same messageId" not in line[1]]
    assert told[: len(STORY)] == STORY
    assert sorted(told[len(STORY) :]) == sorted(GAME)
    assert [line for line in first.output.splitlines() if line in STEPS] == STEPS


def test_readme_shows_the_story_that_is_played(first: DemoProcess) -> None:
    def without_numbers(text: str) -> list[str]:
        """Line by line: which of two frames came first is not told."""
        plain = re.sub(r"…[0-9a-f]{8}", "…id", re.sub(r" *\+\d+ ms", " +ms", text))
        return sorted(plain.splitlines())

    shown = section((ROOT / "README.md").read_text(), "story")
    assert without_numbers(shown) == without_numbers(story(first.output))


def test_demo_delivers_one_message_id_to_both_sockets(first: DemoProcess) -> None:
    (second,) = [line for line in first.timeline if "the same messageId" in line[1]]
    assert (second[0], second[2]) == ("pascal · tablet", "Friend")


def test_demo_output_fits_a_terminal_and_has_no_noise(first: DemoProcess) -> None:
    told, _, client = first.output.partition(".venv/bin/python")
    assert [line for line in told.splitlines() if len(line) > 80 and str(first.folder) not in line] == []
    assert "Traceback" not in told
    assert "Warning" not in told
    assert client.endswith("END\n")


def test_demo_says_where_to_go(first: DemoProcess) -> None:
    admin = first.details["admin"]
    for text in (
        admin["url"],
        f"user {admin['userName']}, password {admin['password']}",
        first.details["wsUrl"],
    ):
        assert text in first.output


def test_demo_json_is_for_its_owner_and_has_exactly_its_keys(first: DemoProcess) -> None:
    file = first.folder / "demo.json"
    assert file.stat().st_mode & 0o777 == 0o600
    details = first.details
    assert list(details) == ["apiKey", "secret", "serverSecret", "wsUrl", "players", "admin"]
    assert details["wsUrl"] == f"ws://127.0.0.1:{first.port}/preview/ws/device/{details['apiKey']}"
    assert [list(player) for player in details["players"]] == [["userName", "password", "userId"]] * 3
    assert list(details["admin"]) == ["url", "userName", "password"]
    assert details["admin"]["url"] == f"http://127.0.0.1:{first.port}/ops/"


def test_demo_second_run_keeps_its_data_and_is_ready_soon(first: DemoProcess, start: Start) -> None:
    again = start().wait_ready().wait_for(GREETING)
    assert again.ready_after is not None
    assert again.ready_after <= 2.5
    assert again.timeline == []
    old, new = first.details, again.details
    for key in ("apiKey", "secret", "serverSecret", "players"):
        assert new[key] == old[key]
    assert new["admin"]["password"] == old["admin"]["password"]


def test_demo_plays_again_with_what_was_played_before(start: Start) -> None:
    told = start("--story").wait_for(GREETING).timeline
    assert ("anna", "threw 31", "LogEvent") in told
    assert ("anna", "Pascal passed you in Best throws", "SocialRankChanged") in told


def test_demo_plays_again_in_the_words_of_a_changed_template(start: Start) -> None:
    def change(document: dict[str, Any]) -> None:
        (message,) = [each for each in document["messages"] if each["shortCode"] == "FriendMessage"]
        message["variants"][0]["template"] = "${who} : « ${message} »"

    told = start("--story", change=change).wait_for(GREETING).timeline
    assert ("push · ios", "Anna : « Your throw! »", "pushed_sandbox") in told
    assert ("pascal · phone", "Anna : « Double six! »", "Friend") in told


def test_demo_ends_with_the_name_of_a_step_that_fails(start: Start) -> None:
    def change(document: dict[str, Any]) -> None:
        requests = {"allow": ["*"], "deny": ["DismissMessageRequest"]}
        document["credentials"] = [{"shortCode": "device", "name": "Device", "requests": requests}]

    demo = start("--story", change=change)
    assert demo.wait() == 1
    assert demo.output.endswith(
        "CommandError: The story failed at “Pascal dismisses it”: "
        'DismissMessageResponse says {"@class": "NOT_ALLOWED"}.\n'
    )
    assert GREETING not in demo.output


def test_demo_ends_quietly_when_interrupted_in_its_story(start: Start) -> None:
    demo = start(new=True).wait_for("Each line is a frame")
    code, seconds = demo.end()
    assert (code, seconds < 3.0, "Traceback" in demo.output) == (0, True, False), demo.output


def test_demo_says_in_a_sentence_that_its_port_is_taken(start: Start) -> None:
    running = start().wait_ready()
    other = start(new=True, port=running.port)
    assert other.wait() == 1
    assert other.output == (
        f"CommandError: Port {running.port} on 127.0.0.1 is taken; name another with --port.\n"
    )
    assert not (other.folder / "flint.sqlite3").exists()


def test_demo_makes_the_admin_a_new_password_when_told(first: DemoProcess, start: Start) -> None:
    demo = start("--reset-admin").wait_ready().wait_for(GREETING)
    password = demo.details["admin"]["password"]
    assert password != first.details["admin"]["password"]
    assert f"password {password} " in demo.output


def test_demo_client_to_paste_speaks_to_the_server(start: Start) -> None:
    demo = start().wait_ready()
    script = CLIENT.replace(".venv/bin/python", sys.executable).replace(
        "var/demo.json", str(demo.folder / "demo.json")
    )
    with subprocess.Popen(
        ["sh", "-c", script.replace("mia anna", "anna mia")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        classes = [json.loads(process.stdout.readline())["@class"] for _ in range(3)]
        os.killpg(process.pid, signal.SIGTERM)
    assert classes == [
        ".AuthenticatedConnectResponse",
        ".AuthenticationResponse",
        ".SendFriendMessageResponse",
    ]
