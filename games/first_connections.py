"""A stage's first connection, kept for good."""

from games.models import Stage
from protocol.dates import now_ms

LONGEST = Stage._meta.get_field("first_client").max_length


def store(stage_id: int, client: str) -> None:
    """Changes nothing where the stage has one already."""
    Stage.objects.filter(pk=stage_id, first_connected_ms=0).update(
        first_connected_ms=now_ms(), first_client=client[:LONGEST]
    )
