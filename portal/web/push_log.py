"""The push log's rows: the newest first, page by page, by filters. Reads only."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from games.models import Stage
from players.models import Player
from portal.web.asking import find_player
from portal.web.csv_cells import csv_line
from portal.web.reason_looks import Look
from portal.web.wording import document, moment, seen
from protocol.ids import id_ms
from push.codes import COALESCED, OVER_CAP, SANDBOX, SENT
from push.explaining import explain
from push.models import Device, OutboxPush, PushAttempt

ROWS = 50
SEARCHED = 20_000  # attempts that one page of filtered ones looks through
MOST_WAITING = 1000
MOST_NEW = 1000
MOST_LINES = 50_000  # of a CSV
SEARCHED_FOR_CSV = 500_000
HEAD = (
    *("time", "player", "message", "message id", "provider", "device type", "device id"),
    *("outcome", "code", "detail", "attempt", "milliseconds"),
)

_FINE = (SENT, SANDBOX, COALESCED, OVER_CAP)
OUTCOMES: Mapping[str, tuple[Look, Q]] = {
    "sent": (Look("pushed", "▲", "Accepted"), Q(code=SENT)),
    "sandbox": (Look("pushed", "▲", "Recorded"), Q(code=SANDBOX)),
    "again": (Look("waiting", "◔", "Tried again"), ~Q(code__in=_FINE) & Q(permanent=False)),
    "failed": (Look("failed", "✖", "Failed"), ~Q(code__in=_FINE) & Q(permanent=True)),
    "coalesced": (Look("suppressed", "⊘", "Left with another"), Q(code=COALESCED)),
    "held": (Look("suppressed", "⊘", "Held back"), Q(code=OVER_CAP)),
}
_OF_CODES = {SENT: "sent", SANDBOX: "sandbox", COALESCED: "coalesced", OVER_CAP: "held"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters; "" is none. `player` is an id or a user name, `message` a class or a copy's id."""

    provider: str = ""
    outcome: str = ""
    code: str = ""
    player: str = ""
    device: str = ""
    message: str = ""

    @property
    def any(self) -> bool:
        return self != Asked()


@dataclass(frozen=True, slots=True)
class Row:
    attempt: PushAttempt
    look: Look
    device: Device | None
    player: Player | None
    sentence: str
    remedy: str
    payload: str

    @property
    def at(self) -> datetime:
        return moment(self.attempt.at_ms)


@dataclass(frozen=True, slots=True)
class LogPage:
    """`older` is where the next page begins, None where this is the last one. `searched` is when the oldest
    attempt was that was looked at, where there was no room to look at all."""

    rows: list[Row]
    older: int | None
    searched: datetime | None = None


@dataclass(frozen=True, slots=True)
class CodeLine:
    """How many of the latest attempts ended so."""

    provider: str
    name: str
    code: str
    look: Look
    outcome: str
    count: int
    sentence: str
    remedy: str


def page_of(stage: Stage, asked: Asked, before: int | None, payloads: bool) -> LogPage:
    """Attempts with ids below `before`. `payloads`: with what the sandbox recorded."""
    attempts = _attempts(stage, before)
    end = _end(attempts) if asked.any and not _is_id(asked.message) else None
    found = _filtered(stage, attempts, asked)
    if end is not None:
        found = found.filter(pk__gte=end.pk)
    rows = list(found.order_by("-id")[: ROWS + 1])
    shown = _rows(rows[:ROWS], payloads)
    if len(rows) > ROWS:
        return LogPage(shown, rows[ROWS - 1].pk)
    return LogPage(shown, end.pk, moment(end.at_ms)) if end is not None else LogPage(shown, None)


def newest(page: LogPage) -> int:
    """Behind which an attempt is new to whoever looks at the first page."""
    return page.rows[0].attempt.pk if page.rows else 0


def count_new(stage: Stage, asked: Asked, after: int) -> int:
    """How many came behind that one and fit, MOST_NEW + 1 at most."""
    attempts = PushAttempt.objects.filter(stage=stage, pk__gt=after)
    ids = attempts.order_by("pk").values_list("pk", flat=True)
    if (last := next(iter(ids[SEARCHED - 1 : SEARCHED]), None)) is not None:
        attempts = attempts.filter(pk__lte=last)
    return _filtered(stage, attempts, asked)[: MOST_NEW + 1].count()


