"""Which achievements a post earns (§4.2 to §4.4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from competition.achievements import awarding, holding
from competition.achievements.awarding import Award
from competition.achievements.earned import Earned
from competition.achievements.types import AchievementType, Trigger, achievements, achievements_of_board
from competition.events.posts import Posting
from competition.events.stories import Tried
from competition.leaderboards.changes import EntryChange
from competition.owners import Owner
from protocol.run import Run

MOST_TRIED = 20  # that a post's record explains
HAS_IT = "It was earned before."


@dataclass(frozen=True, slots=True)
class Candidate:
    """An achievement that an entry might earn. `why` not: empty where all triggers hold."""

    type: AchievementType
    entry: EntryChange
    why: str

    @property
    def key(self) -> tuple[Owner, str]:
        return self.entry.owner, self.type.code


@dataclass(frozen=True, slots=True)
class Evaluated:
    earned: tuple[Earned, ...] = ()
    tried: tuple[Tried, ...] = ()


def evaluate(posting: Posting, entries: Iterable[EntryChange]) -> Evaluated:
    """Award what the entries trigger, and tell the players. In the post's transaction."""
    return evaluate_entries(posting.stage_id, entries, posting.run, posting.origin, posting.at_ms)


def evaluate_entries(
    stage_id: int, entries: Iterable[EntryChange], run: Run, origin: Mapping[str, Any], now_ms: int
) -> Evaluated:
    """The same for entries that came about otherwise: when a leaderboard was built (§3.3.5)."""
    candidates = list(_candidates(stage_id, entries, now_ms))
    triggered = _triggered(candidates)
    new = _without_held(triggered)
    awards = [Award(each.type, each.entry.owner) for each in new]
    outcomes = awarding.give(stage_id, awards, run, origin)
    earned = tuple(
        Earned(each.entry.owner, each.type.code, outcome.player_ids, each.entry)
        for each, outcome in zip(new, outcomes, strict=True)
        if outcome.gained
    )
    return Evaluated(earned, _tried(candidates, earned))


def holds(stage_id: int, code: str, entry: EntryChange, now_ms: int) -> bool:
    """Whether an entry triggers the achievement, though its owner may have had it before (§5.8.2)."""
    type_ = achievements(stage_id).get(code)
    return type_ is not None and type_.board == entry.board.code and not _why_not(type_, entry, now_ms)


def _candidates(stage_id: int, entries: Iterable[EntryChange], now_ms: int) -> Iterator[Candidate]:
    for entry in entries:
        for type_ in achievements_of_board(stage_id, entry.board.code):
            yield Candidate(type_, entry, _why_not(type_, entry, now_ms))


def _why_not(type_: AchievementType, entry: EntryChange, now_ms: int) -> str:
    """The first trigger that does not hold. Empty: all hold."""
    if not type_.triggers:
        return "It has no triggers."
    reasons = (_why_trigger_not(trigger, entry, now_ms) for trigger in type_.triggers)
    return next((reason for reason in reasons if reason), "")


def _why_trigger_not(trigger: Trigger, entry: EntryChange, now_ms: int) -> str:
    """What is not there holds nothing, not even that it differs (§4.2)."""
    name, wanted, value = trigger.datum.name, trigger.filter, trigger.datum.read(entry)
    if value is None:
        return f"There is no {name}."
    if wanted.accepts(value, now_ms):
        return ""
    return f"{name} is {str(value)[:50]}, which is not {wanted.op} {str(wanted.value)[:50]}."


def _triggered(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each achievement at most once for an owner, by the first entry that triggers it."""
    found: dict[tuple[Owner, str], Candidate] = {}
    for each in candidates:
        if not each.why:
            found.setdefault(each.key, each)
    return list(found.values())


def _without_held(triggered: Sequence[Candidate]) -> list[Candidate]:
    """Looked at before anything is locked: most posts trigger only what was earned long ago."""
    held = holding.held(each.key for each in triggered if not each.type.repeatable)
    return [each for each in triggered if each.key not in held]


def _tried(candidates: Iterable[Candidate], earned: Iterable[Earned]) -> tuple[Tried, ...]:
    """Those that were earned, then why others were not."""
    new = {(each.owner, each.achievement) for each in earned}
    tried = {
        each.key: Tried(each.type.code, each.key in new, "" if each.key in new else each.why or HAS_IT)
        for each in candidates
    }
    return tuple(sorted(tried.values(), key=lambda each: not each.earned)[:MOST_TRIED])
