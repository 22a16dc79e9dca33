"""`manage.py runserver` is daphne's, so that sockets work under Django's own development server.

daphne itself is no installed app: every other command would load Twisted for nothing.
"""

from daphne.management.commands.runserver import Command

__all__ = ["Command"]
