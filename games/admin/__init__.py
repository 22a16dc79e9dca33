"""The operators' pages of the games package, one topic a file."""

from django.contrib import admin
from django.contrib.auth.models import Group

from games.admin import audit, collaborators, credentials, games, sections, snapshots, users

# Rights come from collaborators' roles. Deleting rows in bulk would pass the domain functions by.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)
admin.site.disable_action("delete_selected")

__all__ = ["audit", "collaborators", "credentials", "games", "sections", "snapshots", "users"]
