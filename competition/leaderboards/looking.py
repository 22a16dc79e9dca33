"""One player's look at one list: which entries they see of it, and which are their own."""

from collections.abc import Mapping
from typing import Any

from competition.leaderboards.addressing import Addressed, addressed
from competition.leaderboards.circles import Asked, circle_of, entrants, friends_asked_for, is_not_social
from competition.leaderboards.types import BoardType
from competition.leaderboards.views import Ranked, View
from competition.models import BoardEntry
from protocol.errors import RequestError


class Look:
    def __init__(
        self, stage_id: int, player_id: str, at: Addressed, asked: Asked, friends: frozenset[str]
    ) -> None:
        """`friends` as `friends_asked_for` found them."""
        self.at = at
        self._view: View | None = None
        if at.instance is not None:
            self._those = entrants(at.board, player_id)
            self._view = circle_of(stage_id, player_id, self._those, asked, friends).view(at.instance.pk)

    def page(self, number: int, offset: int = 0) -> list[Ranked]:
        return self._view.page(number, offset) if self._view else []

    def last(self, number: int) -> list[Ranked]:
        return self._view.last(number) if self._view else []

    def around_own(self, each_side: int, custom_ids: Mapping[str, Any] | None = None) -> list[Ranked]:
        """Around the player's best entry with the `custom_ids`; nothing without one (§3.6.1)."""
        if self._view is None:
            return []
        own = BoardEntry.objects.filter(self._those.rows(self._those.own), instance=self.at.instance)
        for entry in own.order_by("place"):
            if has_custom_ids(self.at.board, entry.values, custom_ids or {}):
                return self._view.around(entry.place, each_side)
        return []


def look_at(
    stage_id: int,
    player_id: str,
    code: str | None,
    challenge_id: str | None,
    asked: Asked,
    without_error: bool = False,
) -> Look:
    """Raises RequestError as `addressed`, and `currentUser: NOTSOCIAL` where only friends are asked for and
    there are none (§3.6.4), unless it is to be `without_error`."""
    friends = friends_asked_for(player_id, asked)
    faults = {"currentUser": "NOTSOCIAL"} if is_not_social(asked, friends) and not without_error else {}
    try:
        at = addressed(stage_id, player_id, code, challenge_id)
    except RequestError as error:
        raise RequestError({**error.fields, **faults}) from None
    if faults:
        raise RequestError(faults)
    return Look(stage_id, player_id, at, asked, friends)


def has_custom_ids(board: BoardType, values: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether an entry is the one of these ids (§3.1.4). What is no id of the board is no entry's."""
    ids = {field.name: values.get(field.name) for field in board.id_fields}
    return all(name in ids and ids[name] == value for name, value in wanted.items())
