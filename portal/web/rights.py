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

OPERATOR = Role.OWNER  # what a superuser, who has no role, may do as
