"""The worker's clocks."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from realtime import worker
from realtime.sql import by_vendor
from realtime.worker import Job, Worker, wake

Run = Callable[[], Awaitable[bool | None]]


@asynccontextmanager
async def running(*jobs: Job) -> AsyncIterator[Worker]:
    started = Worker(list(jobs))
    await started.start()
    try:
        yield started
    finally:
        await started.stop()


class Counter:
    """A job that counts its runs and can wait for one of them."""

    def __init__(self, result: Callable[[int], bool | None] = lambda runs: None) -> None:
        self.runs = 0
        self.result = result
        self._changed = asyncio.Condition()

    async def __call__(self) -> bool | None:
        self.runs += 1
        async with self._changed:
            self._changed.notify_all()
        return self.result(self.runs)

    async def reached(self, runs: int) -> None:
        async with asyncio.timeout(5):
            async with self._changed:
                await self._changed.wait_for(lambda: self.runs >= runs)


async def test_job_runs_at_once_and_on_each_tick() -> None:
    count = Counter()
    loop = asyncio.get_running_loop()
    async with running(Job("tick", 0.02, count)):
        began = loop.time()
        await count.reached(6)
        assert loop.time() - began >= 0.095


async def test_job_that_has_more_is_run_again_at_once() -> None:
    count = Counter(lambda runs: runs < 5)
    async with running(Job("more", 3600, count)):
        await count.reached(5)


@pytest.mark.parametrize("from_thread", [False, True])
async def test_wake_runs_the_job_before_its_tick(from_thread: bool) -> None:
    count = Counter()
    async with running(Job("woken", 3600, count)):
        for runs in (2, 3):
            await count.reached(runs - 1)
            if from_thread:
                thread = threading.Thread(target=wake, args=("woken",))
                thread.start()
                thread.join()
            else:
                wake("woken")
            await count.reached(runs)


async def test_wake_during_a_run_is_not_lost() -> None:
    began, free, runs = asyncio.Event(), asyncio.Event(), 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        began.set()
        await free.wait()

    async with running(Job("slow", 3600, work)):
        await began.wait()
        wake("slow")
        began.clear()
        free.set()
        async with asyncio.timeout(5):
            await began.wait()
    assert runs == 2


async def test_wake_of_a_job_that_runs_elsewhere_is_silent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "_jobs", {"shared": Job("shared", 1, Counter())})
    async with running():
        wake("shared")
        wake("misspelt")
    assert [record.message for record in caplog.records] == ["No job is called 'misspelt'"]


async def test_wake_without_a_worker_does_nothing() -> None:
    wake("anything")


async def test_failing_job_is_logged_and_tried_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FIRST_PAUSE", 0.01)

    def fail_first(runs: int) -> None:
        if runs == 1:
            raise ValueError("broken")

    count = Counter(fail_first)
    neighbour = Counter()
    async with running(Job("fails", 3600, count), Job("well", 0.01, neighbour)):
        await neighbour.reached(3)
        await count.reached(2)
    assert [record.message for record in caplog.records] == [
        "The job fails failed; it is tried again in 0.01 s"
    ]


async def test_stop_lets_a_running_job_finish() -> None:
    finished: list[bool] = []
    began = asyncio.Event()

    async def work() -> None:
        began.set()
        await asyncio.sleep(0.05)
        finished.append(True)

    async with running(Job("finishes", 3600, work)):
        await began.wait()
    assert finished == [True]


async def test_stop_cuts_off_what_does_not_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PATIENCE", 0.05)

    async def work() -> None:
        await asyncio.sleep(3600)

    async with asyncio.timeout(2):
        async with running(Job("hangs", 1, work)):
            await asyncio.sleep(0)


@pytest.mark.django_db(transaction=True)
async def test_listed_jobs_run_in_a_database_thread(
    tmp_path: pytest.TempPathFactory, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "listed_jobs.py").write_text(  # type: ignore[operator]
        "import threading\n"
        "names, done = [], threading.Event()\n"
        "def work():\n"
        "    names.append(threading.current_thread().name)\n"
        "    if len(names) == 3:\n"
        "        done.set()\n"
        "    return len(names) < 3\n"
        "JOBS = [('listed.work', 3600, work)]\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(worker, "_jobs", {})
    settings.FLINT_JOB_MODULES = ["listed_jobs", "portal.there_is_no_such_module"]  # type: ignore[attr-defined]
    jobs = worker.load_jobs()
    assert [(job.name, job.every) for job in jobs] == [("listed.work", 3600)]
    import listed_jobs

    async with running(*jobs):
        assert await asyncio.to_thread(listed_jobs.done.wait, 10)
    lane = by_vendor(sqlite="flint-database", postgresql="flint-background")
    assert {name.partition("_")[0] for name in listed_jobs.names} == {lane}
    assert len(listed_jobs.names) == 3


def test_without_shared_jobs_only_those_of_each_process_run() -> None:
    every = {job.name for job in worker.load_jobs()}
    own = {job.name for job in worker.load_jobs(shared=False)}
    assert {"realtime.checkpoint", "games.refresh_configs"} <= own
    assert {"messaging.expand", "messaging.sweep", "push.send"} <= every - own
