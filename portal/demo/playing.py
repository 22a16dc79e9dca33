"""When the story is played, and what is put right before."""

from typing import Any

from django.core.management.color import Style
from django.db import transaction

from games.audit import record
from games.models import AuditEntry, Game
from players.seeds import seed_players
from portal.demo import story
from portal.demo.game import DemoGame
from portal.demo.telling import Pushes
from portal.demo.timeline import Timeline, Write
from realtime import database

PLAYED = "demo.played"
OPENING = """\
{game}: a story, played over real sockets. Each line is a frame that was
received or a row that was read, with the time since the story began, and the
frame's class or the row's reason."""


def was_played(game: Game) -> bool:
    """To its end: a story that failed is played again."""
    return AuditEntry.objects.filter(game=game, action=PLAYED).exists()


async def play(demo: DemoGame, details: dict[str, Any], pushes: Pushes, write: Write, style: Style) -> None:
    """Raises StoryFailed."""
    await database.run(_seed, demo)
    write("")
    write(OPENING.format(game=demo.game.name))
    write("")
    await story.play(details, Timeline(write, style.MIGRATE_HEADING, style.SUCCESS), pushes)
    await database.run(record, None, PLAYED, demo.game.api_key, demo.game)
    write("")


@transaction.atomic
def _seed(demo: DemoGame) -> None:
    """Passwords, friends and segments as the document has them, whatever was tried out since."""
    seed_players(demo.game.stage("preview"), demo.players)
