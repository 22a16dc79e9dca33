"""What each role may do, as a table: the only place that says so for the portal's pages."""

from dataclasses import dataclass

from games.admin_access import RANK
from games.models import Collaborator

Role = Collaborator.Role


@dataclass(frozen=True, slots=True)
class Right:
    """`lowest` is the lowest role that has it; `live` the same on the live stage, where it takes more."""

    what: str
    lowest: str
    live: str = ""

    def allows(self, role: str, stage: str = "") -> bool:
        return RANK[role] >= RANK[self.live if stage == "live" and self.live else self.lowest]


READ = Right("read configuration, traces and lists", Role.VIEWER)
SEE_PAYLOADS = Right("read what players write and are sent", Role.EDITOR)
EDIT = Right("edit messages", Role.EDITOR)
SEND_ONE = Right("send messages to single players", Role.EDITOR, live=Role.ADMIN)
SECRETS = Right("reveal or reset secrets", Role.ADMIN)
ADMINISTER = Right("say who works on the game, read who changed what", Role.ADMIN)
ACT_ON_PLAYERS = Right("act on single players", Role.EDITOR)
DELETE_PLAYERS = Right("delete players", Role.ADMIN)
MANAGE = Right("publish, and set push credentials", Role.ADMIN)
EXPORT_PLAYERS = Right("take lists of players away", Role.ADMIN)
OWN = Right("transfer, delete and restore the game", Role.OWNER)

OPERATOR = Role.OWNER  # what a superuser, who has no role, may do as
