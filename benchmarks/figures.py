"""The figures: names that tools and documents rely on, units, floors and what they are to reach."""

from dataclasses import dataclass
from typing import Literal

MANY = {"m": 1_000_000, "k": 1000}


@dataclass(frozen=True, slots=True)
class Figure:
    """`floor` None: shown without one. `aim` is what is hoped for; `on_sqlite` is the floor there, if it is
    another one. `most`: the value must not be above its floor (a latency, a size).

    `curve`: the figure is measured at several sizes; each has a name of its own, see `scaled`. `label` is for
    plots.
    """

    name: str
    title: str
    unit: str
    floor: float | None = None
    aim: float | None = None
    most: bool = False
    on_sqlite: float | Literal["the same"] | None = "the same"
    curve: bool = False
    label: str = ""

    def floor_on(self, backend: str) -> float | None:
        return self.floor if backend != "sqlite" or self.on_sqlite == "the same" else self.on_sqlite

    def met(self, value: float, backend: str) -> bool:
        floor = self.floor_on(backend)
        if floor is None:
            return True
        return value <= floor if self.most else value >= floor


STORED = "from 1,000 stored messages to 10,000,000"
_ALL = (
    Figure(
        "request_message_rate",
        "friend messages, stored, sender to recipient",
        "messages/s",
        5000,
        8000,
        label="friend messages",
    ),
    Figure("request_message_ratio", "… as a share of the server storing nothing", "ratio", 0.35),
    Figure("request_message_vs_orm", "… as a multiple of Django's ORM", "ratio"),
    Figure(
        "other_request_rate",
        "other requests that write (ChangeUserDetails)",
        "requests/s",
        400,
        1500,
        on_sqlite=None,
        label="other requests that write",
    ),
    Figure("request_message_p50_ms", "sender to recipient at 500/s, p50", "ms", 2, most=True, label="p50"),
    Figure(
        "request_message_p99_ms", "sender to recipient at 500/s, p99", "ms", 10, 5, most=True, label="p99"
    ),
    Figure(
        "second_process_p50_ms",
        "… added when another process has the recipient",
        "ms",
        1,
        0.3,
        most=True,
        label="p50 added by a second process",
    ),
    Figure(
        "fanout_rate",
        "one stored message to 5,000 sockets",
        "deliveries/s",
        30_000,
        on_sqlite=None,
        label="Flint, stored",
    ),
    Figure("fanout_ratio", "… as a share of a fan-out from memory", "ratio", 0.6, 0.7, on_sqlite=0.5),
    Figure("fanout_personal_ratio", "… with texts for each recipient", "ratio", 0.3),
    Figure("fanout_vs_channels", "… as a multiple of Channels groups, pubsub layer", "ratio", 10),
    Figure("fanout_vs_channels_core", "… as a multiple of Channels groups, core layer", "ratio", 10),
    Figure("fanout_vs_ws", "… as a multiple of ws", "ratio"),
    Figure("fanout_vs_socketio", "… as a multiple of socket.io", "ratio"),
    Figure("fanout_vs_nchan", "… as a multiple of nchan", "ratio"),
    Figure("kb_per_socket", "memory of an idle authenticated socket", "KB", 20, 14, most=True, label="Flint"),
    Figure("kb_per_socket_vs_ws", "… as a multiple of ws", "ratio", most=True),
    Figure("kb_per_socket_vs_socketio", "… as a multiple of socket.io", "ratio", most=True),
    Figure(
        "connects_per_second",
        "connect, log in, read 5 waiting messages",
        "connects/s",
        1200,
        1600,
        on_sqlite=800,
        label="Flint",
    ),
    Figure(
        "broadcast_rows_per_second",
        "a broadcast's rows, rendered once",
        "rows/s",
        50_000,
        80_000,
        label="rendered once",
    ),
    Figure(
        "broadcast_personal_rows_per_second",
        "… with texts for each recipient",
        "rows/s",
        20_000,
        label="texts for each recipient",
    ),
    Figure(
        "broadcast_worker_growth_mb",
        "… growth of the worker's memory meanwhile",
        "MB",
        20,
        most=True,
        label="growth of the worker",
    ),
    Figure(
        "board_post_ms",
        "a score posted among 1,000,000, with its high score and ranks, p50",
        "ms",
        5,
        most=True,
        label="post",
    ),
    Figure(
        "board_post_friends_ms",
        "… by a player with 1,000 friends on the board",
        "ms",
        10,
        most=True,
        label="post, 1,000 friends",
    ),
    Figure(
        "board_page_ms",
        "… a page of 50 at any depth of them, p50",
        "ms",
        5,
        most=True,
        label="page of 50",
    ),
    Figure(
        "board_around_ms",
        "… 51 entries around the player, at any depth, p50",
        "ms",
        5,
        most=True,
        label="51 around the player",
    ),
    Figure(
        "board_post_rate",
        "… scores of 50 players at once, half of them across the board",
        "posts/s",
        400,
        1500,
        label="posts",
    ),
    Figure(
        "board_post_p99_ms",
        "… scores of 200 players at 200/s, p99",
        "ms",
        20,
        most=True,
        label="p99 at 200/s",
    ),
    Figure("board_rank_ms", "a rank among 1,000,000 and their number, p50", "ms", most=True, label="rank"),
    Figure("board_rank_vs_count", "… as a share of counting by an index", "ratio", 0.2, most=True),
    Figure("board_rank_vs_redis", "… as a multiple of Redis' ZRANK and ZCARD", "ratio", most=True),
    Figure("find_ms", "find by an indexed field, p50", "ms", 5, most=True, label="by a field"),
    Figure("find_array_ms", "find by a value in an indexed array, p50", "ms", 5, most=True, label="by a tag"),
    Figure("find_vs_sql", "… by a field, as a multiple of SQL made by hand", "ratio", most=True),
    Figure("push_apns_rate", "APNs, transport alone", "pushes/CPU s", label="APNs"),
    Figure("push_apns_ratio", "… APNs as a share of h2 alone", "ratio", 0.8, 0.95),
    Figure("push_apns_vs_aioapns", "… as a multiple of aioapns", "ratio"),
    Figure("push_fcm_rate", "FCM, transport alone", "pushes/CPU s", label="FCM"),
    Figure("push_fcm_ratio", "… FCM as a share of aiohttp alone", "ratio", 0.8, 0.95),
    Figure("push_fcm_vs_pyfcm", "… as a multiple of pyfcm", "ratio"),
    Figure("push_adm_rate", "ADM, transport alone", "pushes/CPU s", label="ADM"),
    Figure("push_adm_ratio", "… ADM as a share of aiohttp alone", "ratio", 0.7),
    Figure("push_wns_rate", "WNS, transport alone", "pushes/CPU s", label="WNS"),
    Figure("push_wns_ratio", "… WNS as a share of aiohttp alone", "ratio", 0.7),
    Figure("push_web_rate", "Web Push, transport alone", "pushes/CPU s", label="Web Push"),
    Figure("push_web_ratio", "… Web Push as a share of aiohttp alone, encrypting each push", "ratio", 0.7),
    Figure("push_web_vs_unencrypted", "… as a share of aiohttp alone, encrypted beforehand", "ratio"),
    Figure(
        "push_worker_rate",
        "the whole worker, from claim to outcome, a provider at 50 ms",
        "pushes/CPU s",
        1500,
        2500,
        label="whole worker",
    ),
    Figure("push_latency_p50_ms", "commit to provider at 100/s, p50", "ms", 15, most=True, label="p50"),
    Figure("push_latency_p99_ms", "commit to provider at 100/s, p99", "ms", 60, most=True, label="p99"),
    Figure(
        "challenge_turn_rate",
        "turns of challenges, both players told",
        "turns/s",
        250,
        label="turns of challenges",
    ),
    Figure(
        "matchmaking_pass_s",
        "a pass of matchmaking over 10,000 waiting players, two workers",
        "s",
        2,
        most=True,
        label="pass over 10,000",
    ),
    Figure(
        "scripts_run_rate",
        "a script of 10 lines with 4 host calls",
        "runs/CPU s",
        2500,
        label="10 lines, 4 host calls",
    ),
    Figure("scripts_run_ratio", "… as a share of the bare engine", "ratio"),
    Figure("scripts_run_vs_node", "… as a multiple of Node's vm", "ratio"),
    Figure("scripts_modules_ms", "ten cached modules included", "ms", 1, most=True, label="ten modules"),
    Figure(
        "scripts_added_p50_ms",
        "added to a request by a script with 4 host calls at 200/s, p50",
        "ms",
        1,
        most=True,
        label="added, p50",
    ),
    Figure("scripts_added_p99_ms", "… p99", "ms", 8, most=True, label="added, p99"),
    Figure(
        "scripts_unbound_ratio", "requests without a script, as a share of a game without any", "ratio", 0.98
    ),
    Figure(
        "scripts_copy_rate",
        "a script for each of a message's 10,000 recipients",
        "runs/CPU s",
        3000,
        label="for each recipient",
    ),
    Figure(
        "scripts_copy_whole_rate",
        "… with the server's own time and the database's calls",
        "runs/CPU s",
        label="for each recipient, the server included",
    ),
    Figure(
        "scripts_neighbour_p99_ratio",
        "p99 of a game's runs beside 50 endless loops of another's",
        "ratio",
        2,
        most=True,
    ),
    Figure("scripts_hostile_p99_ratio", "… beside hostile scripts of all kinds", "ratio", 1.5, most=True),
    Figure("boards_post_ms", "a score posted, p50", "ms", most=True, curve=True, label="post"),
    Figure("boards_page_ms", "a page of 50, p50", "ms", most=True, curve=True, label="page of 50"),
    Figure(
        "boards_around_ms",
        "51 around the player, p50",
        "ms",
        most=True,
        curve=True,
        label="around the player",
    ),
    Figure(
        "processes_message_rate",
        "friend messages by processes",
        "messages/s",
        curve=True,
        label="friend messages",
    ),
    Figure("sockets_p50_ms", "sender to recipient at 500/s, p50", "ms", most=True, curve=True, label="p50"),
    Figure("sockets_p99_ms", "sender to recipient at 500/s, p99", "ms", most=True, curve=True, label="p99"),
    Figure("sockets_fanout_rate", "one stored message to all", "deliveries/s", curve=True, label="fan-out"),
    Figure("stored_inbox_ms", "read the inbox, p50", "ms", most=True, curve=True, label="inbox"),
    Figure(
        "stored_connect_ms",
        "connect and read 100 waiting messages, p50",
        "ms",
        most=True,
        curve=True,
        label="connect",
    ),
    Figure("stored_send_ms", "sender to recipient, p50", "ms", most=True, curve=True, label="send"),
    Figure(
        "stored_most_inbox_ms",
        "the inbox of who has the most waiting, p50",
        "ms",
        most=True,
        curve=True,
        label="inbox, most waiting",
    ),
    Figure(
        "stored_most_connect_ms",
        "connect, the one with the most waiting, p50",
        "ms",
        most=True,
        curve=True,
        label="connect, most waiting",
    ),
    Figure("stored_inbox_ratio", f"inbox, {STORED}", "ratio", 1.5, most=True),
    Figure("stored_connect_ratio", f"connect, {STORED}", "ratio", 1.5, most=True),
    Figure("stored_send_ratio", f"send, {STORED}", "ratio", 1.5, most=True),
    Figure("stored_most_inbox_ratio", "inbox of the player with 100,000 waiting", "ratio", 1.5, most=True),
    Figure(
        "stored_most_connect_ratio", "connect of the player with 100,000 waiting", "ratio", 1.5, most=True
    ),
)
FIGURES = {figure.name: figure for figure in _ALL}


def scaled(name: str, number: int) -> str:
    """The name of a curve's figure at one size: `stored_inbox_ms_10m`."""
    for letter, many in MANY.items():
        if number >= many and number % many == 0:
            return f"{name}_{number // many}{letter}"
    return f"{name}_{number}"


def figure_of(name: str) -> tuple[Figure, int | None]:
    """The figure that a result is of, and its size where it is a point of a curve."""
    if name in FIGURES:
        return FIGURES[name], None
    base, _, size = name.rpartition("_")
    many = MANY.get(size[-1], 1)
    return FIGURES[base], int(size.rstrip("km")) * many
