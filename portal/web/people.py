"""Who works on a game, as its page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, QuerySet

from games.collaborators import may_manage
from games.models import Collaborator, Game, Invitation, SecondFactor, User
from portal.web import rights
from portal.web.places import Place

MOST = 200
Role = Collaborator.Role


@dataclass(frozen=True, slots=True)
class Person:
    """`roles` are those that may be given to them here; none where they are not the viewer's to manage."""

    row: Collaborator
    two_steps: bool
    seen: datetime | None
    roles: list[tuple[str, str]]
    is_self: bool

    @property
    def name(self) -> str:
        return self.row.user.get_full_name() or self.row.user.get_username()


@dataclass(frozen=True, slots=True)
class Power:
    """A line of the table of rights: for each role "yes", "on preview" or ""."""

    what: str
    cells: list[str]


def own_role(place: Place) -> str:
    return place.role or rights.OPERATOR


def roles_to_give(place: Place) -> list[tuple[str, str]]:
    """The highest first, as the model lists them."""
    if not place.may(rights.ADMINISTER):
        return []
    return [choice for choice in Role.choices if may_manage(own_role(place), choice[0])]


def people_of(place: Place, user: User) -> list[Person]:
    """Two statements, however many there are."""
    given = roles_to_give(place)
    rows = _rows(place.game)
    seen = dict(rows.annotate(seen=Max("user__portal_sessions__seen")).values_list("pk", "seen").order_by())
    by_rank = sorted(
        rows.annotate(two=Exists(SecondFactor.objects.filter(user=OuterRef("user"))))[:MOST],
        key=lambda row: (Role.values.index(row.role), row.user.get_username().lower()),
    )
    return [
        Person(
            row,
            row.two,
            seen.get(row.pk),
            given if given and may_manage(own_role(place), row.role) else [],
            row.user_id == user.pk,
        )
        for row in by_rank
    ]


def invitations_of(place: Place) -> list[Invitation]:
    return list(Invitation.objects.select_related("inviter").filter(game=place.game)[:MOST])


def powers() -> list[Power]:
    """The whole table of rights, the lowest first."""
    every = sorted(_every_right(), key=lambda right: Role.values[::-1].index(right.lowest))
    return [Power(right.what, [_cell(right, role) for role in Role.values]) for right in every]


def _cell(right: rights.Right, role: str) -> str:
    if not right.allows(role):
        return ""
    return "yes" if right.allows(role, "live") else "on preview"


def _every_right() -> Iterable[rights.Right]:
    return [each for each in vars(rights).values() if isinstance(each, rights.Right)]


def _rows(game: Game) -> QuerySet[Collaborator]:
    return Collaborator.objects.select_related("user").filter(game=game)
