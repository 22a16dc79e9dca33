"""What is wrong with texts that are being typed. Changes nothing."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.web.message_drafts import CheckBody, Refused, problems_of, read_body, require_type
from portal.web.often import too_often
from portal.web.places import Place


def check(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """`{"problems": […]}` as messaging.checking.Problem."""
    require_type(place, key)
    if refused := too_often(request):
        return refused
    try:
        draft = read_body(request, CheckBody).draft
    except Refused as refused_body:
        return refused_body.response
    return JsonResponse({"problems": [each.as_json() for each in problems_of(key, draft)]})
