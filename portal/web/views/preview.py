"""What unsaved texts become, on every device: rendered by the server's own renderer. Changes nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from games.config_store import configs
from messaging.preview import preview as rendered
from messaging.rendering import choose_variant, forced_variant
from messaging.variants_tried import as_json, variants_tried
from portal.web.message_drafts import (
    PreviewBody,
    Refused,
    compiled_draft,
    problems_of,
    read_body,
    require_type,
)
from portal.web.often import too_often
from portal.web.places import Place
from portal.web.rights import SEE_PAYLOADS
from portal.web.scenes import scene_of


def preview(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """As messaging.preview.Preview, with `variant`, `tried` and `player`; 422 and `problems` for faults."""
    require_type(place, key)
    if refused := too_often(request):
        return refused
    try:
        body = read_body(request, PreviewBody)
        problems = problems_of(key, body.draft)
        if faults := [each.as_json() for each in problems if each.severity == "fault"]:
            return JsonResponse({"problems": faults}, status=422)
        return JsonResponse(_previewed(place, key, body))
    except Refused as refused_body:
        return refused_body.response


def _previewed(place: Place, key: str, body: PreviewBody) -> dict[str, Any]:
    stage, message = place.game.stage(body.stage), compiled_draft(place.game, key, body.draft)
    scene = scene_of(stage, message, body, place.may(SEE_PAYLOADS))
    variant, tried = body.variant, []
    if body.natural:
        queries = configs.current(stage.pk).sections["segmentQueries"]
        variant = choose_variant(message, scene.recipient, queries)
        tried = variants_tried(message, scene.recipient, queries)
    elif variant is not None:
        variant = forced_variant(message, variant)
    return {
        **rendered(message, variant, scene).as_json(),
        "variant": variant,
        "tried": [as_json(each) for each in tried],
        "player": scene.recipient.display_name,
    }
