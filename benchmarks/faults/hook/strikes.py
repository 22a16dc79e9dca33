"""Places in the competition at which a process kills itself once it is asked to, by a file in `STRIKES`.

`challenge.before_commit` is such a file: the process that comes there and takes it away dies, and no other.

- `before_commit`: everything is written, nothing is on disk.
- `after_commit`: what happened is on disk with its messages, nobody was answered and nothing was delivered.
- `after_flush`: the messages are delivered, nobody has confirmed them.

Of what: `challenge`, one that ends; `match`, found in a pass; `build-1`, `reset-2`, the pieces in which a
leaderboard is built and emptied.
"""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from protocol.run import Run

_KEY = "strike"  # in what a run remembers
_doing = threading.local()  # `what`: of the transaction that this thread is in
_folder: Path


def arm(folder: Path) -> None:
    global _folder
    _folder = folder
    _watch_transactions()
    _watch_flushes()
    _watch_challenges()
    _watch_matches()
    _watch_boards()


def _mark(run: Run, what: str) -> None:
    """The transaction that this thread is in does that, and the run delivers it."""
    _doing.what = run.loaded[_KEY] = what


def _reach(what: str, place: str) -> None:
    if not what:
        return
    try:
        (_folder / f"{what}.{place}").unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _watch_transactions() -> None:
    connection: Any = BaseDatabaseWrapper
    commit, roll_back = connection._commit, connection._rollback

    def _commit(self: BaseDatabaseWrapper) -> None:
        what, _doing.what = getattr(_doing, "what", ""), ""
        _reach(what, "before_commit")
        commit(self)
        _reach(what, "after_commit")

    def _rollback(self: BaseDatabaseWrapper) -> None:
        _doing.what = ""
        roll_back(self)

    _replace(connection, _commit)
    _replace(connection, _rollback)


def _watch_flushes() -> None:
    send = Run.flush

    async def flush(self: Run) -> None:
        await send(self)
        _reach(self.loaded.get(_KEY, ""), "after_flush")

    _replace(Run, flush)


def _watch_challenges() -> None:
    from competition.challenges import finishing

    end = finishing.finish

    def finish(held: Any, outcome: Any, ended_by: str) -> None:
        _mark(held.act.run, "challenge")
        end(held, outcome, ended_by)

    _replace(finishing, finish)


def _watch_matches() -> None:
    from competition.matches import bringing
    from competition.matches.announcing import announce as tell
    from competition.matches.outcomes import Found

    def announce(pool: Any, outcomes: Sequence[Any], run: Run, sender: str) -> None:
        if any(isinstance(each, Found) for each in outcomes):
            _mark(run, "match")
        tell(pool, outcomes, run, sender)

    _replace(bringing, announce)


def _watch_boards() -> None:
    from competition.leaderboards.building import Build
    from competition.leaderboards.emptying import Reset

    for kind, name in ((Build, "build"), (Reset, "reset")):
        _watch_pieces(kind, name)


def _watch_pieces(kind: Any, name: str) -> None:
    """Counted by schedule, as long as this process is at it."""
    work: Callable[[Any, Run], bool] = kind.go_on
    pieces: Counter[int] = Counter()

    def go_on(self: Any, run: Run) -> bool:
        pieces[self._row.pk] += 1
        _mark(run, f"{name}-{pieces[self._row.pk]}")
        return work(self, run)

    _replace(kind, go_on)


def _replace(owner: Any, function: Callable[..., Any]) -> None:
    """The function of the same name."""
    setattr(owner, function.__name__, function)
