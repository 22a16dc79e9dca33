from pathlib import Path

import pytest

from benchmarks.soak.page import write
from benchmarks.soak.samples import Felt, Sample, with_children
from benchmarks.soak.verdict import compare, lost


def _sample(minute: float, memory_mb: float = 100, p99_ms: float = 4, **counts: int) -> Sample:
    felt = Felt(
        **({"sent": 9, "delivered": 9, "repeated": 0, "refused": 0, "replaced": 2} | counts),
        p50_ms=1,
        p99_ms=p99_ms,
    )
    return Sample(minute=minute, felt=felt, memory_mb=memory_mb, descriptors=50, connections=8)


def test_the_last_ten_minutes_of_an_hour_are_compared_with_the_second_ten() -> None:
    samples = [_sample(minute + 0.5) for minute in range(60)]
    samples[0:10] = [_sample(minute + 0.5, memory_mb=50, p99_ms=90) for minute in range(10)]
    samples[50:60] = [_sample(minute + 0.5, memory_mb=104, p99_ms=5) for minute in range(50, 60)]
    compared = {each.name: each for each in compare(samples, 60)}
    assert (compared["memory"].before, compared["memory"].after, compared["memory"].held) == (100, 104, True)
    assert (compared["p99"].ratio, compared["p99"].held) == (1.25, True)
    assert compared["database connections"].held


@pytest.mark.parametrize(("memory_mb", "p99_ms", "missed"), [(106, 4, "memory"), (100, 5.3, "p99")])
def test_what_grew_or_slowed_down_is_missed(memory_mb: float, p99_ms: float, missed: str) -> None:
    samples = [_sample(minute) for minute in range(10, 20)]
    samples += [_sample(minute, memory_mb, p99_ms) for minute in range(50, 60)]
    assert [each.name for each in compare(samples, 60) if not each.held] == [missed]


def test_too_few_samples_are_no_verdict() -> None:
    with pytest.raises(ValueError, match=r"0\.1 minutes are too short"):
        compare([_sample(0.05)], 0.1)


def test_lost_is_what_was_sent_and_had_not_come_at_the_end() -> None:
    assert lost([_sample(1, sent=5, delivered=0), _sample(2, sent=9, delivered=8)]) == 1


def test_page_says_what_was_missed_and_shows_the_plots(tmp_path: Path) -> None:
    samples = [_sample(minute) for minute in range(10, 20)] + [
        _sample(minute, 110) for minute in range(50, 60)
    ]
    write(tmp_path, samples, compare(samples, 60), 60, "2 cores.")
    text = (tmp_path / "soak.md").read_text()
    assert "| memory, MB | 100 | 110 | 1.10 × **MISSED** | ≤ 1.05 × |" in text
    assert "60 minutes: 9 messages sent, 0 lost, 0 refused, 0 repeated" in text
    assert sorted(file.name for file in (tmp_path / "soak").iterdir()) == [
        "database-connections.svg",
        "descriptors.svg",
        "memory.svg",
        "p99.svg",
    ]


def test_a_process_counts_with_those_it_started() -> None:
    assert len(with_children(1)) > 1
