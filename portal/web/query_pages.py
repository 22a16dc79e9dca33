"""A segment query as its pages have it: the document, what its builder offers, what a test of it finds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Min
from django.http import Http404

from games import saved_versions
from games.models import Game, Stage
from games.saved_versions import Version
from games.sections import Faults
from players.facts import load_recipients
from players.models import Player, SegmentQuery, SegmentValue
from players.query_answers import Answered, Estimate, answered, estimate
from players.query_fields import FIELDS, with_loaded
from players.query_reader import OPERATORS
from players.query_words import LABELS, sentence_of
from players.segment_history import QUERY
from players.segment_queries import CompiledQuery, check_query
from portal.web.places import Place

SECONDS = 0.5  # that players are counted
SEARCHED = 5_000  # of the newest, for samples
SAMPLES = 10
DEEPEST, MOST_LEAVES = 5, 50  # that the builder makes; JSON may hold more

PRESETS = {
    "country": ("Players from one country", {"all": [{"field": "country", "op": "eq", "value": "FR"}]}),
    "lapsed": ("Not seen for 7 days", {"all": [{"field": "lastSeen", "op": "lt", "value": "-P7D"}]}),
    "platform": ("Players with an iOS device", {"all": [{"field": "deviceOS", "op": "eq", "value": "ios"}]}),
}
OPERATOR_ORDER = ("eq", "ne", "gt", "gte", "lt", "lte", "in", "contains", "exists")


def subject(game: Game, code: str) -> SegmentQuery:
    """Raises Http404 for one that the game has not."""
    row = SegmentQuery.objects.filter(game=game, short_code=code).select_related("game").first()
    if row is None:
        raise Http404
    return row


def document_of(saved: Mapping[str, Any]) -> dict[str, Any]:
    """To compare: the query is one field, since half of one and half of another would be a third."""
    return {
        "name": saved["name"],
        "description": saved["description"],
        "query": written(saved["query"]),
    }


def written(tree: Any) -> str:
    return json.dumps(tree, indent=2, ensure_ascii=False)


def current_number(game: Game, code: str) -> int:
    return saved_versions.number_of(game, QUERY, code)


def version(game: Game, code: str, number: int) -> Version | None:
    return saved_versions.version(game, QUERY, code, number)


def segments_of(game: Game) -> dict[str, list[str]]:
    """The working copy's segments with their values."""
    found: dict[str, list[str]] = {code: [] for code in game.segments.values_list("short_code", flat=True)}
    values = SegmentValue.objects.filter(segment__game=game).order_by("short_code")
    for segment, value in values.values_list("segment__short_code", "short_code"):
        found[segment].append(value)
    return dict(sorted(found.items()))


def read(
    text: str, segments: Mapping[str, list[str]] | None = None
) -> tuple[CompiledQuery | None, list[str]]:
    """The query that was typed, or everything that is wrong with it. `segments` are those that there are."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        return None, [f"This is not JSON: {error}"]
    faults = Faults()
    query = check_query(tree, faults, segments)
    return query, faults.found


def builder_page(place: Place) -> dict[str, Any]:
    """For frontend/portal/query.js."""
    segments = segments_of(place.game)
    return {
        "fields": [
            {
                "name": field.name,
                "label": LABELS.get(field.name, field.name),
                "kind": field.kind,
                "operators": [each for each in OPERATOR_ORDER if each in OPERATORS[field.kind]],
            }
            for field in FIELDS.values()
        ],
        "segments": segments,
        "deepest": DEEPEST,
        "mostLeaves": MOST_LEAVES,
        "players": {stage: place.url("player-search", stage) for stage in ("preview", "live")},
    }


@dataclass(frozen=True, slots=True)
class Tested:
    """`player` is who was asked about: None for nobody, or where no player has that name (`unknown`)."""

    sentence: str
    estimate: Estimate
    samples: list[Player]
    player: Player | None
    unknown: str
    answer: Answered | None

    @property
    def percent(self) -> float:
        return 100 * self.estimate.matching / self.estimate.looked_at if self.estimate.looked_at else 0.0


def try_out(stage: Stage, query: CompiledQuery, player: Player | None, unknown: str = "") -> Tested:
    return Tested(
        sentence=sentence_of(query.tree),
        estimate=estimate(stage.pk, query, SECONDS),
        samples=_samples(stage, query),
        player=player,
        unknown=unknown,
        answer=answer_for(player, query) if player else None,
    )


def answer_for(player: Player, query: CompiledQuery) -> Answered | None:
    """None where the player is gone by now."""
    recipient = with_loaded(load_recipients(player.stage_id, [player.pk]), query.loads).get(player.pk)
    return answered(query.tree, recipient) if recipient else None


def _samples(stage: Stage, query: CompiledQuery) -> list[Player]:
    """Of the newest players: to look further could take as long as there are players."""
    players = Player.objects.filter(stage=stage)
    last = players.order_by("-pk").values("pk")[:SEARCHED].aggregate(last=Min("pk"))["last"]
    if last is None:
        return []
    return list(players.filter(query.to_q(), pk__gte=last).order_by("-pk")[:SAMPLES])
