"""Who may do what to which game in the operators' admin, by the collaborator's role."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from games.models import Collaborator, Game, User

Role = Collaborator.Role
RANK: dict[str, int] = {Role.VIEWER: 0, Role.EDITOR: 1, Role.ADMIN: 2, Role.OWNER: 3}
_CACHE = "flint_roles"


def user_of(request: HttpRequest) -> User:
    """The operator signed in. The admin site lets nobody else through."""
    user: User | AnonymousUser = request.user
    assert isinstance(user, User)
    return user


def may(request: HttpRequest, game_id: int | None, role: Role) -> bool:
    """Whether the user has at least that role on the game; superusers always. `game_id` None: they alone."""
    if not request.user.is_authenticated:
        return False
    if request.user.is_superuser:
        return True
    held = _roles(request).get(game_id) if game_id is not None else None
    return held is not None and RANK[held] >= RANK[role]


def may_anywhere(request: HttpRequest, role: Role) -> bool:
    """Whether the user has at least that role on some game."""
    if not request.user.is_authenticated:
        return False
    return request.user.is_superuser or any(RANK[held] >= RANK[role] for held in _roles(request).values())


def games_with(request: HttpRequest, role: Role = Role.VIEWER) -> QuerySet[Game]:
    """The games on which the user has at least that role."""
    if request.user.is_authenticated and request.user.is_superuser:
        return Game.objects.all()
    return Game.objects.filter(pk__in=game_ids(request, role))


def game_ids(request: HttpRequest, role: Role = Role.VIEWER) -> list[int]:
    """The same as ids, for somebody who is no superuser."""
    if not request.user.is_authenticated:
        return []
    return [game_id for game_id, held in _roles(request).items() if RANK[held] >= RANK[role]]


def game_id_of(row: Model, path: str) -> int | None:
    """The game a row belongs to. `path` leads to it, as in a query: `stage__game`; "" is the game itself."""
    if not path:
        own_id: int | None = row.pk
        return own_id
    *steps, last = path.split("__")
    owner: Model | None = row
    for step in steps:
        owner = getattr(owner, step)
        if owner is None:
            return None
    game_id: int | None = getattr(owner, f"{last}_id")
    return game_id


def _roles(request: HttpRequest) -> dict[int, str]:
    """Asked of the database once a request."""
    roles: dict[int, str] | None = getattr(request, _CACHE, None)
    if roles is None:
        rows = Collaborator.objects.filter(user=user_of(request), game__deleted=None)
        roles = dict(rows.values_list("game_id", "role"))
        setattr(request, _CACHE, roles)
    return roles
