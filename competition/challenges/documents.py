"""How challenges appear to players: the `Challenge` and `ChallengeType` of types.json (§5.2.4)."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from competition.challenges.holding import Stand
from competition.challenges.types import ChallengeType, type_of
from competition.models import Challenge, ChallengePlayer
from protocol.dates import format_date

RECEIVED = "RECEIVED"  # of an invitation, in its list alone
GONE = (Stand.REMOVED, Stand.LEFT)


def challenge_document(
    row: Challenge, players: Iterable[ChallengePlayer], type_: ChallengeType, state: str | None = None
) -> dict[str, Any]:
    """Unset fields and empty lists but `accepted` are left out, as later samples do. `state`: another one to
    show."""
    known = list(players)
    accepted = sorted((each for each in known if each.stand == Stand.ACCEPTED), key=lambda each: each.place)
    challenged = [each for each in known if each.challenged and each.stand not in GONE]
    declined = [each for each in known if each.stand == Stand.DECLINED]
    document: dict[str, Any] = {
        "accepted": [_detail(each) for each in accepted],
        "challengeId": row.pk,
        "challengeMessage": row.message,
        "challengeName": type_.name or row.short_code,
        "challenged": [_detail(each) for each in challenged] or None,
        "challenger": _challenger(row, known),
        **{f"currency{number}Wager": amount for number, amount in sorted(row.wager.items())},
        "declined": [_detail(each) for each in declined] or None,
        "endDate": _date(row.end_ms),
        "expiryDate": _date(row.expiry_ms),
        "maxTurns": row.max_turns,
        "nextPlayer": row.next_player or None,
        "scriptData": row.script_data,
        "shortCode": row.short_code,
        "startDate": _date(row.start_ms),
        "state": state or row.state,
        "turnCount": {each.player_id: each.turns for each in accepted},
    }
    return {key: value for key, value in document.items() if value is not None}


def challenge_documents(rows: Iterable[Challenge], received: Collection[str] = ()) -> list[dict[str, Any]]:
    """One statement for all their players. `received`: ids of those shown as `RECEIVED` (§5.4)."""
    found = list(rows)
    players = ChallengePlayer.objects.select_related("player").order_by("id")
    prefetch_related_objects(found, Prefetch("players", players))
    return [
        challenge_document(
            row,
            row.players.all(),
            type_of(row.stage_id, row.short_code),
            RECEIVED if row.pk in received else None,
        )
        for row in found
    ]


def type_document(type_: ChallengeType, board_names: Mapping[str, str]) -> dict[str, Any]:
    """`getleaderboardName` is spelled so."""
    document = {
        "challengeShortCode": type_.code,
        "description": type_.description,
        "getleaderboardName": board_names.get(type_.leaderboard or ""),
        "name": type_.name,
        "tags": ",".join(type_.tags),
    }
    return {key: value for key, value in document.items() if value is not None}


def _detail(each: ChallengePlayer) -> dict[str, Any]:
    player = each.player
    return {"id": player.pk, "name": player.display_name, "externalIds": player.external_ids}


def _challenger(row: Challenge, players: Iterable[ChallengePlayer]) -> dict[str, Any]:
    """Of a challenger who was deleted, only the id is left."""
    for each in players:
        if each.player_id == row.challenger_id:
            return _detail(each)
    return {"id": row.challenger_id, "name": "", "externalIds": {}}


def _date(ms: int | None) -> str | None:
    return None if ms is None else format_date(ms)
