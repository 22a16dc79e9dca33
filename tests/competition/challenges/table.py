"""Players of one stage who challenge each other by the domain's functions. Time stands still until it is
moved: `now` is the one place."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from competition.challenges import answering, chat, clock, creating, departing, joining, listing, posting
from competition.challenges.documents import challenge_document
from competition.challenges.holding import Act
from competition.events.posting import post
from competition.events.posts import Posting
from competition.goods import balances
from competition.goods.booking import Source
from competition.models import Challenge, ChallengePlayer
from games.models import Stage
from messaging.models import PlayerMessage
from players.models import Player
from protocol.dates import parse_date
from protocol.errors import RequestError
from protocol.run import Run
from protocol.schemas.convert import convert
from protocol.schemas.multiplayer import CreateChallengeRequest

NOON = parse_date("2026-11-22T12:00Z")
MINUTE = 60_000


class Table:
    """Players are named by their display names, times are minutes after noon."""

    def __init__(self, stage: Stage, add_player: Callable[..., Any]) -> None:
        self.stage = stage
        self._add_player = add_player
        self.now = NOON
        self.players: dict[str, Player] = {}
        self.challenge_id = ""
        self._seen: set[str] = set()

    def stop_clock(self, monkeypatch: pytest.MonkeyPatch) -> "Table":
        """For whoever deletes players, too."""
        monkeypatch.setattr(departing, "now_ms", lambda: self.now)
        return self

    def sit(self, *names: str, **fields: Any) -> None:
        for name in names:
            self.players[name] = self._add_player(name.lower(), display_name=name, **fields)

    def at(self, minutes: float) -> None:
        """It is that time. Nobody has looked yet."""
        self.now = NOON + int(minutes * MINUTE)

    def look(self) -> None:
        """A worker looks at whatever is due."""
        for challenge_id, stage_id in clock.claim_due(self.now):
            clock.look_at(Run(), stage_id, challenge_id, self.now)

    def act(self, name: str) -> Act:
        return Act(Run(), self.now, "TestRequest", self.players[name].pk)

    def create(self, name: str, type_code: str = "PLAIN", **fields: Any) -> str:
        """Times as minutes after noon, those invited by their names."""
        for field in ("startTime", "endTime", "expiryTime"):
            if isinstance(fields.get(field), (int, float)):
                fields[field] = _date(fields[field])
        if "invite" in fields:
            fields["usersToChallenge"] = [self.players[each].pk for each in fields.pop("invite")]
        fields.setdefault("endTime", _date(60))
        raw = {key: value for key, value in fields.items() if value is not None}
        data = convert(CreateChallengeRequest, {"challengeShortCode": type_code, **raw})
        with transaction.atomic():
            self.challenge_id = creating.create(self.act(name), self.players[name], data).pk
        return self.challenge_id

    def accept(self, name: str, message: str | None = None) -> None:
        with transaction.atomic():
            answering.accept(self.act(name), self.stage.pk, self.challenge_id, message)

    def decline(self, name: str, message: str | None = None) -> None:
        with transaction.atomic():
            answering.decline(self.act(name), self.stage.pk, self.challenge_id, message)

    def withdraw(self, name: str, message: str | None = None) -> None:
        with transaction.atomic():
            answering.withdraw(self.act(name), self.stage.pk, self.challenge_id, message)

    def join(self, name: str, message: str | None = None, **fields: Any) -> bool:
        with transaction.atomic():
            return joining.join(self.act(name), self.players[name], self.challenge_id, message, **fields)

    def log(self, name: str, event: str, **values: Any) -> None:
        """An event for the challenge."""
        posting_ = self.event(name, event, **values)
        with transaction.atomic():
            posting.log(posting.hold_to_post(self.act(name), self.stage.pk, self.challenge_id), posting_)

    def play(self, name: str, event: str, **values: Any) -> None:
        """An ordinary event, as LogEventRequest posts it."""
        posting_ = self.event(name, event, **values)
        with transaction.atomic():
            challenges = posting.hold_global(self.act(name), posting_)
            post(posting_)
            for challenge in challenges:
                posting.count_global(challenge, posting_)

    def event(self, name: str, event: str, **values: Any) -> Posting:
        act = self.act(name)
        return Posting(self.stage.pk, self.players[name].pk, event, values, self.now, act.run, {})

    def script(self, change: Callable[..., bool], *arguments: Any) -> bool:
        """One of competition.challenges.scripting. Names among the arguments are players."""
        given = [
            self.players[each].pk if isinstance(each, str) and each in self.players else each
            for each in arguments
        ]
        with transaction.atomic():
            return change(Act(Run(), self.now, "script"), self.stage.pk, self.challenge_id, *given)

    def give(self, name: str, amounts: dict[int, int]) -> None:
        with transaction.atomic():
            balances.credit(self.players[name].pk, amounts, Source("test"))

    def purse(self, name: str, number: int = 1) -> tuple[int, int]:
        """What a player has of a currency, and has set aside of it."""
        player_id = self.players[name].pk
        return balances.balances(player_id)[number], sum(balances.reserved(player_id)[number].values())

    def say(self, name: str, text: str) -> None:
        with transaction.atomic():
            chat.say(self.act(name), self.stage.pk, self.challenge_id, text, name)

    def document(self, name: str) -> dict[str, Any]:
        held = listing.shown_to(self.act(name), self.stage.pk, self.challenge_id)
        return challenge_document(held.row, held.players, held.type)

    def listed(self, name: str, *states: str) -> list[str]:
        """Ids of what the player sees under these states, or under any."""
        found = listing.challenges_of(self.players[name].pk, states or None)
        return [each.challenge_id for each in found]

    def change(self, **columns: Any) -> None:
        """Behind everybody's back."""
        Challenge.objects.filter(pk=self.challenge_id).update(**columns)

    @property
    def row(self) -> Challenge:
        return Challenge.objects.get(pk=self.challenge_id)

    @property
    def state(self) -> str:
        return self.row.state

    def stands(self) -> dict[str, str]:
        rows = ChallengePlayer.objects.filter(challenge=self.challenge_id).select_related("player")
        return {each.player.display_name: each.stand for each in rows.order_by("id")}

    def heard(self) -> list[tuple[str, list[str]]]:
        """Messages since the last time, in their order: the class without its frame, and who got it."""
        return [(what, sorted(frames)) for what, frames in self.frames()]

    def frames(self) -> list[tuple[str, dict[str, dict[str, Any]]]]:
        """The same with each recipient's document."""
        copies = PlayerMessage.objects.select_related("player", "message").order_by("message_id", "id")
        found: dict[str, tuple[str, dict[str, dict[str, Any]]]] = {}
        for copy in copies:
            if copy.message_id in self._seen:
                continue
            what = copy.message.message_class.removeprefix("Challenge").removesuffix("Message")
            entry = found.setdefault(copy.message_id, (what, {}))
            entry[1][copy.player.display_name] = json.loads(copy.document)
        self._seen |= set(found)
        return list(found.values())


def fault(function: Callable[..., Any], *arguments: Any, **fields: Any) -> dict[str, Any]:
    try:
        function(*arguments, **fields)
    except RequestError as refused:
        return refused.fields
    raise AssertionError("not refused")


def _date(minutes: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp((NOON + minutes * MINUTE) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
