"""Scenarios of the test harness: kept with the game, for everybody who works on it.

A step is an object: `{"panel": 1, "send": {…}}` sends a request (an object) on the panel's socket, and
`{"panel": 2, "expect": ".ChallengeStartedMessage", "within": 3}` waits so many seconds for a frame of this
class.
"""

import re
from typing import Any

from django.db import transaction

from games.audit import record
from games.models import Game, HarnessScenario, User

PANELS = 4
MOST_STEPS = 200
MOST_SCENARIOS = 100
LONGEST_WAIT = 60  # seconds
_CLASS = re.compile(r"\.[A-Za-z0-9_]{1,100}")


class ScenarioFault(Exception):
    """A sentence for people."""


def save_scenario(game: Game, name: str, steps: object, author: User) -> HarnessScenario:
    """Makes one, or replaces that of the same name. Raises ScenarioFault."""
    if not 1 <= len(name) <= 80:
        raise ScenarioFault("A scenario needs a name of up to 80 characters.")
    checked = _check(steps)
    with transaction.atomic():
        Game.objects.select_for_update(no_key=True).get(pk=game.pk)
        own = HarnessScenario.objects.filter(game=game)
        if own.exclude(name=name).count() >= MOST_SCENARIOS:
            raise ScenarioFault(f"A game keeps {MOST_SCENARIOS} scenarios at most.")
        row, _ = own.update_or_create(game=game, name=name, defaults={"steps": checked, "author": author})
        record(author, "harness.scenario_saved", name, game, steps=len(checked))
    return row


def delete_scenario(game: Game, name: str, actor: User) -> bool:
    """Whether there was one."""
    with transaction.atomic():
        gone, _ = HarnessScenario.objects.filter(game=game, name=name).delete()
        if gone:
            record(actor, "harness.scenario_deleted", name, game)
    return bool(gone)


def _check(steps: object) -> list[dict[str, Any]]:
    if not isinstance(steps, list) or not 1 <= len(steps) <= MOST_STEPS:
        raise ScenarioFault(f"A scenario has 1 to {MOST_STEPS} steps.")
    return [_step(number, step) for number, step in enumerate(steps, 1)]


def _step(number: int, step: object) -> dict[str, Any]:
    if not isinstance(step, dict) or step.get("panel") not in range(1, PANELS + 1):
        raise ScenarioFault(f"Step {number} names no panel from 1 to {PANELS}.")
    panel = {"panel": int(step["panel"])}
    if isinstance(step.get("send"), dict):
        return panel | {"send": step["send"]}
    expected, within = step.get("expect"), step.get("within", 3)
    if not isinstance(expected, str) or not _CLASS.fullmatch(expected):
        raise ScenarioFault(
            f"Step {number} neither sends an object nor expects a class such as .ScriptMessage."
        )
    if isinstance(within, bool) or not isinstance(within, int | float) or not 0 < within <= LONGEST_WAIT:
        raise ScenarioFault(f"Step {number} waits for more than {LONGEST_WAIT} seconds, or for none.")
    return panel | {"expect": expected, "within": within}
