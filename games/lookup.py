"""Finding a game by what people type."""

from django.db.models.functions import Lower

from games.models import Game, Stage


def find_game(api_key: str) -> Game | None:
    """By API key, whatever its case: host names lose it, so no two games' keys differ in case alone."""
    return Game.objects.alias(caseless=Lower("api_key")).filter(caseless=api_key.lower()).first()


def find_stage(api_key: str, name: str) -> Stage:
    """Raises LookupError with a sentence for whoever typed them."""
    game = find_game(api_key)
    if game is None:
        raise LookupError(f"No game has the API key {api_key}.")
    try:
        return game.stage(name)
    except Stage.DoesNotExist as error:
        raise LookupError(f"The game has no {name} stage.") from error
