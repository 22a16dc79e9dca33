"""What is counted of sockets, of the way to them, and of the process itself."""

from collections.abc import Iterable

from protocol.dates import now_ms
from protocol.ids import id_ms
from protocol.instruments import SIZES, Counter, Gauge, Histogram, Series

sockets = Gauge("flint_sockets", "Sockets past their handshake, by kind of credential.", ["kind"])
logged_in = Gauge("flint_sockets_logged_in", "Sockets over which a player is logged in.")
catching_up = Gauge("flint_sockets_catching_up", "Sockets whose waiting messages are being read.")
silent = Gauge("flint_sockets_silent", "Sockets that have left a ping unanswered for 10 seconds.")

latency = Histogram(
    "flint_delivery_latency_seconds",
    "Age of a message when it was written to a live socket, and when its client had confirmed it "
    "(which it is asked for after 0.2 s). What waited for its player to connect is not counted.",
    ["step"],
)
_written, _confirmed = latency.series("written"), latency.series("confirmed")
batch_keys = Histogram(
    "flint_batch_keys", "How many questions or rows one visit to the database took.", ["batcher"], SIZES
)
batch_seconds = Histogram(
    "flint_batch_duration_seconds", "How long that visit took, waiting for a thread included.", ["batcher"]
)
database_jobs = Gauge("flint_database_jobs", "Jobs handed to the database threads and not done yet.")
database_threads = Gauge("flint_database_threads", "Threads that work on them.")

redis_away = Gauge(
    "flint_redis_breaker_open", "1 while Redis is not asked, because it failed to answer.", (), "max"
)
redis_faults = Counter("flint_redis_breaker_opened_total", "How often Redis failed to answer in time.")

clock_error = Gauge(
    "flint_clock_error_seconds",
    "How far this machine's clock is from the database's, by which Flint goes: ahead or behind.",
    (),
    "max",
)
loop_lag = Histogram(
    "flint_event_loop_lag_seconds", "How much later than it should a timer of the event loop ran."
)
missing = Gauge(
    "flint_missing", "1 for each part that /readyz misses, by part: 0 when it is there.", ["part"], "max"
)
workers = Gauge("flint_workers", "Processes that gave a sign of working in the background lately.", (), "max")
processes = Gauge("flint_processes", "Processes behind this address.")
cpu_seconds = Counter("flint_process_cpu_seconds_total", "Processor time of the processes.")
resident_bytes = Gauge("flint_process_resident_memory_bytes", "Memory of the processes.")
open_files = Gauge("flint_process_open_files", "Files, sockets included, that the processes hold open.")
build = Gauge(
    "flint_build_info",
    "1, with Flint's version, Python's and the database.",
    ["version", "python", "database"],
    "max",
)


def written(message_id: str, count: int) -> None:
    """So many frames were written; the message is the oldest of them."""
    _written.observe(max(now_ms() - id_ms(message_id), 0) / 1000, count)


def caught_up(message_ids: Iterable[str], since_ms: int) -> None:
    """These were read from the store and written; those made before `since_ms`, when their player connected,
    do not count."""
    _observe(_written, message_ids, since_ms)


def confirmed(message_ids: Iterable[str], since_ms: int) -> None:
    """A client confirmed these; those made before `since_ms` do not count."""
    _observe(_confirmed, message_ids, since_ms)


def _observe(ages: Series, message_ids: Iterable[str], since_ms: int) -> None:
    now = now_ms()
    for message_id in message_ids:
        ms = id_ms(message_id)
        if ms >= since_ms:
            ages.observe(max(now - ms, 0) / 1000)
