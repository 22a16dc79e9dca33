"""What the overview's charts have lines for: what people did, and scripts that failed."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from games.models import AuditEntry
from messaging.models import Broadcast
from portal.web.overview_charts import Reading
from portal.web.places import Place
from portal.web.wording import moment
from protocol.ids import first_id
from realtime.tally import SCRIPT
from realtime.tally_reads import Window

MOST = 50  # of a kind
NAMED = 3  # scripts of one step


@dataclass(frozen=True, slots=True)
class Mark:
    """`sign` is the letter that stands at its line; `who` did it, "" for nobody; `url` has more of it."""

    sign: str
    kind: str
    at: datetime
    text: str
    who: str = ""
    url: str = ""


def marks_of(place: Place, stage_id: int, read: Reading) -> list[Mark]:
    """The newest first. Two statements."""
    found = [
        *_publishes(place, read.window),
        *_broadcasts(place, stage_id, read.window),
        *_failed_scripts(read),
    ]
    return sorted(found, key=lambda mark: mark.at, reverse=True)


def _publishes(place: Place, window: Window) -> list[Mark]:
    entries = AuditEntry.objects.filter(game=place.game, action="game.published")
    found = entries.filter(created__gte=moment(window.since_ms), created__lt=moment(window.until_ms))
    return [Mark("P", "Published", each.created, each.target, each.actor_name) for each in found[:MOST]]


def _broadcasts(place: Place, stage_id: int, window: Window) -> list[Mark]:
    """Those that somebody started, not every message to many."""
    rows = Broadcast.objects.filter(stage=stage_id, is_told=True, message__gte=first_id(window.since_ms))
    found = rows.filter(message__lt=first_id(window.until_ms)).select_related("message").order_by("-message")
    trace = place.url("trace", place.stage)
    return [
        Mark("B", "Broadcast", moment(row.created_ms), row.message.type_code, url=f"{trace}?id={row.pk}")
        for row in found.defer("player_ids", "per_player", "message__data")[:MOST]
    ]


def _failed_scripts(read: Reading) -> list[Mark]:
    """One for each step in which any failed."""
    steps: dict[int, Counter[str]] = {}
    for each in read.of(SCRIPT):
        steps.setdefault(each.at_ms, Counter())[each.name] += each.number
    newest = sorted(steps, reverse=True)[:MOST]
    return [Mark("S", "Scripts failed", moment(step), _listed(steps[step])) for step in newest]


def _listed(failed: Counter[str]) -> str:
    named = ", ".join(f"{script} ({number:,})" for script, number in failed.most_common(NAMED))
    return f"{named}{' and others' if len(failed) > NAMED else ''}"
