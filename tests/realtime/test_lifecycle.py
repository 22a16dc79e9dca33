"""Start and stop hooks, and the process around them."""

import asyncio
from collections.abc import Iterator

import pytest

from realtime import lifecycle, process
from realtime.lifecycle import Hook


@pytest.fixture(autouse=True)
def own_hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lifecycle, "_starters", [])
    monkeypatch.setattr(lifecycle, "_stoppers", [])
    yield
    assert lifecycle.loop() is None


def noting(notes: list[str], name: str) -> Hook:
    async def hook() -> None:
        notes.append(name)

    return hook


async def test_hooks_run_in_order_and_end_in_reverse() -> None:
    notes: list[str] = []
    for name in ("a", "b"):
        lifecycle.on_start(noting(notes, f"start {name}"))
        lifecycle.on_stop(noting(notes, f"stop {name}"))
    await lifecycle.start()
    assert lifecycle.stopping() is False
    await lifecycle.stop()
    assert notes == ["start a", "start b", "stop b", "stop a"]
    assert lifecycle.stopping() is True


async def test_hook_registered_twice_runs_once() -> None:
    notes: list[str] = []
    hook = noting(notes, "once")
    lifecycle.on_start(lifecycle.on_start(hook))
    await lifecycle.start()
    await lifecycle.stop()
    assert notes == ["once"]


async def test_failing_stop_hook_keeps_none_from_running(caplog: pytest.LogCaptureFixture) -> None:
    notes: list[str] = []

    async def fail() -> None:
        raise ValueError("broken")

    lifecycle.on_stop(noting(notes, "stopped"))
    lifecycle.on_stop(fail)
    await lifecycle.start()
    await lifecycle.stop()
    assert notes == ["stopped"]
    assert caplog.messages == [f"A hook failed: {fail.__qualname__}"]


async def test_first_socket_starts_a_process_that_nobody_started(settings: object) -> None:
    """Many at once start it once."""
    settings.FLINT_JOB_MODULES = []  # type: ignore[attr-defined]
    notes: list[str] = []
    lifecycle.on_start(noting(notes, "started"))
    await asyncio.gather(*[process.ensure_started() for _ in range(5)])
    await process.ensure_started()
    await process.stop()
    assert notes == ["started"]


async def test_process_that_was_started_is_not_started_again(settings: object) -> None:
    settings.FLINT_JOB_MODULES = []  # type: ignore[attr-defined]
    notes: list[str] = []
    lifecycle.on_start(noting(notes, "started"))
    await process.start()
    await process.ensure_started()
    await process.stop()
    assert notes == ["started"]
