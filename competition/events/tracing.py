"""Posts in `manage.py trace`: what came of one, in a sentence and a timeline."""

from django.db.models import QuerySet

from competition.events.post_records import read
from competition.events.wording import lines, sentence
from competition.models import PostRecord
from messaging.trace import Event, Trace
from messaging.tracers import Tracer, register


def find(stage_id: int, record_id: str) -> list[Trace]:
    return [trace(row) for row in _rows(stage_id).filter(pk=record_id)]


def latest(stage_id: int, player_id: str, event: str) -> list[Trace]:
    """The player's latest post of an event."""
    return [trace(row) for row in _rows(stage_id).filter(player=player_id, event=event).order_by("-id")[:1]]


def trace(row: PostRecord) -> Trace:
    story, name = read(row), row.player.display_name
    where = f" for the challenge {row.scope}" if row.scope else ""
    return Trace(
        row.pk,
        f"{name} ({row.player_id})",
        f"{row.event} posted by {name}{where} {sentence(story)}",
        "",
        [Event(row.at_ms, f"posted {story.values}"), *(Event(None, line) for line in lines(story))],
    )


def _rows(stage_id: int) -> "QuerySet[PostRecord]":
    return PostRecord.objects.select_related("player").filter(stage=stage_id)


def install() -> None:
    register(Tracer("event", "an event's short code: the player's latest post of it", find, latest))
