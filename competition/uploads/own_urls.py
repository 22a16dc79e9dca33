"""What Flint asks of a storage beside Django's own interface.

`own_url(name, as_name, seconds)` of a storage is a URL of its own from which a client may fetch the file for
so long. Storages without it have their files handed out by this server.
"""

from django.core.files.storage import default_storage


def own_url(name: str, as_name: str, seconds: int) -> str:
    """ "" where the storage gives none out."""
    ask = getattr(default_storage, "own_url", None)
    return ask(name, as_name, seconds) if ask else ""
