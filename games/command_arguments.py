"""What management commands are given: a game by its key, an object as JSON."""

import json
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError

from games.lookup import find_game
from games.models import Game


def named_game(api_key: str) -> Game:
    """Raises CommandError."""
    game = find_game(api_key)
    if game is None:
        raise CommandError(f"No game has the API key {api_key}.")
    return game


def json_object(text: str) -> dict[str, Any]:
    """For argparse's `type`. Raises ArgumentTypeError."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ArgumentTypeError("it is not a JSON object")
    return found
