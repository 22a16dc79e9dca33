"""The rows of the games package, one topic a file."""

from games.models.accounts import AccessToken, Invitation, PortalSession, RecoveryCode, SecondFactor
from games.models.alerts import Alert, AlertMail
from games.models.audit import AuditEntry
from games.models.configuration import Snapshot, StoredSection
from games.models.credentials import Credential, CredentialSockets
from games.models.games import STAGES, Collaborator, Game, Stage
from games.models.harness import HarnessScenario
from games.models.users import User

__all__ = [
    "STAGES",
    "AccessToken",
    "Alert",
    "AlertMail",
    "AuditEntry",
    "Collaborator",
    "Credential",
    "CredentialSockets",
    "Game",
    "HarnessScenario",
    "Invitation",
    "PortalSession",
    "RecoveryCode",
    "SecondFactor",
    "Snapshot",
    "Stage",
    "StoredSection",
    "User",
]
