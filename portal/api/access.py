"""Who a request of the API acts as, and what that may do."""

from django.http import Http404, HttpRequest
from ninja.security import HttpBearer

from games.accounts import access_tokens
from games.accounts.access_tokens import Bearer
from games.models import User
from portal.web.places import Place
from portal.web.rights import READ, Right
from protocol.limiter import Limiter, Rate

ASKED = Rate(20, 100)
_asked = Limiter("api")


class Forbidden(Exception):
    """The token's role does not have the right."""


class TooOften(Exception):
    """The token has used up its requests for now."""


class Token(HttpBearer):
    """`Authorization: Bearer flint-…`, as the account page makes them."""

    def authenticate(self, request: HttpRequest, token: str) -> Bearer | None:
        """Raises TooOften."""
        bearer = access_tokens.find(token.strip())
        if bearer is not None and not _asked.take(bearer.token.digest, ASKED):
            raise TooOften
        return bearer


def enter(request: HttpRequest, api_key: str, right: Right = READ, stage: str = "") -> Place:
    """The game and stage of the address. Raises Http404 for a game that is not the token's, Forbidden."""
    bearer = _bearer(request)
    if bearer.token.game.api_key != api_key:
        raise Http404
    place = Place(bearer.token.game, stage, bearer.role)
    if not place.may(right):
        raise Forbidden
    return place


def user_of(request: HttpRequest) -> User:
    """In whose name it acts."""
    return _bearer(request).token.user


def _bearer(request: HttpRequest) -> Bearer:
    bearer: Bearer = request.auth  # type: ignore[attr-defined]
    return bearer
