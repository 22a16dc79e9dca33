"""Links from the competition's pages to players and challenges."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from players.models import Player

LINK = '<a href="{}" class="text-link">{}</a>'
_WITH_NOTE = LINK + " {}"


def player_links(players: Sequence[tuple[Player, str]], most: int) -> SafeString:
    """To the first of them, each with a note; a dash for nobody."""
    rows = [
        (
            reverse("admin:players_player_change", args=[player.pk]),
            player,
            f"({note})" if note else "",
        )
        for player, note in players[:most]
    ]
    more = " …" if len(players) > most else ""
    return format_html("{}{}", format_html_join(", ", _WITH_NOTE, rows) or "–", more)


def challenge_link(challenge_id: str) -> SafeString | str:
    """To the challenge in whose scope a row is; a dash for none."""
    if not challenge_id:
        return "–"
    return format_html(LINK, reverse("admin:competition_challenge_change", args=[challenge_id]), challenge_id)
