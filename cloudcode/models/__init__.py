"""What scripts are made of and what they leave behind."""

from cloudcode.models.logs import ScriptLog
from cloudcode.models.private_data import PrivateData
from cloudcode.models.scripts import Script, ScriptVersion

__all__ = ["PrivateData", "Script", "ScriptLog", "ScriptVersion"]
