"""The API itself: its routes, its form of errors, its OpenAPI document."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from portal.api import faults, messages, segments, snapshots, stages
from portal.api.access import Token

PREFIX = "/api/v1/"
ABOUT = (
    "What the portal's pages do, for programs. Every request carries `Authorization: Bearer flint-…`, "
    "a token of one game that its user makes on the account page. Refusals are `{error, faults}`. "
    "Settings are those of the working copy, which preview runs; live runs a snapshot."
)


class Api(NinjaAPI):
    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> HttpResponse:
        """Kept by no cache: it is about players and unfinished work."""
        response = super().create_response(request, data, **options)
        response["Cache-Control"] = "no-store"
        return response


api = Api(
    title="Flint management API",
    version="1",
    description=ABOUT,
    auth=Token(),
    docs_url=None,  # its pages would take scripts from elsewhere
    urls_namespace="api",
)
for part in (messages, segments, snapshots, stages):
    api.add_router("", part.router)
faults.install(api)


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document, as the server has it at `/api/v1/openapi.json`."""
    return api.get_openapi_schema(path_prefix=PREFIX)
