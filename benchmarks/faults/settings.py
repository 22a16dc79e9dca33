"""The product's settings, with the hook by which a fault is timed and a connection's state is seen."""

from typing import Any

from portal import environment as env
from portal.settings import *  # noqa: F403
from portal.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.faults.hook"]

if env.flag("SMALL_CACHE"):  # so that the page cache is full before a short measurement of memory begins
    options: dict[str, Any] = DATABASES["default"]["OPTIONS"]
    options["init_command"] += "PRAGMA cache_size=-2000;"
