"""Expands the audiences of broadcasts into copies, chunk by chunk: for 101 players as for 1,000,000.

A chunk's rows and the cursor commit together, under a claim that expires; whoever claims next goes on from
the cursor. The unique key of (message, player) holds whatever else happens. While a chunk is stored the next
one is made and the last one delivered. Broadcasts take turns: a small one never waits for a large one.
"""

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

from django.db import DatabaseError, DataError, IntegrityError

from messaging import metrics
from messaging.broadcast_states import Progress, State, after_chunk
from messaging.canaries import judge
from messaging.expansion_chunks import (
    Chunk,
    Expansion,
    Page,
    begin,
    count_audience,
    make_chunk,
    read_page,
    read_players,
    store_chunk,
)
from messaging.expansion_claims import (
    LEASE_MS,
    Claim,
    anybody_due,
    claim_due,
    free,
    other_holders,
    put_off,
    release,
    renew,
)
from messaging.expansion_delivery import deliver_again, deliver_chunk
from messaging.shaping import shape_each, shape_once
from messaging.writer import EXPAND_JOB
from protocol.run import Run
from realtime import database, lifecycle
from realtime.nodes import known_dead
from realtime.presence import presence
from realtime.worker import wake

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 2
TURN_SECONDS = 0.25
SHORT_TURN = 0.0005  # seconds


async def expand_due() -> bool:
    """A turn for each of a few broadcasts, side by side; False when none was due."""
    claims = await database.run(claim_due, SIDE_BY_SIDE)
    if not claims:
        return await _free_the_dead()
    with _short_turns():
        async with asyncio.TaskGroup() as group:
            for claim in claims:
                group.create_task(take_turn(claim))
    return True


async def _free_the_dead() -> bool:
    """Whether claims of processes that died were ended, before their leases lapse."""
    dead = await known_dead(await database.run(other_holders))
    if dead:
        await database.run(free, dead)
    return bool(dead)


async def take_turn(claim: Claim, run: Run | None = None) -> None:
    """Whatever is wrong with one broadcast does not hold up the others.

    What its scripts send goes out afterwards, or joins the end of `run`.
    """
    try:
        async with _renewed(claim):
            expansion = await database.run(begin, claim)
            await _go_on(expansion)
        due_ms = await database.run(release, claim, expansion.delivered)
        if run is None:
            await expansion.caused.flush()
        else:
            run.deliveries += expansion.caused.deliveries
    except Exception:
        logger.exception("broadcast %s failed; it is tried again later", claim.broadcast_id)
        with contextlib.suppress(DatabaseError):
            await database.run(put_off, claim)
        return
    if due_ms is not None and due_ms > claim.now:
        delay = (due_ms - claim.now) / 1000
        asyncio.get_running_loop().call_later(delay, wake, EXPAND_JOB)


async def _go_on(expansion: Expansion) -> None:
    """What its state asks for, after what a worker that died left undone."""
    if expansion.delivered < expansion.cursor:
        await deliver_again(expansion)
    if expansion.progress.state is State.EXPANDING:
        if expansion.progress.total is None:
            await database.run(count_audience, expansion)
        await shape_once(expansion)
        await _expand(expansion)
    elif expansion.progress.state is State.CANARY:
        await database.run(judge, expansion.claim)


async def _expand(expansion: Expansion) -> None:
    """Chunk after chunk until the turn is over, the next one has to wait, or somebody stopped it."""
    turn_ends = time.monotonic() + TURN_SECONDS
    following: Chunk | None = await _make_next(expansion, expansion.progress, expansion.cursor)
    delivering: asyncio.Task[None] | None = None
    async with asyncio.TaskGroup() as group:
        while following is not None:
            chunk, before = following, expansion.progress
            storing = group.create_task(_store(expansion, chunk))
            following = await _make_following(expansion, before, chunk)
            stored = await storing
            if stored is None:
                break
            metrics.expanded(len(stored.rows), stored.failed)
            if delivering is not None:
                await delivering
            delivering = group.create_task(deliver_chunk(expansion, stored))
            if following is not None and await _is_over(turn_ends):
                break


async def _is_over(turn_ends: float) -> bool:
    if lifecycle.stopping():
        return True
    return time.monotonic() > turn_ends and await database.run(anybody_due)


async def _make_following(expansion: Expansion, before: Progress, chunk: Chunk) -> Chunk | None:
    """The chunk after this one, made while this one is stored; None when this is the last for now."""
    state = after_chunk(before, chunk.count, chunk.page.last)
    if state is not State.EXPANDING or before.rate is not None:
        return None
    return await _make_next(expansion, replace(before, done=before.done + chunk.count), chunk.page.ids[-1])


async def _make_next(expansion: Expansion, progress: Progress, after: str) -> Chunk:
    page = await database.run(read_page, expansion, after, expansion.next_size(progress))
    return await _make(expansion, page)


async def _make(expansion: Expansion, page: Page) -> Chunk:
    shaped = await shape_each(expansion, page)
    online = await presence().online([recipient.player_id for recipient in page.recipients])
    return await database.run_outside(make_chunk, expansion, page, online, shaped)


async def _store(expansion: Expansion, chunk: Chunk) -> Chunk | None:
    """What was stored; None when the broadcast is not ours to expand any more."""
    try:
        return chunk if await database.run(store_chunk, expansion, chunk, False) else None
    except (DataError, IntegrityError):
        logger.warning("a chunk of broadcast %s is stored one by one", expansion.claim.broadcast_id)
    # A player is gone since the page was read, or the database refuses a copy.
    page = await database.run(read_players, expansion, chunk.page.ids, chunk.page.last)
    again = await _make(expansion, page)
    return again if await database.run(store_chunk, expansion, again, True) else None


@asynccontextmanager
async def _renewed(claim: Claim) -> AsyncIterator[None]:
    """Keeps the claim for as long as its worker is at it, however long one statement takes."""
    renewing = asyncio.get_running_loop().create_task(_renew(claim))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)


async def _renew(claim: Claim) -> None:
    while True:
        await asyncio.sleep(LEASE_MS / 3000)
        try:
            await database.run(renew, claim)
        except DatabaseError:
            logger.warning("the claim of broadcast %s could not be renewed", claim.broadcast_id)


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let threads take turns more often while chunks are stored beside a busy event loop.

    Python's SQLite gives the interpreter's lock away at every row, and beside a busy loop gets it back only
    after a switch interval: at the usual 5 ms, 500 rows take seconds. Short turns cost the requests of
    ordinary times a fifth of their rate, so they are kept to expansions.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SHORT_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
