"""What the players of a challenge say to each other (competition-rules.md §5.5.2)."""

from competition.challenges.announcing import announce, involved
from competition.challenges.holding import Act, invalid, read
from competition.chat_lines import forget_oldest
from competition.models import Challenge, ChallengeChat


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
    forget_oldest(ChallengeChat.objects.filter(challenge=row).order_by("-id"))
    announce(held, "Chat", hearers, message=text, who=name)