def as_csv(stage: Stage, asked: Asked) -> Iterator[str]:
    """Of the latest SEARCHED_FOR_CSV attempts those that fit, the newest first."""
    yield csv_line(HEAD)
    attempts = _attempts(stage, None)
    if (end := _end(attempts, SEARCHED_FOR_CSV)) is not None:
        attempts = attempts.filter(pk__gte=end.pk)
    found = _filtered(stage, attempts, asked).defer("payload").order_by("-id")[:MOST_LINES]
    for each in found.iterator(chunk_size=2000):
        yield csv_line(
            (
                moment(each.at_ms).isoformat(timespec="milliseconds"),
                *(each.player_id, each.message_class, each.player_message_id),
                *(each.get_provider_display(), each.device_os, each.device_id),
                OUTCOMES[outcome_of(each.code, each.permanent)][0].word,
                *(each.code, seen(each.detail), str(each.number), str(each.duration_ms)),
            )
        )


def by_code(stage: Stage) -> tuple[list[CodeLine], datetime | None]:
    """The latest attempts counted by what came of them, the most frequent first; since when, if not all."""
    attempts = _attempts(stage, None)
    end = _end(attempts)
    latest = attempts.filter(pk__gte=end.pk) if end is not None else attempts
    counted = latest.order_by().values_list("provider", "code", "permanent").annotate(Count("pk"))
    lines = [_line(*each) for each in counted]
    return sorted(lines, key=lambda line: -line.count), moment(end.at_ms) if end else None


def waiting(stage: Stage) -> str:
    """How many pushes are still to be sent, in words; "" for none."""
    count = OutboxPush.objects.filter(stage=stage)[: MOST_WAITING + 1].count()
    return f"{MOST_WAITING:,}+" if count > MOST_WAITING else f"{count:,}" if count else ""


def outcome_of(code: str, permanent: bool) -> str:
    """A key of OUTCOMES."""
    return _OF_CODES.get(code, "failed" if permanent else "again")


def _attempts(stage: Stage, before: int | None) -> QuerySet[PushAttempt]:
    found = PushAttempt.objects.filter(stage=stage)
    return found.filter(pk__lt=before) if before is not None else found


def _end(attempts: QuerySet[PushAttempt], searched: int | None = None) -> PushAttempt | None:
    """The oldest that is looked at; None where all of them are."""
    ids, last = attempts.only("pk", "at_ms").order_by("-id"), searched or SEARCHED
    return next(iter(ids[last - 1 : last]), None)


def _filtered(stage: Stage, attempts: QuerySet[PushAttempt], asked: Asked) -> QuerySet[PushAttempt]:
    given: dict[str, Any] = {}
    if asked.message:
        given["player_message_id" if _is_id(asked.message) else "message_class"] = asked.message
    if asked.player:
        player = find_player(stage, asked.player)
        given["player_id"] = player.pk if player else asked.player
    given |= {name: value for name in ("provider", "code") if (value := getattr(asked, name))}
    if asked.device:
        given["device_id"] = asked.device
    found = attempts.filter(**given)
    return found.filter(OUTCOMES[asked.outcome][1]) if asked.outcome else found


def _rows(attempts: list[PushAttempt], payloads: bool) -> list[Row]:
    devices = Device.objects.in_bulk({each.device_id for each in attempts})
    players = Player.objects.in_bulk({each.player_id for each in attempts})
    return [
        _row(each, devices.get(each.device_id), players.get(each.player_id), payloads) for each in attempts
    ]


def _row(attempt: PushAttempt, device: Device | None, player: Player | None, payloads: bool) -> Row:
    words = explain(attempt.code, attempt.provider)
    return Row(
        attempt=attempt,
        look=OUTCOMES[outcome_of(attempt.code, attempt.permanent)][0],
        device=device,
        player=player,
        sentence=attempt.detail or words.sentence,
        remedy=words.remedy,
        payload=_pretty(attempt.payload) if payloads and attempt.payload else "",
    )


def _line(provider: str, code: str, permanent: bool, count: int) -> CodeLine:
    outcome, words = outcome_of(code, permanent), explain(code, provider)
    name = PushAttempt(provider=provider).get_provider_display()
    return CodeLine(provider, name, code, OUTCOMES[outcome][0], outcome, count, words.sentence, words.remedy)


def _pretty(payload: str) -> str:
    return document(json.loads(payload))


def _is_id(text: str) -> bool:
    try:
        return bool(id_ms(text))
    except ValueError:
        return False
