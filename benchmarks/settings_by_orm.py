"""The same server, storing friend messages as Django's ORM usually does: its peer in docs/benchmarks.md."""

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.by_orm"]
