"""The sections of docs/benchmarks.md: which figures stand together, and how they are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.figures import figure_of
from benchmarks.plots import Bar, bars, lines

Result = dict[str, Any]
SHORT = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is that of its plot's file. With `along` its plots are curves over that."""

    name: str
    title: str
    figures: tuple[str, ...]
    text: str = ""
    along: str = ""

    def plots(self, shown: Sequence[Result]) -> dict[str, str]:
        """SVG by file name: one for each unit in which something is measured."""
        units = _units(shown)
        many = len(units) > 1
        return {
            f"{self.name}-{_in_a_name(unit)}" if many else self.name: self._plot(unit, shown)
            for unit in units
        }

    def _plot(self, unit: str, shown: Sequence[Result]) -> str:
        if not self.along:
            return bars(self.title, unit, _bars(unit, shown))
        series: dict[str, list[tuple[float, float]]] = {}
        for each in shown:
            figure, size = figure_of(each["name"])
            if each["unit"] == unit and size is not None:
                series.setdefault(figure.label, []).append((size, each["value"]))
        return lines(self.title, self.along, unit, {name: sorted(points) for name, points in series.items()})


def _in_a_name(unit: str) -> str:
    return unit.replace("/", "-per-").replace(" ", "-")


def _bars(unit: str, shown: Sequence[Result]) -> list[Bar]:
    """What was measured in that unit, then the peers beside it, once each."""
    ours = [each for each in shown if each["unit"] == unit]
    found = [
        Bar(_on(figure_of(each["name"])[0].label, each), each["value"], *each["spread"]) for each in ours
    ]
    in_it = (unit, "ratio") if unit == _units(shown)[0] else (unit,)  # ratios are of a section's first unit
    theirs = {_peer(each): each["peerValue"] for each in shown if each["peer"] and each["unit"] in in_it}
    return found + [Bar(label, value, value, value, ours=False) for label, value in theirs.items()]


def _units(shown: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(each["unit"] for each in shown if each["unit"] != "ratio"))


def _peer(each: Result) -> str:
    """Without versions and settings; what is Flint's own differs by backend."""
    name = str(each["peer"]).partition(",")[0]
    return _on(name, each) if "same" in name or "one process" in name else name


def _on(label: str, each: Result) -> str:
    return f"{label}, {SHORT[each['backend']]}"


def shown_in(section: Section, results: Sequence[Result]) -> list[Result]:
    return [each for each in results if figure_of(each["name"])[0].name in section.figures]


