"""About how many players of a stage a segment query holds for."""

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse

from games.config_store import configs
from players.query_answers import estimate
from players.segment_queries import CompiledQuery, QueryFault, compile_query
from portal.web.message_drafts import Refused, query_typed, read_body
from portal.web.often import too_often
from portal.web.places import Place

SECONDS = 0.3  # that it is looked for


class QueryBody(msgspec.Struct):
    """`query` is a segment query's short code, or a query as JSON."""

    query: str


def query_estimate(request: HttpRequest, place: Place) -> HttpResponse:
    """`{"matching", "lookedAt", "complete"}`; 422 for a query that there is not."""
    if refused := too_often(request):
        return refused
    stage = place.found_stage()
    try:
        query = _query(stage.pk, read_body(request, QueryBody).query)
    except Refused as refused_body:
        return refused_body.response
    found = estimate(stage.pk, query, SECONDS)
    answer = {"matching": found.matching, "lookedAt": found.looked_at, "complete": found.complete}
    return JsonResponse(answer)


def _query(stage_id: int, typed: str) -> CompiledQuery:
    """Raises Refused."""
    query = query_typed(typed)
    if isinstance(query, str):
        named: CompiledQuery | None = configs.current(stage_id).sections["segmentQueries"].get(query)
        if named is None:
            raise Refused(422, f"This stage has no segment query {query}.")
        return named
    try:
        return compile_query(query)
    except QueryFault as fault:
        raise Refused(422, str(fault)) from fault
