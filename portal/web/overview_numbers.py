"""How the overview reads and writes numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping

from protocol.instruments import LATENCIES
from push.codes import ACCEPTED, COALESCED, SANDBOX, SENT
from realtime.tally import ATTEMPT, LATENCY
from realtime.tally_reads import Counted


def quantile(counts: Mapping[str, int], share: float) -> float | None:
    """Milliseconds within which that share stayed, as far as the bounds tell; None of nothing."""
    wanted, passed, lower = share * sum(counts.values()), 0, 0.0
    if not wanted:
        return None
    for bound in LATENCIES:
        here = counts.get(f"{bound:g}", 0)
        if here and passed + here >= wanted:
            return 1000 * (lower + (bound - lower) * (wanted - passed) / here)
        passed, lower = passed + here, bound
    return 1000 * lower


def ages(counted: Iterable[Counted]) -> Counter[str]:
    """How many messages were written within each bound."""
    found: Counter[str] = Counter()
    for each in counted:
        if each.measure == LATENCY:
            found[each.name] += each.number
    return found


def succeeded(counted: Iterable[Counted]) -> float | None:
    """The share, in percent, of the attempts that a provider took; None where none was made for real."""
    tried = [each for each in counted if each.measure == ATTEMPT and each.code not in (SANDBOX, COALESCED)]
    total = sum(each.number for each in tried)
    return 100 * sum(each.number for each in tried if each.code == SENT) / total if total else None


def is_failure(counted: Counted) -> bool:
    return counted.measure == ATTEMPT and counted.code not in ACCEPTED


def milliseconds(value: float | None) -> str:
    if value is None:
        return "–"
    if value >= 1000 * LATENCIES[-1]:
        return f"over {LATENCIES[-1]:g} s"
    return (
        f"{value / 1000:.1f} s" if value >= 1000 else f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"
    )


def age(ms: int) -> str:
    """In the largest unit of which there are two, or in seconds."""
    for size, unit in ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min")):
        if ms >= 2 * size:
            return f"{ms // size} {unit}"
    return f"{ms // 1000} s"
