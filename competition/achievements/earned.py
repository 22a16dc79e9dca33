"""What a post earned."""

from dataclasses import dataclass

from competition.leaderboards.changes import EntryChange
from competition.owners import Owner


@dataclass(frozen=True, slots=True)
class Earned:
    """An achievement that is new, or was awarded again, by an entry of the owner's.

    `player_ids` are those who got what it brings: the owner, or the members of the owning team who did not
    have it; none of them may be left.
    """

    owner: Owner
    achievement: str
    player_ids: tuple[str, ...]
    entry: EntryChange
