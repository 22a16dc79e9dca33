"""What is counted a minute of pushes: attempts by what the provider said, and what became of messages."""

from collections import Counter
from collections.abc import Sequence

from push.codes import ACCEPTED
from push.endings import Ending
from realtime.tally import ATTEMPT, FAILED, OUTCOME, PUSHED, count


def tally(endings: Sequence[Ending]) -> None:
    """Once they are committed. Of a test nothing; of a message to several devices each device."""
    found: Counter[tuple[int, str, str, str]] = Counter()
    for ending in endings:
        row = ending.row
        if row.test:
            continue
        found[row.stage_id, ATTEMPT, row.provider, ending.code] += 1
        if ending.due_ms is None:
            found[
                row.stage_id, OUTCOME, row.message_class, PUSHED if ending.code in ACCEPTED else FAILED
            ] += 1
    for (stage_id, measure, name, code), number in found.items():
        count(stage_id, measure, name, code, number)
