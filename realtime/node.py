"""Which process this is among those that serve one database."""

from functools import cache

from django.conf import settings

from protocol.ids import new_id


@cache
def node_id() -> str:
    """This process's boot id: what the supervisor named it by FLINT_NODE, else made at its first use."""
    return str(settings.NODE) or new_id()
