"""The rows of the games package, one topic a file."""

from games.models.audit import AuditEntry
from games.models.configuration import Snapshot, StoredSection
from games.models.credentials import Credential
from games.models.games import STAGES, Collaborator, Game, Stage
from games.models.users import User

__all__ = [
    "STAGES",
    "AuditEntry",
    "Collaborator",
    "Credential",
    "Game",
    "Snapshot",
    "Stage",
    "StoredSection",
    "User",
]
