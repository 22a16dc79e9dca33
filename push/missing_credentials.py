"""Live stages whose pushes will fail for want of credentials, said before one does."""

from collections.abc import Collection, Iterator

from django.db.models import Exists, OuterRef, QuerySet

from games.models import Game, Stage
from push.models import Device, ProviderAccount
from push.routes import current_routes
from push.transports.base import PushError
from push.transports.registry import TRANSPORTS


def live_stages() -> Iterator[tuple[Stage, PushError]]:
    """Each live stage with every failure that awaits the pushes to devices which registered there."""
    for stage in _with_devices(Stage.objects.filter(name="live", sandbox_push=False)):
        providers = [provider for provider in TRANSPORTS if getattr(stage, _has(provider))]
        for refusal in _refusals(stage, providers):
            yield stage, refusal


def of_publishing(game: Game) -> Iterator[str]:
    """Sentences for whoever makes the game's configuration live.

    Without any credentials on live all pushes fail; else those of providers that the preview stage uses.
    """
    stages = {stage.name: stage for stage in _with_devices(Stage.objects.filter(game=game))}
    used = ProviderAccount.objects.filter(stage=stages["preview"]).values_list("provider", flat=True)
    tried = [
        provider
        for provider in TRANSPORTS
        if provider in used or any(getattr(stage, _has(provider)) for stage in stages.values())
    ]
    refusals = list(_refusals(stages["live"], tried or TRANSPORTS))
    if tried:
        yield from map(_sentence, refusals)
    elif len(refusals) == len(TRANSPORTS):
        yield "The live stage has no push credentials: players who are away get no pushes."


def _refusals(stage: Stage, providers: Collection[str]) -> Iterator[PushError]:
    return (route.refusal for route in current_routes(stage, providers).values() if route.refusal)


def _sentence(refusal: PushError) -> str:
    return f"{refusal.detail} Until then its pushes end as push_failed:{refusal.code}."


def _with_devices(stages: QuerySet[Stage]) -> list[Stage]:
    """Each knows of every provider whether devices of it are registered."""
    devices = Device.objects.filter(stage=OuterRef("pk"), disabled="")
    known = {_has(provider): Exists(devices.filter(provider=provider)) for provider in TRANSPORTS}
    return list(stages.select_related("game").annotate(**known).order_by("game__api_key"))


def _has(provider: str) -> str:
    return f"has_{provider}_devices"
