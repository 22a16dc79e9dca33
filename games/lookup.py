"""Finding a game by what people type."""

from django.db.models.functions import Lower

from games.models import Game


def find_game(api_key: str) -> Game | None:
    """By API key, whatever its case: host names lose it, so no two games' keys differ in case alone."""
    return Game.objects.alias(caseless=Lower("api_key")).filter(caseless=api_key.lower()).first()
