"""The same server with a writer that answers at once: what a request costs without its storage."""

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.storing_nothing"]
