"""Links from pushes to what they are about, which may be gone by now."""

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString


def link_to(model: type[Model], pk: str) -> SafeString | str:
    """By the row's name; its id where there is no such row any more."""
    row = model._default_manager.filter(pk=pk).first()
    if row is None:
        return pk or "–"
    address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[pk])
    return format_html('<a href="{}" class="text-link">{}</a>', address, row)


def link_to_inbox(player_message_id: str) -> SafeString:
    """A search for the row among those of messaging, which this package knows by its pages alone."""
    address = f"{reverse('admin:messaging_playermessage_changelist')}?q={player_message_id}"
    return format_html('<a href="{}" class="text-link">{}</a>', address, player_message_id)
