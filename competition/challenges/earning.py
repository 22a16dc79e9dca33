"""Achievements that scripts award, and the challenges that they decide (competition-rules.md §5.8.2)."""

from competition.achievements import awarding
from competition.challenges import advancing, finishing
from competition.challenges.holding import Act, hold_all
from competition.challenges.posting import running_of
from competition.challenges.states import State


def award(act: Act, stage_id: int, player_id: str, achievement: str) -> bool:
    """As `achievements.awarding.award`; and the player wins the running challenges that it decides,
    though it may have been earned before. They are locked first, as always before what players own."""
    decided = running_of(stage_id, player_id, lambda type_: type_.achievement == achievement)
    challenges = hold_all(act, stage_id, decided)
    for held in filter(advancing.is_behind, challenges):
        advancing.catch_up(held)
    gained = awarding.award(stage_id, player_id, achievement, act.run, {"request": act.name})
    for held in challenges:
        if held.state is State.RUNNING and held.participant(player_id) is not None:
            finishing.win_by_achievement(held, player_id)
            held.save()
    return gained
