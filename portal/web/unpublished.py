"""What of the working copy live does not run: what publishing it would change, by the document's sections."""

from functools import lru_cache

from games.models import Game, Snapshot, Stage
from games.snapshots import document_of, snapshot_changes, working_version
from portal.web.document_changes import summary_of

MOST = 500  # games of which a process knows it


def unpublished(game: Game) -> str:
    """`Messages: 1 changed; Events: 1 added`; "" where nothing differs, or while nothing is published.

    One statement until something changes.
    """
    found = {stage.name: stage for stage in Stage.objects.select_related("game").filter(game=game)}
    preview, snapshot_id = found["preview"], found["live"].snapshot_id
    return "" if snapshot_id is None else compared(preview.game, preview.version, snapshot_id)


@lru_cache(MOST)
def compared(game: Game, version: int, snapshot_id: int) -> str:
    """Of preview's version and a snapshot."""
    live = document_of(Snapshot.objects.get(pk=snapshot_id))
    return summary_of(snapshot_changes(live, working_version(game, version)))
