"""How much is measured: in full, or just enough to see that a program works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Seconds and counts.

    `players`: half of them send, each to a friend in the other half. `in_flight`: requests under way in a
    closed loop; `rate`: requests a second in an open one. `storm`: players of whom half connect at once, with
    `waiting` messages each. `stored`: numbers of stored messages, the first of them one active player's
    `active_waiting` times `active`. `board_entries` stand on the measured leaderboard, `board_friends` of
    them by friends of one player; `boards` are the sizes to which one grows. `documents` are in a collection.
    `waiting_players` wait for a match. `pushes` are sent by a transport alone, `worker_pushes` wait for a
    worker, `push_rate` leave a second. `script_recipients` get a message that has a script for each.
    """

    rounds: int
    players: int
    in_flight: int
    rate: int
    warm: float
    seconds: float
    fanout: int
    fanouts: int
    storm: int
    waiting: int
    idle: int
    idle_seconds: float
    broadcast: int
    processes: tuple[int, ...]
    sockets: tuple[int, ...]
    stored: tuple[int, ...]
    stored_players: int
    active: int
    active_waiting: int
    most_waiting: int
    samples: int
    board_entries: int
    board_friends: int
    boards: tuple[int, ...]
    documents: int
    waiting_players: int
    pushes: int
    worker_pushes: int
    push_rate: int
    script_recipients: int


FULL = Sizes(
    rounds=5,
    players=1000,
    in_flight=500,
    rate=500,
    warm=2.0,
    seconds=8.0,
    fanout=5000,
    fanouts=6,
    storm=4000,
    waiting=5,
    idle=10_000,
    idle_seconds=60.0,
    broadcast=1_000_000,
    processes=(1, 2, 4),
    sockets=(1000, 5000, 15_000),
    stored=(1000, 100_000, 1_000_000, 10_000_000),
    stored_players=100_000,
    active=10,
    active_waiting=100,
    most_waiting=100_000,
    samples=200,
    board_entries=1_000_000,
    board_friends=1000,
    boards=(10_000, 100_000, 1_000_000, 10_000_000),
    documents=1_000_000,
    waiting_players=10_000,
    pushes=4000,
    worker_pushes=20_000,
    push_rate=100,
    script_recipients=10_000,
)
SMOKE = Sizes(
    rounds=1,
    players=40,
    in_flight=10,
    rate=50,
    warm=0.5,
    seconds=1.5,
    fanout=200,
    fanouts=2,
    storm=60,
    waiting=2,
    idle=300,
    idle_seconds=1.0,
    broadcast=3000,
    processes=(1, 2),
    sockets=(50, 200),
    stored=(20, 3000, 6000),
    stored_players=200,
    active=2,
    active_waiting=10,
    most_waiting=1000,
    samples=10,
    board_entries=3000,
    board_friends=20,
    boards=(1000, 3000),
    documents=2000,
    waiting_players=300,
    pushes=100,
    worker_pushes=400,
    push_rate=20,
    script_recipients=200,
)
