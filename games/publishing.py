"""Making games, and making a game's working configuration live."""

import json
import secrets
import string

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from games.audit import record
from games.config_store import configs
from games.conflicts import Conflict
from games.credentials import create_system_credentials
from games.exports import encode, export_document, message_versions
from games.lookup import find_game
from games.models import STAGES, Collaborator, Game, Snapshot, Stage, User
from games.signals import game_published
from games.stages import bump, touch
from games.validation import DocumentFaults, find_faults

__all__ = ["create_game", "new_api_key", "publish", "publish_snapshot", "touch", "unpublish"]


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
        stage = _locked(game)
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
        _make_live(stage, snapshot, author)
    return snapshot


def publish_snapshot(snapshot: Snapshot, author: User | None, instead_of: int | None) -> None:
    """Live runs a snapshot that was taken before.

    `instead_of` is the one that live is thought to run: raises Conflict where it runs another meanwhile.
    Raises DocumentFaults when this release does not take it any more, ValidationError for an uploaded one.
    """
    if snapshot.source == Snapshot.Source.UPLOAD:
        raise ValidationError("An uploaded document goes into the working copy first.")
    with transaction.atomic():
        stage = _locked_running(snapshot.game, instead_of)
        if faults := find_faults(json.loads(snapshot.document)):
            raise DocumentFaults(faults)
        _make_live(stage, snapshot, author)


def unpublish(game: Game, actor: User | None, instead_of: int) -> None:
    """Live answers nobody, as before its first publication: its sockets are closed within seconds.

    What players have there stays. `instead_of` is the snapshot that live is thought to run: raises Conflict
    where it runs another one meanwhile, or none.
    """
    with transaction.atomic():
        stage = _locked_running(game, instead_of)
        Stage.objects.filter(pk=stage.pk).update(snapshot=None)
        record(actor, "game.unpublished", stage.snapshot, game, snapshot=instead_of)
        bump(game, (stage.name,))


def _locked(game: Game) -> Stage:
    return Stage.objects.select_for_update(no_key=True).get(game=game, name="live")


def _locked_running(game: Game, instead_of: int | None) -> Stage:
    """Raises Conflict where it does not run that snapshot."""
    stage = _locked(game)
    if stage.snapshot_id != instead_of:
        raise Conflict(stage.snapshot_id or 0)
    return stage


def _make_live(stage: Stage, snapshot: Snapshot, author: User | None) -> None:
    game = snapshot.game
    Stage.objects.filter(pk=stage.pk).update(snapshot=snapshot, version=F("version") + 1)
    record(author, "game.published", snapshot.description or snapshot.pk, game, snapshot=snapshot.pk)
    transaction.on_commit(lambda: _announce(stage.pk, snapshot), robust=True)


def _announce(stage_id: int, snapshot: Snapshot) -> None:
    configs.refresh([stage_id])
    configs.tell([stage_id])
    stage = Stage.objects.select_related("game").get(pk=stage_id)
    game_published.send_robust(sender=publish, stage=stage, snapshot=snapshot)
