"""How often a user's open editors may ask the server: an editor asks while its user types."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from games.admin_access import user_of
from portal.web.views import errors
from protocol.limiter import Limiter, Rate

ASKED = Rate(10, 60)
_asked = Limiter("editors")


def too_often(request: HttpRequest) -> HttpResponse | None:
    """The refusal, if it is one: a page for who sent a form, JSON for a page's script."""
    if _asked.take(f"user {user_of(request).pk}", ASKED):
        return None
    refused: HttpResponse
    if "text/html" in request.headers.get("Accept", ""):
        refused = errors.page(request, 429)
    else:
        refused = JsonResponse({"error": "Too many requests; try again in a second."}, status=429)
    refused["Retry-After"] = "1"
    return refused
