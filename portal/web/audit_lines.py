"""The record of a game's changes: filtered, by pages, and as CSV. Nothing here changes it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from games.models import STAGES, AuditEntry, Game
from portal.web.csv_cells import csv_line
from portal.web.wording import seen

PAGE = 50
MOST = 50_000  # lines of a CSV
HEAD = ("time", "who", "action", "object", "stage", "detail")
KINDS = {
    "message.": "Messages",
    "extension.": "Extensions",
    "broadcast.": "Broadcasts",
    "section.": "Configuration",
    "segment": "Segments and queries",
    "script.": "Scripts",
    "snapshot.": "Snapshots",
    "game.": "The game: imports, publishing, settings",
    "credential.": "Credentials",
    "push": "Push",
    "collaborator.": "People",
    "token.": "API tokens",
    "player": "Players",
    "harness.": "Test harness",
}


class FilterForm(forms.Form):
    who = forms.CharField(required=False, max_length=150)
    kind = forms.ChoiceField(required=False, label="What", choices=[("", "Everything"), *KINDS.items()])
    object = forms.CharField(required=False, max_length=200)
    stage = forms.ChoiceField(required=False, choices=[("", "Any"), *((name, name) for name in STAGES)])
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))


@dataclass(frozen=True, slots=True)
class Line:
    pk: int
    at: datetime
    who: str
    action: str
    target: str
    stage: str
    details: list[tuple[str, str]]

    @property
    def words(self) -> str:
        return self.action.replace(".", ": ", 1).replace("_", " ")


def found(game: Game, asked: dict[str, Any]) -> QuerySet[AuditEntry]:
    """The newest first. Days are UTC, the last one included."""
    rows = AuditEntry.objects.filter(game=game).order_by("-id")
    for name, lookup in (
        ("who", "actor_name__icontains"),
        ("kind", "action__startswith"),
        ("object", "target__icontains"),
        ("stage", "detail__stage"),
    ):
        if value := asked.get(name):
            rows = rows.filter(**{lookup: value})
    if since := asked.get("since"):
        rows = rows.filter(created__gte=_midnight(since))
    if until := asked.get("until"):
        rows = rows.filter(created__lt=_midnight(until) + timedelta(days=1))
    return rows


def page(rows: QuerySet[AuditEntry], before: int | None) -> tuple[list[Line], int | None]:
    """And what to ask for the next page with, None on the last."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    lines = [line_of(row) for row in rows[: PAGE + 1]]
    return lines[:PAGE], lines[PAGE - 1].pk if len(lines) > PAGE else None


def line_of(row: AuditEntry) -> Line:
    detail = dict(row.detail)
    stage = detail.pop("stage", "")
    details = [
        (name, seen(_text(value))) for name, value in sorted(detail.items()) if value not in ("", None)
    ]
    return Line(row.pk, row.created, seen(row.actor_name), row.action, seen(row.target), str(stage), details)


def as_csv(rows: QuerySet[AuditEntry]) -> Iterator[str]:
    yield csv_line(HEAD)
    for row in rows[:MOST].iterator(chunk_size=2000):
        line = line_of(row)
        detail = "; ".join(f"{name}: {value}" for name, value in line.details)
        at = line.at.astimezone(UTC).isoformat(timespec="seconds")
        yield csv_line((at, line.who, line.action, line.target, line.stage, detail))


def _text(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), UTC)
