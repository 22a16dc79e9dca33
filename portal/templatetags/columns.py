"""Which columns of a table are shown to who looks at it."""

from django import template

from portal.web import columns

register = template.Library()


@register.simple_tag(takes_context=True)
def columns_of(context: template.Context, table: str) -> columns.Columns:
    """`{% columns_of "players" as columns %}`."""
    return columns.columns_of(context["user"], table)
