"""The measurements in their order."""

from benchmarks.measures import (
    boards,
    broadcasts,
    documents,
    fanout,
    games,
    messages,
    pushes,
    scale,
    scripts,
    sockets,
)
from benchmarks.measures.measured import Measure

POSTGRESQL = ("postgresql",)
MEASURES = (
    Measure(("request_message_rate", "request_message_ratio", "request_message_vs_orm"), messages.rates),
    Measure(("request_message_p50_ms", "request_message_p99_ms"), messages.latency),
    Measure(("other_request_rate",), messages.other_requests),
    Measure(("second_process_p50_ms",), messages.second_process, POSTGRESQL),
    Measure(("fanout_rate", "fanout_ratio", "fanout_personal_ratio", "fanout_vs_"), fanout.fanout),
    Measure(("connects_per_second",), sockets.connects),
    Measure(("kb_per_socket",), sockets.memory),
    Measure(
        ("broadcast_rows_per_second", "broadcast_personal", "broadcast_worker"), broadcasts.rows, POSTGRESQL
    ),
    Measure(("board_post", "board_rank", "board_page", "board_around"), boards.ranks_and_posts, POSTGRESQL),
    Measure(("boards_post", "boards_page", "boards_around"), boards.growth, POSTGRESQL),
    Measure(("find_ms", "find_array_ms", "find_vs_sql"), documents.finds),
    Measure(("challenge_turn_rate",), games.turns, POSTGRESQL),
    Measure(("matchmaking_pass_s",), games.matchmaking, POSTGRESQL),
    Measure(("push_apns", "push_fcm", "push_adm", "push_wns", "push_web"), pushes.transports, POSTGRESQL),
    Measure(("push_worker_rate",), pushes.worker, POSTGRESQL),
    Measure(("push_latency",), pushes.latency, POSTGRESQL),
    Measure(("scripts_run", "scripts_modules"), scripts.runs, POSTGRESQL),
    Measure(("scripts_added", "scripts_unbound"), scripts.requests, POSTGRESQL),
    Measure(("scripts_copy",), scripts.copies, POSTGRESQL),
    Measure(("scripts_neighbour", "scripts_hostile"), scripts.beside_others, POSTGRESQL),
    Measure(("processes_message_rate",), scale.processes, POSTGRESQL),
    Measure(("sockets_p50_ms", "sockets_p99_ms", "sockets_fanout_rate"), scale.sockets, POSTGRESQL),
    Measure(("stored_inbox", "stored_connect", "stored_send", "stored_most"), scale.stored, POSTGRESQL),
)
