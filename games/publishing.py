"""Making games, and making a game's working configuration live."""

import secrets
import string

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from games.audit import record
from games.config_store import configs
from games.credentials import create_system_credentials
from games.exports import encode, export_document, message_versions
from games.lookup import find_game
from games.models import STAGES, Collaborator, Game, Snapshot, Stage, User
from games.signals import game_published
from games.stages import touch
from games.validation import DocumentFaults, find_faults

__all__ = ["create_game", "new_api_key", "publish", "touch"]


def new_api_key() -> str:
    """Lower case, so that a host name can carry it."""
    letters = string.ascii_lowercase
    return secrets.choice(letters) + "".join(secrets.choice(letters + string.digits) for _ in range(11))


def create_game(
    name: str, owner: User | None, api_key: str | None = None, description: str = "", published: bool = True
) -> Game:
    """A game with its system credentials, its preview stage and, if `published`, an empty live one.

    Raises ValidationError when a field is unfit or the key is taken, whatever its case.
    """
    game = Game(name=name, description=description, api_key=api_key or new_api_key())
    game.full_clean(validate_constraints=False)
    if find_game(game.api_key):
        raise ValidationError({"api_key": f"The API key {game.api_key} is taken."})
    with transaction.atomic():
        game.save()
        Stage.objects.bulk_create(Stage(game=game, name=stage) for stage in STAGES)
        create_system_credentials(game)
        if owner:
            Collaborator.objects.create(game=game, user=owner, role=Collaborator.Role.OWNER)
        record(owner, "game.created", game.api_key, game, name=name)
        if published:
            publish(game, owner, "Empty")
    return game


def publish(game: Game, author: User | None, description: str = "") -> Snapshot:
    """The working rows become what live runs. Raises DocumentFaults when they do not fit together."""
    with transaction.atomic():
        stage = Stage.objects.select_for_update(no_key=True).get(game=game, name="live")
        document = export_document(game)
        if faults := find_faults(document):
            raise DocumentFaults(faults)
        snapshot = Snapshot.objects.create(
            game=game,
            document=encode(document),
            versions=message_versions(game),
            description=description,
            author=author,
        )
        Stage.objects.filter(pk=stage.pk).update(snapshot=snapshot, version=F("version") + 1)
        record(author, "game.published", description or snapshot.pk, game, snapshot=snapshot.pk)
        transaction.on_commit(lambda: _announce(stage.pk, snapshot), robust=True)
    return snapshot


def _announce(stage_id: int, snapshot: Snapshot) -> None:
    configs.refresh([stage_id])
    configs.tell([stage_id])
    stage = Stage.objects.select_related("game").get(pk=stage_id)
    game_published.send_robust(sender=publish, stage=stage, snapshot=snapshot)
