"""The demo's story. Every line of it is made from a frame that was received or a row that was read."""

from typing import Any

from portal.demo.game_chapter import GameChapter
from portal.demo.messages_chapter import MessagesChapter
from portal.demo.scripts_chapter import ScriptsChapter
from portal.demo.telling import Pushes, Telling
from portal.demo.timeline import Timeline


async def play(details: dict[str, Any], timeline: Timeline, pushes: Pushes) -> None:
    """`details` is the content of var/demo.json. Raises StoryFailed."""
    telling = Telling(details, timeline, pushes)
    messages = MessagesChapter(telling)
    game = GameChapter(telling, messages)
    scripts = ScriptsChapter(telling, game)
    try:
        await telling.tell(messages.steps() + game.steps() + scripts.steps())
    finally:
        await telling.end()
