"""The working copy as a document, snapshots of it, and what live runs."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema, Status

from games.exports import export_document
from games.models import Game, Snapshot
from games.publishing import publish_snapshot, unpublish
from games.snapshots import delete, document_of, revert, take
from portal.api.access import enter, user_of
from portal.api.faults import Fault
from portal.web.rights import EDIT, MANAGE

router = Router(tags=["Snapshots"])
MOST = 100


class SnapshotLine(Schema):
    id: int
    description: str
    note: str
    source: str = Field(description="publish, manual, autosave or upload")
    author: str = Field(description='"" for nobody that is still here')
    created: datetime
    live: bool = Field(description="live runs it")


class NewSnapshot(Schema):
    description: str = Field(min_length=1, max_length=200)
    note: str = Field("", max_length=2000)


class Publishing(Schema):
    instead_of: int | None = Field(description="the snapshot that live runs now; null where it runs none")


class Unpublishing(Schema):
    instead_of: int = Field(description="the snapshot that live runs now")


class Reverted(Schema):
    kept: int | None = Field(
        description="the snapshot that keeps what the working copy was; null where one did already"
    )


@router.get("/games/{api_key}/document", response=dict[str, Any])
def get_document(request: HttpRequest, api_key: str) -> Any:
    """The working copy as a game document, without secrets, as `manage.py export_game` writes it."""
    return export_document(enter(request, api_key).game)


@router.get("/games/{api_key}/snapshots", response=list[SnapshotLine])
def list_snapshots(request: HttpRequest, api_key: str) -> Any:
    """The newest hundred."""
    game = enter(request, api_key).game
    rows = Snapshot.objects.filter(game=game).select_related("author").defer("document", "versions")
    live = _live(game)
    return [_line(row, live) for row in rows[:MOST]]


@router.post("/games/{api_key}/snapshots", response={201: SnapshotLine, 422: Fault})
def take_snapshot(request: HttpRequest, api_key: str, given: NewSnapshot) -> Any:
    """Of the working copy as it is now, fit to be published or not."""
    game = enter(request, api_key, EDIT).game
    return Status(201, _line(take(game, user_of(request), given.description, given.note), _live(game)))


@router.get("/games/{api_key}/snapshots/{snapshot_id}/document", response={200: dict[str, Any], 404: Fault})
def get_snapshot_document(request: HttpRequest, api_key: str, snapshot_id: int) -> Any:
    return document_of(_one(enter(request, api_key).game, snapshot_id))


@router.delete("/games/{api_key}/snapshots/{snapshot_id}", response={204: None, 404: Fault, 422: Fault})
def delete_snapshot(request: HttpRequest, api_key: str, snapshot_id: int) -> Any:
    """Never the one that live runs."""
    game = enter(request, api_key, MANAGE).game
    delete(_one(game, snapshot_id), user_of(request))
    return Status(204, None)


@router.post(
    "/games/{api_key}/snapshots/{snapshot_id}/publish",
    response={200: SnapshotLine, 404: Fault, 409: Fault, 422: Fault},
)
def publish(request: HttpRequest, api_key: str, snapshot_id: int, given: Publishing) -> Any:
    """Live runs it within seconds. 409 where live runs another one than you say."""
    game = enter(request, api_key, MANAGE).game
    row = _one(game, snapshot_id)
    publish_snapshot(row, user_of(request), given.instead_of)
    return _line(row, _live(game))


@router.post("/games/{api_key}/unpublish", response={204: None, 409: Fault})
def unpublish_live(request: HttpRequest, api_key: str, given: Unpublishing) -> Any:
    """Live answers nobody, as before its first publication; what players have there stays. Its sockets are
    closed within seconds. 409 where live runs another snapshot than you say, or none."""
    game = enter(request, api_key, MANAGE).game
    unpublish(game, user_of(request), given.instead_of)
    return Status(204, None)


@router.post(
    "/games/{api_key}/snapshots/{snapshot_id}/revert", response={200: Reverted, 404: Fault, 422: Fault}
)
def go_back(request: HttpRequest, api_key: str, snapshot_id: int) -> Any:
    """Makes the working copy what the snapshot is. Live is untouched."""
    game = enter(request, api_key, MANAGE).game
    kept = revert(_one(game, snapshot_id), user_of(request))
    return {"kept": kept.pk if kept else None}


def _one(game: Game, snapshot_id: int) -> Snapshot:
    row = Snapshot.objects.select_related("author").filter(game=game, pk=snapshot_id).first()
    if row is None:
        raise Http404
    return row


def _live(game: Game) -> int | None:
    return game.stage("live").snapshot_id


def _line(row: Snapshot, live: int | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "description": row.description,
        "note": row.note,
        "source": row.source,
        "author": row.author.get_username() if row.author else "",
        "created": row.created,
        "live": row.pk == live,
    }
