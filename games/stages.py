"""What a stage runs, as seen from outside: a version that grows, and its switches."""

from django.db import transaction
from django.db.models import F

from games.audit import record
from games.config_store import configs
from games.models import STAGES, Game, Stage, User


def touch(game: Game) -> None:
    """The working rows changed: preview compiles anew. Every domain function that changes them calls this."""
    bump(game, ("preview",))


def touch_both(game: Game) -> None:
    """Something that both stages share changed, such as a credential."""
    bump(game, STAGES)


def set_sandbox_push(stage: Stage, on: bool, actor: User | None) -> None:
    """Whether a stage records pushes where a provider has no credentials."""
    with transaction.atomic():
        Stage.objects.filter(pk=stage.pk).update(sandbox_push=on)
        stage.sandbox_push = on
        record(actor, "stage.sandbox_push", stage.name, stage.game, on=on)
        bump(stage.game, (stage.name,))


def bump(game: Game, names: tuple[str, ...]) -> None:
    """In the transaction that changes what these stages run."""
    stages = Stage.objects.filter(game=game, name__in=names)
    stages.update(version=F("version") + 1)
    changed = list(stages.values_list("pk", flat=True))
    transaction.on_commit(lambda: configs.refresh(changed), robust=True)
    transaction.on_commit(lambda: configs.tell(changed), robust=True)
