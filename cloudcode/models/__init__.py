"""What scripts are made of and what they leave behind."""

from cloudcode.models.bulk import BulkJob
from cloudcode.models.collections import Collection, CollectionIndex, Document, IndexEntry
from cloudcode.models.logs import ScriptLog
from cloudcode.models.private_data import PrivateData
from cloudcode.models.runs import ScriptRun
from cloudcode.models.scheduling import ScheduledItem, SystemTick
from cloudcode.models.scripts import Script, ScriptVersion
from cloudcode.models.sharing import CacheEntry, ScriptLock

__all__ = [
    "BulkJob",
    "CacheEntry",
    "Collection",
    "CollectionIndex",
    "Document",
    "IndexEntry",
    "PrivateData",
    "ScheduledItem",
    "Script",
    "ScriptLock",
    "ScriptLog",
    "ScriptRun",
    "ScriptVersion",
    "SystemTick",
]
