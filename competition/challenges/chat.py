"""What the players of a challenge say to each other (competition-rules.md §5.5.2)."""

from django.db.models import QuerySet

from competition.challenges.announcing import announce, involved
from competition.challenges.holding import Act, invalid, read
from competition.models import Challenge, ChallengeChat

KEPT_MESSAGES = 1000  # of one challenge


def say(act: Act, stage_id: int, challenge_id: str, text: str, name: str) -> None:
    """To everybody who takes part or still may, the speaker among them, word by word.

    Raises RequestError `challengeInstanceId: INVALID` for anybody else.
    """
    row = Challenge.objects.filter(stage_id=stage_id, pk=challenge_id).first()
    if row is None:
        raise invalid()
    held = read(act, row)
    hearers = involved(held)
    if act.player_id not in {each.player_id for each in hearers}:
        raise invalid()
    ChallengeChat.objects.create(challenge=row, sender_id=act.player_id, sender_name=name, text=text)
    _forget_oldest(row)
    announce(held, "Chat", hearers, message=text, who=name)


def _forget_oldest(row: Challenge) -> None:
    surplus = list(_lines(row).values_list("pk", flat=True)[KEPT_MESSAGES : KEPT_MESSAGES + 10])
    if surplus:
        ChallengeChat.objects.filter(pk__in=surplus).delete()


def _lines(row: Challenge) -> "QuerySet[ChallengeChat]":
    return ChallengeChat.objects.filter(challenge=row).order_by("-id")
