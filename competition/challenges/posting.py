"""Events that count in challenges: logged for one, or ordinary ones where a type is global (§5.1, §5.5.5)."""

from collections.abc import Callable
from dataclasses import replace

from competition.achievements import triggers
from competition.challenges import advancing, finishing, scores, scripting, taking
from competition.challenges.announcing import announce
from competition.challenges.holding import Act, Held, Stand, hold_all, hold_named, invalid
from competition.challenges.states import State
from competition.challenges.types import ChallengeType, challenge_types
from competition.events.posting import Posted, post
from competition.events.posts import Posting
from competition.models import Challenge, ChallengePlayer


def hold_to_post(act: Act, stage_id: int, challenge_id: str) -> Held:
    """The running challenge in which the acting player may log events, or which the event's script has ended.

    Raises RequestError `challengeInstanceId: INVALID`.
    """
    held = hold_named(act, stage_id, challenge_id)
    advancing.catch_up(held)
    is_open = held.state is State.RUNNING or scripting.was_ended(held)
    if not is_open or held.participant(act.player_id) is None:
        raise invalid()
    return held


def log(held: Held, posting: Posting) -> None:
    """An event for the held challenge: its score counts, then the turn it takes; neither, once it is over.

    Raises RequestError `challengeInstanceId: NO_ATTEMPTS_LEFT` or `NOT_YOUR_TURN`.
    """
    player = held.participant(posting.player_id)
    if player is None:
        raise invalid()
    if held.state is not State.RUNNING:
        return
    takes_turn = posting.event_code in held.type.consumers and not taking.was_taken(held, player)
    if takes_turn:
        taking.check(held, player)
    count(held, player, posting)
    if takes_turn and held.state is State.RUNNING:
        taking.take(held, player)
    advancing.advance(held)


def hold_global(act: Act, posting: Posting) -> list[Held]:
    """The running challenges in which an ordinary event of the player counts as well. To be locked before the
    event is posted, since they come before totals, boards and what players own."""
    fitting = running_of(
        posting.stage_id, posting.player_id, lambda type_: type_.is_global and type_.leaderboard is not None
    )
    held = hold_all(act, posting.stage_id, fitting)
    for each in filter(advancing.is_behind, held):
        advancing.catch_up(each)
    return [each for each in held if each.state is State.RUNNING]


def count_global(held: Held, posting: Posting) -> None:
    """An ordinary event counts, and takes no turn."""
    if (player := held.participant(posting.player_id)) is not None:
        count(held, player, posting)
        if held.state is not State.RUNNING:  # by its achievement; else nothing of it has changed
            held.save()


def running_of(stage_id: int, player_id: str, wanted: Callable[[ChallengeType], bool]) -> list[str]:
    """Ids of the running challenges of wanted types in which the player takes part."""
    codes = [code for code, type_ in challenge_types(stage_id).items() if wanted(type_)]
    if not codes:
        return []
    mine = ChallengePlayer.objects.filter(player=player_id, stand=Stand.ACCEPTED).values("challenge")
    found = Challenge.objects.filter(pk__in=mine, state=State.RUNNING, short_code__in=codes)
    return list(found.order_by("pk").values_list("pk", flat=True))


def count(held: Held, player: ChallengePlayer, posting: Posting) -> None:
    """In the challenge's own totals and on its leaderboard; a player who earns its achievement wins."""
    board = held.type.leaderboard
    posted = post(replace(posting, scope=held.row.pk, board=board))
    if any(each.old is None or each.old.values != each.new.values for each in posted.entries):
        entry = scores.entries(held).get(player.player_id)
        announce(held, "Changed", held.accepted, who=player.player.display_name, leaderboardData=entry)
    if _wins(held, posted, posting.at_ms):
        finishing.win_by_achievement(held, player.player_id)


def _wins(held: Held, posted: Posted, at_ms: int) -> bool:
    """Whether the post triggers the challenge's achievement, though the player may have had it before."""
    code = held.type.achievement
    return code is not None and any(
        triggers.holds(held.row.stage_id, code, entry, at_ms) for entry in posted.entries
    )
