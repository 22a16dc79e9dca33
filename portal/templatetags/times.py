"""Moments on pages, all of them one way: in words beside now, with the exact moment in the tooltip."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

register = template.Library()


@register.simple_tag(takes_context=True)
def time(context: template.Context, at: datetime, offset: int | None = None) -> SafeString:
    """`{% time at %}`. With `offset`, the words are the milliseconds since something else on the page."""
    words = relative(at, timezone.now()) if offset is None else f"+{offset} ms"
    zone = getattr(context.get("user"), "time_zone", "UTC")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        exact(at, zone),
        words,
    )


def relative(at: datetime, now: datetime) -> str:
    if abs((now - at).total_seconds()) < 60:
        return "just now"
    if at < now:
        return f"{timesince(at, now, depth=1)} ago"
    return f"in {timesince(now, at, depth=1)}"


def exact(at: datetime, zone: str) -> str:
    """In UTC, then in the user's time zone with its distance from UTC, where that is another."""
    in_utc = f"{_written(at.astimezone(UTC))} UTC"
    local = _local(at, zone)
    if local is None:
        return in_utc
    distance = f"{local:%z}"
    return f"{in_utc} · {_written(local)} UTC{distance[:3]}:{distance[3:5]} ({zone})"


def _local(at: datetime, zone: str) -> datetime | None:
    """None in UTC itself, and in a zone that this machine's time zone data have not."""
    if zone == "UTC":
        return None
    try:
        return at.astimezone(ZoneInfo(zone))
    except ZoneInfoNotFoundError:
        return None


def _written(at: datetime) -> str:
    return f"{at.day} {at:%b %Y %H:%M:%S}"
