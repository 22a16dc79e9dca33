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
