"""What a tour finds in the demo's game beside what its story left, and a game in which nothing happened.

Runs beside a server, on its database, by `manage.py shell`.
"""

import json
import time
from datetime import UTC, datetime, timedelta

import pyotp
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.utils.http import urlsafe_base64_encode

from games.accounts import access_tokens, second_factor
from games.harness_scenarios import save_scenario
from games.invitations import invite
from games.lookup import find_game
from games.models import Collaborator, Game, User
from games.publishing import create_game
from games.snapshots import take
from messaging.message_settings import change_settings, message_type
from messaging.models import PlayerMessage
from players.models import Player
from portal.web.views.email import SALT
from protocol.dates import now_ms
from protocol.ids import new_id
from realtime.tally import MINUTE_MS, SCRIPT, Key, minute_of
from realtime.tally_rows import write
from tests.portal.tour.stops import CAREFULS_NAME, DEMO, MESSAGE, NEW, NEWCOMERS_NAME, PASSWORD


def fill() -> None:
    """Prints, as JSON, what addresses are made of."""
    game, developer = find_game(DEMO), User.objects.get(username="admin")
    assert game
    create_game("A new game", developer, NEW)
    _change(game, developer)
    _count_failures(game)
    snapshot = take(game, developer, "Before the tournament", "Texts in two languages.")
    _, invitation = invite(game, "friend@example.org", Collaborator.Role.EDITOR, "Texts, please.", developer)
    expires = datetime.now(UTC) + timedelta(days=90)
    access_tokens.create(developer, game, "Nightly export", Collaborator.Role.VIEWER, expires)
    User.objects.create_user(NEWCOMERS_NAME, "newcomer@example.org", PASSWORD)
    careful = User.objects.create_user(CAREFULS_NAME, "careful@example.org", PASSWORD)
    secret = second_factor.new_secret()
    second_factor.turn_on(careful, secret, pyotp.TOTP(secret).at(int(time.time())))
    print(json.dumps(_names(game, developer, careful) | {"invitation": invitation, "snapshot": snapshot.pk}))


def _change(game: Game, developer: User) -> None:
    """Versions of a message and a scenario."""
    changed = message_type(game, MESSAGE)
    change_settings(changed, {"expireAfterHours": 24}, developer)
    change_settings(changed, {"subTitle": "A duel of dice"}, developer)
    log_in = {"@class": ".AuthenticationRequest", "userName": "anna", "password": "anna"}
    save_scenario(game, "Anna logs in", [{"panel": 1, "send": log_in}], developer)


def _count_failures(game: Game) -> None:
    """Of a script, twenty minutes ago: the charts have a mark there."""
    minute = minute_of(now_ms()) - 20 * MINUTE_MS
    write(new_id(), 1, {Key(minute, game.stage("preview").pk, SCRIPT, "event/HIT", "ERROR"): 3})


def _names(game: Game, developer: User, forgetful: User) -> dict[str, str]:
    pascal = Player.objects.get(stage=game.stage("preview"), user_name="pascal")
    copies = PlayerMessage.objects.filter(player=pascal, message__message_class=MESSAGE)
    address = {"user": developer.pk, "before": developer.email, "new": "new@example.org"}
    return {
        "player": pascal.pk,
        "copy": copies.latest("created_ms").pk,
        "email_link": signing.dumps(address, salt=SALT),
        "reset_user": urlsafe_base64_encode(str(forgetful.pk).encode()),
        "reset_link": default_token_generator.make_token(forgetful),
    }