SECTIONS = (
    Section(
        "messages",
        "Request messages",
        ("request_message_rate", "request_message_ratio", "request_message_vs_orm", "other_request_rate"),
        "A closed loop of 500 requests in flight. ChangeUserDetailsRequest stands for the requests that write"
        " by an ordinary transaction.",
    ),
    Section(
        "latency",
        "Latency",
        ("request_message_p50_ms", "request_message_p99_ms", "second_process_p50_ms"),
        "An open loop at 500 requests a second.",
    ),
    Section(
        "fanout",
        "Fan-out",
        (
            "fanout_rate",
            "fanout_ratio",
            "fanout_personal_ratio",
            "fanout_vs_channels",
            "fanout_vs_channels_core",
            "fanout_vs_ws",
            "fanout_vs_socketio",
            "fanout_vs_nchan",
        ),
        "Flint stores each copy before it is sent and knows when it was read; the peers do neither.",
    ),
    Section("memory", "Memory", ("kb_per_socket", "kb_per_socket_vs_ws", "kb_per_socket_vs_socketio")),
    Section("connects", "Connecting", ("connects_per_second",)),
    Section(
        "broadcasts",
        "Broadcasts",
        (
            "broadcast_rows_per_second",
            "broadcast_personal_rows_per_second",
            "broadcast_worker_growth_mb",
        ),
        "One worker on one core, nobody online; from the first rows to the last, their decisions included.",
    ),
    Section(
        "boards",
        "Leaderboards",
        (
            "board_post_ms",
            "board_post_friends_ms",
            "board_page_ms",
            "board_around_ms",
            "board_post_p99_ms",
            "board_post_rate",
            "board_rank_ms",
            "board_rank_vs_count",
            "board_rank_vs_redis",
        ),
        "1,000,000 entries, two sorted fields, 10,000 entries that tie, rank details. Where the time of one"
        " post is told, each is a new high score somewhere between the last place and the first, and it"
        " counts until answer and NewHighScoreMessage have arrived. Pages: the slowest of five depths.",
    ),
    Section(
        "growth",
        "Leaderboards that grow",
        ("boards_post_ms", "boards_page_ms", "boards_around_ms"),
        along="entries",
    ),
    Section(
        "documents",
        "Scripts' collections",
        ("find_ms", "find_array_ms", "find_vs_sql"),
        "1,000,000 documents, of which 20 have the same tag. From the query to the documents' texts, in a"
        " database thread. By hand: a table of its own with the field as its key.",
    ),
    Section(
        "games",
        "Challenges and matches",
        ("challenge_turn_rate", "matchmaking_pass_s"),
        "25 duels side by side, each player in turn. Matchmaking: random skills, three thresholds, a tenth"
        " with a custom query, from rows to rows, MatchFound stored.",
    ),
    Section(
        "pushes",
        "Pushes",
        (
            "push_apns_rate",
            "push_apns_ratio",
            "push_apns_vs_aioapns",
            "push_fcm_rate",
            "push_fcm_ratio",
            "push_fcm_vs_pyfcm",
            "push_adm_rate",
            "push_adm_ratio",
            "push_wns_rate",
            "push_wns_ratio",
            "push_web_rate",
            "push_web_ratio",
            "push_web_vs_unencrypted",
            "push_worker_rate",
            "push_latency_p50_ms",
            "push_latency_p99_ms",
        ),
        "Pushes for each CPU second of the process that sends them, to the services of push/sim by TLS: these"
        " check every rule, in Python, and would hold up a measurement by the clock. Ratios are of pushes for"
        " each CPU second too. A transport sends 4,000 pushes, 50 or 100 at once; the worker a full outbox on"
        " PostgreSQL, its time beginning when it is warm. Latency counts from the last step before a"
        " commit until the provider has read the request.",
    ),
    Section(
        "scripts",
        "Scripts",
        (
            "scripts_run_rate",
            "scripts_run_ratio",
            "scripts_run_vs_node",
            "scripts_modules_ms",
            "scripts_added_p50_ms",
            "scripts_added_p99_ms",
            "scripts_unbound_ratio",
            "scripts_copy_rate",
            "scripts_copy_whole_rate",
            "scripts_neighbour_p99_ratio",
            "scripts_hostile_p99_ratio",
        ),
        "Runs for each CPU second of the sandbox processes, a fresh world for each; host calls are answered"
        " from a dict, where the database is not named. Requests without a script are counted by the server's"
        " CPU seconds. Beside others: two sandbox processes, 100 runs a second, 50 runs of the other game at"
        " once that have half a second each.",
    ),
    Section("processes", "Processes", ("processes_message_rate",), along="serve processes"),
    Section(
        "sockets",
        "Many sockets",
        ("sockets_p50_ms", "sockets_p99_ms", "sockets_fanout_rate"),
        along="open sockets",
    ),
    Section(
        "stored",
        "A full database",
        (
            "stored_inbox_ms",
            "stored_connect_ms",
            "stored_send_ms",
            "stored_most_inbox_ms",
            "stored_most_connect_ms",
            "stored_inbox_ratio",
            "stored_connect_ratio",
            "stored_send_ratio",
            "stored_most_inbox_ratio",
            "stored_most_connect_ratio",
        ),
        "100,000 players; active ones with 100 messages waiting, one with 100,000. One request at a time.",
        along="stored messages",
    ),
)
